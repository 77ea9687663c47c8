// What operators do to a conversation's stream: delete it, cut its front, delete it for good. On a real server as well.
import { EventStoreDBClient } from '@eventstore/db-client';
import test, { type ExecutionContext } from 'ava';
import { eventually } from '../../kannel/support/wait.js';
import { connectionFor } from '../../oneServer/server.js';
import { newCategory } from '../../store/events.js';
import { lettersOn, Network, newFolder, type Place, startOn } from './support.js';

interface World {
  readonly url: string;
  readonly client: EventStoreDBClient;
  readonly network: Network;
}

const worldOf = async (t: ExecutionContext): Promise<World> => {
  const url = await connectionFor(t);
  const client = EventStoreDBClient.connectionString(url);
  t.teardown(() => client.dispose());
  return { url, client, network: await Network.start(t) };
};

const cuts: readonly (readonly [string, (client: EventStoreDBClient, stream: string) => Promise<unknown>])[] =
  [
    ['was deleted', (client, stream) => client.deleteStream(stream)],
    ['keeps its last event only', (client, stream) => client.setStreamMetadata(stream, { maxCount: 1 })],
    ['keeps its last two events only', (client, stream) => client.setStreamMetadata(stream, { maxCount: 2 })],
    ['was cut in the middle', (client, stream) => client.setStreamMetadata(stream, { truncateBefore: 3 })],
    ['was cut at its end', (client, stream) => client.setStreamMetadata(stream, { truncateBefore: 8 })],
    [
      'hides what will be written',
      (client, stream) => client.setStreamMetadata(stream, { truncateBefore: 100 }),
    ],
  ];

for (const [how, cut] of cuts) {
  for (const handler of ['inline', 'queued'] as const) {
    test.serial(`a text in a conversation that ${how} is answered after a restart, ${handler}`, async (t) => {
      const { url, client, network } = await worldOf(t);
      const data = newFolder(t);
      const first = await startOn(t, url, { network, data, handler });
      for (const text of ['echo one', 'echo two']) t.is(await first.say('1', text), 200);
      await network.until('1', 2);
      await first.router.stop();
      await cut(client, first.streamOf('1'));
      const again = await startOn(t, url, { network, data, handler, backend: first.backend });
      t.is(await again.say('1', 'echo three'), 200);
      t.deepEqual(await network.until('1', 3), ['one', 'two', 'three']);
      t.is(await again.say('1', 'echo four'), 200);
      t.deepEqual(await network.until('1', 4), ['one', 'two', 'three', 'four']);
    });

    test.serial(`a text in a conversation that ${how} meanwhile is answered, ${handler}`, async (t) => {
      const { url, client, network } = await worldOf(t);
      const { say, streamOf } = await startOn(t, url, { network, handler });
      t.is(await say('1', 'echo one'), 200);
      await network.until('1', 1);
      await cut(client, streamOf('1'));
      t.is(await say('1', 'echo two'), 200);
      t.is(await say('1', 'echo three'), 200);
      t.deepEqual(await network.until('1', 3), ['one', 'two', 'three']);
    });
  }
}

/** Works on a text until it is told to go on. */
const slow = new URL('./apps/slow.js', import.meta.url).pathname;

const handsOf = (place: Place) =>
  eventually('the app to have the text', 20_000, async () => {
    for await (const event of place.router.store.readStream(place.streamOf('1'))) if (event) return true;
    return false;
  });

for (const [how, remove] of [
  ['deleted', (client: EventStoreDBClient, stream: string) => client.deleteStream(stream)],
  ['deleted for good', (client: EventStoreDBClient, stream: string) => client.tombstoneStream(stream)],
] as const) {
  test.serial(`a conversation that is ${how} while an app works on its text holds up no other`, async (t) => {
    const { url, client, network } = await worldOf(t);
    const backend = newCategory();
    const place = await startOn(t, url, {
      network,
      backend,
      apps: [slow, 'echo'],
      more: { routing: { lanes: 1 } },
    });
    t.is(await place.say('1', 'slow 500'), 200);
    await handsOf(place);
    await remove(client, place.streamOf('1'));
    t.is(await place.say('2', 'echo two'), 200);
    t.deepEqual(await network.until('2', 1), ['two']);
    t.true(await place.ready());
  });
}

const cutWhileItWaits = [
  ['deleted', (client: EventStoreDBClient, stream: string) => client.deleteStream(stream)],
  [
    'cut',
    (client: EventStoreDBClient, stream: string) => client.setStreamMetadata(stream, { truncateBefore: 3 }),
  ],
] as const;

const toldNot = ({ lines }: Place, what: string) =>
  lines.filter(({ message }) => message === `not ${what}: its conversation was deleted or cut meanwhile`);

for (const [how, cut] of cutWhileItWaits) {
  test.serial(
    `a text that waits for a router when its conversation is ${how} is told, and no other`,
    async (t) => {
      const { url, client, network } = await worldOf(t);
      const data = newFolder(t);
      const first = await startOn(t, url, { network, data, routing: false });
      for (const identity of ['1', '1', '1', '2']) t.is(await first.say(identity, `echo ${identity}`), 200);
      await first.router.stop();
      await cut(client, first.streamOf('1'));
      const again = await startOn(t, url, { network, data, backend: first.backend });
      t.deepEqual(await network.until('2', 1), ['2']);
      await eventually('all that is lost to be told', 20_000, () => toldNot(again, 'routed').length === 3);
      t.true(toldNot(again, 'routed').every(({ level }) => level === 'warn'));
      t.deepEqual(network.of('1'), []);
      t.true(await again.ready());
    },
  );

  test.serial(
    `a text that waits for its gateway when its conversation is ${how} is told, and no other`,
    async (t) => {
      const { url, client, network } = await worldOf(t);
      const data = newFolder(t);
      const first = await startOn(t, url, { network, data });
      await network.close();
      for (const identity of ['1', '2']) t.is(await first.say(identity, `echo ${identity}`), 200);
      await eventually('both to wait', 20_000, async () => (await first.lanes()).at(0)?.waiting === 2);
      await first.router.stop();
      await cut(client, first.streamOf('1'));
      await network.open();
      const again = await startOn(t, url, { network, data, backend: first.backend });
      t.deepEqual(await network.until('2', 1), ['2']);
      await eventually('the other to be told', 20_000, () => toldNot(again, 'handed over').length > 0);
      t.deepEqual(
        toldNot(again, 'handed over').map(({ level, fields }) => [level, fields.stream]),
        [['warn', first.streamOf('1')]],
      );
      t.deepEqual(network.of('1'), []);
    },
  );
}

test.serial('a tombstone holds up no other: not in routing, not on the way out, not at a stop', async (t) => {
  const { url, client, network } = await worldOf(t);
  const place = await startOn(t, url, { network });
  let answer = () => {};
  network.answers = new Promise<void>((resolve) => {
    answer = resolve;
  });
  t.is(await place.say('1', 'echo one'), 200);
  await network.until('1', 1);
  await client.tombstoneStream(place.streamOf('1'));
  answer();
  t.is(await place.say('2', 'echo two'), 200);
  t.deepEqual(await network.until('2', 1), ['two']);
  const told = await eventually('the loss to be told', 20_000, () =>
    place.lines.filter(({ message }) => message.startsWith('what became of a text can never be stored')),
  );
  t.is(told.length, 1);
  t.is(told[0]?.level, 'error');
  t.regex(JSON.stringify(told[0]?.fields), /MessageDispatched/);
  t.is(await place.say('1', 'echo again'), 410);
  const refused = place.lines.filter(({ message }) =>
    message.startsWith('refused: the conversation was deleted'),
  );
  t.deepEqual(
    refused.map(({ level, fields }) => [level, fields.reason]),
    [['warn', told[0]?.fields.err?.message]],
  );
  const begun = performance.now();
  t.true(await place.router.stop());
  t.true(performance.now() - begun < 8_000, 'a stop takes its whole budget');
});

test.serial('a dead letter whose text was cut away is not said to be put back', async (t) => {
  const { url, client, network } = await worldOf(t);
  const data = newFolder(t);
  const failing = new URL('../../kannel/apps/thrower.js', import.meta.url).pathname;
  const place = await startOn(t, url, { network, data, apps: [failing] });
  t.is(await place.say('1', 'throw'), 200);
  const failed = await eventually('the failure', 20_000, async () => {
    for await (const event of place.router.store.readStream(place.streamOf('1')))
      if (event.type === 'RoutingFailed') return event;
    return undefined;
  });
  await client.setStreamMetadata(place.streamOf('1'), { truncateBefore: Number(failed.revision) });
  const letters = await lettersOn(t, url, data);
  const { messageId } = failed.data as { messageId: string };
  const error = await t.throwsAsync(letters.requeue(messageId, { by: 'test' }));
  t.regex(error.message, /cut away/);
  await letters.discard(messageId, { by: 'test' });
});
