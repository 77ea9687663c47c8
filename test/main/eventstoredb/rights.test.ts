// Rights that are missing, or taken away while a router runs.
import test from 'ava';
import { StoreError } from '../../../src/store/port.js';
import { eventually } from '../../kannel/support/wait.js';
import { needsStandIn } from '../../oneServer/server.js';
import { Network, type Place, startOn, startServer } from './support.js';

const onStandIn = needsStandIn(test);

/** The errors and warnings that tell of a right. */
const toldOf = ({ lines }: Place, right: RegExp) =>
  lines.filter(({ level, fields }) => level !== 'debug' && right.test(fields.err?.message ?? ''));

onStandIn('a user who may not read all events is told so at the start, and how it is granted', async (t) => {
  const server = await startServer(t);
  const network = await Network.start(t);
  server.rights.take('read', '$all');
  const error = await t.throwsAsync(startOn(t, server.connectionString, { network }), {
    instanceOf: StoreError,
  });
  t.is(error.code, 'unavailable');
  t.regex(error.message, /does not let this user read \$all.*docs\/eventstoredb\.md/);
});

onStandIn('a user who may not append is told so at the start', async (t) => {
  const server = await startServer(t);
  const network = await Network.start(t);
  server.rights.take('append', 'router-');
  const error = await t.throwsAsync(startOn(t, server.connectionString, { network }), {
    instanceOf: StoreError,
  });
  t.regex(error.message, /does not let this user append to router-…/);
});

onStandIn(
  'a right to append that is taken away makes 503 and not ready, told once, until it is back',
  async (t) => {
    const server = await startServer(t);
    const network = await Network.start(t);
    const place = await startOn(t, server.connectionString, { network });
    t.is(await place.say('1', 'echo before'), 200);
    await eventually('the hand-over to be recorded', 20_000, async () =>
      (await place.typesOf('1')).includes('MessageDispatched'),
    );
    server.rights.take('append', '');
    for (const text of ['one', 'two', 'three']) t.is(await place.say('2', `echo ${text}`), 503);
    await eventually('the router to be not ready', 20_000, async () => !(await place.ready()));
    t.is(toldOf(place, /append to conversation-…/).length, 1);
    server.rights.grant('append', '');
    await eventually('the router to be ready', 20_000, () => place.ready());
    t.is(await place.say('1', 'echo after'), 200);
    t.deepEqual(await network.until('1', 2), ['before', 'after']);
  },
);

onStandIn(
  'a right to read all events that is taken away makes not ready, told once, and takes nothing until it is back',
  async (t) => {
    const server = await startServer(t);
    const network = await Network.start(t);
    const place = await startOn(t, server.connectionString, { network });
    t.is(await place.say('1', 'echo before'), 200);
    await network.until('1', 1);
    server.rights.take('read', '$all');
    await eventually('the router to be not ready', 20_000, async () => !(await place.ready()));
    t.is(await place.say('1', 'echo meanwhile'), 503);
    const told = toldOf(place, /does not let this user read \$all/).map(({ message }) => message);
    // Whether a checkpoint was due is chance.
    t.deepEqual(told.filter((message) => message !== 'checkpoint not saved').toSorted(), [
      'outbound lane cannot read the store, trying again',
      'request failed',
      'the routing pipeline failed and starts again',
    ]);
    server.rights.grant('read', '$all');
    await eventually('the router to be ready', 30_000, () => place.ready());
    t.is(await place.say('1', 'echo after'), 200);
    t.deepEqual(await network.until('1', 2), ['before', 'after']);
  },
);
