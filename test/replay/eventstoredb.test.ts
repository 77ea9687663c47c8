import test from 'ava';
import { v7 } from 'uuid';
import type { AnyApp } from '../../src/apps/app.js';
import { replay } from '../../src/programs/replay/replay.js';
import { connectionFor, needsStandIn } from '../oneServer/server.js';
import { routingOn } from '../routing/support.js';
import { eventStoreDBEngine, openStore } from '../store/eventstoredb-engine.js';
import { countsIn, Folder } from './folder.js';
import { differing, replayed } from './support.js';
import { appsWith, type Inbound, route } from './world.js';

const verbs = ['note', 'say', 'say to 2', 'note to 3', 'silent', 'silent all', 'filter', 'throw', 'to 1'];
const inbound: readonly Inbound[] = Array.from({ length: 30 }, (_, nth) => ({
  from: `${(nth % 3) + 1}`,
  verb: verbs[nth % verbs.length] ?? 'say',
  again: nth % 7 === 6,
}));

// All that the server has is run anew.
needsStandIn(test)('a history in EventStoreDB is run anew as any other', async (t) => {
  const store = await eventStoreDBEngine().open(t);
  await route(store, inbound);
  const found = await replayed(store, appsWith());
  t.deepEqual(differing(found), []);
  const own = found.filter(({ shown }) => shown === undefined || shown.connection.backend === 'a');
  t.true(own.length >= inbound.length);
  const [first, ...more] = differing(await replayed(store, appsWith({ what: 'text', to: 10 })));
  t.is(first?.kind, 'otherText');
  t.deepEqual(more, []);
});

const forwarding = `name: 'memory', initial: 0, evolve: (count) => count + 1,
  filter: ({ text }) => text.startsWith('filter'),
  handle: (message, { state }) => {
    if (message.text.startsWith('loop') && LOOPS) for (;;);
    message.record({ type: 'Noted', data: {} });
    message.respond(message.text + ' ' + state);
    message.send('9', 'from ' + message.connection.identity);
    return true;
  },
  outgoing: (message, { state, conversation }) => { message.text += ' ' + state + ' of ' + conversation.sent; }`;

test.serial(
  'a server is read once for all threads, a long conversation in pieces, and over the loss of a thread',
  async (t) => {
    const connectionString = await connectionFor(t);
    const store = await openStore(t, { connectionString });
    const folder = await Folder.make(t);
    const [app, looping] = [
      await folder.app('app.mjs', forwarding.replace('LOOPS', 'false')),
      await folder.app('looping.mjs', forwarding.replace('LOOPS', 'true')),
    ];
    const { default: memory } = (await import(app)) as { default: AnyApp };
    const { intake, routing } = routingOn(
      store,
      [memory],
      {},
      {
        decider: () => ({ node: 'main', run: 'run' }),
      },
    );
    routing.start();
    const texts = [
      ...Array.from({ length: 150 }, () => '1 long'),
      '2 hi',
      '2 loop',
      '2 hi',
      '3 filter',
      '1 loop',
      '1 end',
    ];
    // Others have conversations on a shared server, too.
    const backend = `replay-${v7().slice(-8)}`;
    for (const line of texts) {
      const [identity = '', text = ''] = line.split(' ');
      await intake.receive(backend, { identity, text }, 'inline');
    }
    await routing.stop();
    const request = { fromHere: false, claims: false, allowed: [], limit: 3, resume: false, threads: 2 };
    const found = async (apps: readonly string[]) => {
      const eventStore = { engine: 'eventstoredb', connectionString };
      const sources = folder.sources(apps, { eventStore, routing: { phaseTimeoutMs: 300 } });
      return countsIn(await replay({ ...request, backend }, {}, undefined, sources));
    };
    const { same = 0, filtered, ...others } = await found([app]);
    t.deepEqual([others, filtered], [{}, 1]);
    t.true(same >= 155);
    t.like(await found([looping]), { failed: 2, filtered: 1 });
  },
);
