// A server that is put back to an earlier state, or replaced by an empty one, under a running router.
import { once } from 'node:events';
import { EventStoreDBClient } from '@eventstore/db-client';
import test from 'ava';
import { eventually } from '../../kannel/support/wait.js';
import { needsStandIn } from '../../oneServer/server.js';
import { collect } from '../../store/events.js';
import { Network, type Place, startOn, startServer } from './support.js';

const onStandIn = needsStandIn(test);

const slow = new URL('./apps/slow.js', import.meta.url).pathname;

const toldOf = ({ lines }: Place) =>
  lines.filter(({ level, message }) => level === 'error' && /holds less than it did/.test(message));

for (const [how, empty] of [
  ['put back to an earlier state', false],
  ['replaced by an empty one', true],
] as const) {
  for (const handler of ['inline', 'queued'] as const) {
    onStandIn(`a server that is ${how} under a router is found out: texts go on, ${handler}`, async (t) => {
      const server = await startServer(t);
      const network = await Network.start(t);
      const place = await startOn(t, server.connectionString, { network, handler });
      t.is(await place.say('1', 'echo before'), 200);
      await eventually('the hand-over to be recorded', 20_000, async () =>
        (await place.typesOf('1')).includes('MessageDispatched'),
      );
      const backup = empty ? undefined : server.backup();
      for (const text of ['one', 'two']) t.is(await place.say('1', `echo ${text}`), 200);
      t.is(await place.say('2', 'echo known only since'), 200);
      await network.until('1', 3);
      await network.until('2', 1);

      await server.restore(backup);
      t.is(await place.say('1', 'echo known conversation'), 200);
      t.is(await place.say('2', 'echo forgotten conversation'), 200);
      t.is(await place.say('3', 'echo new conversation'), 200);

      t.is((await network.until('1', 4)).at(-1), 'known conversation');
      t.is((await network.until('2', 2)).at(-1), 'forgotten conversation');
      t.is((await network.until('3', 1)).at(-1), 'new conversation');
      await eventually('the router to be ready', 20_000, () => place.ready());
      t.is(toldOf(place).length, 1);
      // Beside what begins again: no error of it, with the stack, for everyone who met it.
      const others = place.lines.filter(({ fields }) =>
        fields.err?.message.startsWith('EventStoreDB was restored'),
      );
      t.deepEqual(
        others.filter(({ level }) => level !== 'debug'),
        [],
      );
      // At rest it asks for little: nothing goes round and round.
      const { appends } = server.faults;
      t.is(await place.say('4', 'echo at rest'), 200);
      await network.until('4', 1);
      t.true(server.faults.appends - appends < 60, `${server.faults.appends - appends} appends for one text`);
    });
  }
}

onStandIn(
  'a text that is on its way when its record is lost gets its record anew, and is not sent again',
  async (t) => {
    const server = await startServer(t);
    const network = await Network.start(t);
    const place = await startOn(t, server.connectionString, { network });
    t.is(await place.say('1', 'echo before'), 200);
    await network.until('1', 1);
    await eventually('the hand-over to be recorded', 20_000, async () =>
      (await place.typesOf('1')).includes('MessageDispatched'),
    );
    const backup = server.backup();
    let answer = () => {};
    network.answers = new Promise<void>((resolve) => {
      answer = resolve;
    });
    t.is(await place.say('1', 'echo on its way'), 200);
    await network.until('1', 2);

    await server.restore(backup);
    t.is(await place.say('2', 'echo other'), 200);
    answer();
    await network.until('2', 1);
    await eventually(
      'its record',
      20_000,
      async () => (await place.typesOf('1')).filter((type) => type === 'MessageDispatched').length === 2,
    );
    const types = await place.typesOf('1');
    t.deepEqual(types.slice(-2), ['MessageSent', 'MessageDispatched']);
    t.deepEqual(network.of('1'), ['before', 'on its way']);
    t.is(toldOf(place).length, 1);
  },
);

onStandIn('a text that its stream hides is not taken for lost when the server goes back', async (t) => {
  const server = await startServer(t);
  const network = await Network.start(t);
  const place = await startOn(t, server.connectionString, { network });
  let answer = () => {};
  network.answers = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const client = EventStoreDBClient.connectionString(server.connectionString);
  t.teardown(() => client.dispose());
  t.is(await place.say('1', 'echo on its way'), 200);
  await network.until('1', 1);
  await client.setStreamMetadata(place.streamOf('1'), { maxCount: 3 });
  t.is(await place.say('1', 'echo behind it'), 200);
  await eventually('both to be in hand', 20_000, async () => (await place.lanes()).at(0)?.waiting === 1);
  const backup = server.backup();
  t.is(await place.say('2', 'echo lost'), 200);
  await network.until('2', 1);

  await server.restore(backup);
  t.is(await place.say('3', 'echo other'), 200);
  answer();
  await network.until('3', 1);
  t.deepEqual(await network.until('1', 2), ['on its way', 'behind it']);
  const ofTypes = (types: readonly string[]) =>
    collect(place.router.store.readAll({ filter: { types, categories: ['conversation'] } }));
  await eventually('all to be recorded', 20_000, async () => {
    const dispatched = (await ofTypes(['MessageDispatched'])).filter(
      ({ stream }) => stream === place.streamOf('1'),
    );
    return dispatched.length === 2;
  });
  const ids = (await ofTypes(['MessageReceived', 'MessageSent'])).map(({ id }) => id);
  t.deepEqual(ids, [...new Set(ids)]);
  t.deepEqual(network.of('1'), ['on its way', 'behind it']);
});

onStandIn('a text that an app works on when it is lost is recorded anew and answered once', async (t) => {
  const server = await startServer(t);
  const network = await Network.start(t);
  const place = await startOn(t, server.connectionString, { network, apps: [slow, 'echo'] });
  t.is(await place.say('1', 'echo before'), 200);
  await eventually('the hand-over to be recorded', 20_000, async () =>
    (await place.typesOf('1')).includes('MessageDispatched'),
  );
  const backup = server.backup();
  const begun = once(process, 'slow begins');
  t.is(await place.say('1', 'slow 1500'), 200);
  await begun;
  await server.restore(backup);
  t.is(await place.say('2', 'echo other'), 200);
  await network.until('2', 1);
  t.deepEqual(await network.until('1', 2), ['before', 'done']);
  const types = await place.typesOf('1');
  t.is(types.filter((type) => type === 'MessageReceived').length, 2);
  t.is(types.filter((type) => type === 'MessageRouted').length, 2);
});

onStandIn(
  'texts that wait while the server is away for long are not lost by what it is put back to',
  async (t) => {
    const server = await startServer(t);
    const network = await Network.start(t);
    const more = { workers: { beatMs: 100, takeoverMs: 1_000 } };
    const place = await startOn(t, server.connectionString, { network, apps: [slow, 'echo'], more });
    t.is(await place.say('1', 'echo before'), 200);
    await eventually('the hand-over to be recorded', 20_000, async () =>
      (await place.typesOf('1')).includes('MessageDispatched'),
    );
    const backup = server.backup();
    await network.close();
    for (const identity of ['1', '2']) t.is(await place.say(identity, `echo waits for ${identity}`), 200);
    await eventually('both to be in hand', 20_000, async () => (await place.lanes()).at(0)?.waiting === 2);

    server.stop();
    await eventually(
      'its partitions to be released',
      20_000,
      async () => (await place.work()).state === 'apart',
    );
    await server.restore(backup);
    await network.open();

    t.deepEqual(await network.until('1', 2), ['before', 'waits for 1']);
    t.deepEqual(await network.until('2', 1), ['waits for 2']);
    await eventually('the router to be ready', 20_000, () => place.ready());
  },
);

onStandIn(
  'what was handed over after the backup is handed over again, marked, and the router is announced',
  async (t) => {
    const server = await startServer(t);
    const network = await Network.start(t);
    const more = { workers: { beatMs: 100, takeoverMs: 1_000 } };
    const place = await startOn(t, server.connectionString, { network, more });
    let answer = () => {};
    network.answers = new Promise<void>((resolve) => {
      answer = resolve;
    });
    t.is(await place.say('1', 'echo twice'), 200);
    await network.until('1', 1);
    const backup = server.backup();
    answer();
    await eventually('the hand-over to be recorded', 20_000, async () =>
      (await place.typesOf('1')).includes('MessageDispatched'),
    );

    server.stop();
    await eventually(
      'its partitions to be released',
      20_000,
      async () => (await place.work()).state === 'apart',
    );
    await server.restore(backup);

    t.deepEqual(await network.until('1', 2), ['twice', 'twice']);
    const dispatched = () => place.router.store.readAll({ filter: { types: ['MessageDispatched'] } });
    const [again] = await eventually('its record', 20_000, async () => {
      const events = await collect(dispatched());
      return events.length > 0 && events;
    });
    t.like(again?.data, { resumed: true });
    await eventually('who answers from here on to be told', 20_000, async () => {
      const started = await collect(place.router.store.readAll({ filter: { types: ['RouterStarted'] } }));
      return started.length === 2;
    });
  },
);
