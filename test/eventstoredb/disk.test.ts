// What happens to the disk of a server and to the server itself, as it was seen on a real one.
import { type EventStoreDBClient, NO_STREAM, type Position, START } from '@eventstore/db-client';
import test from 'ava';
import { eventually } from '../kannel/support/wait.js';
import { needsStandIn } from '../oneServer/server.js';
import { collect } from '../store/events.js';
import { newStream, noted, revisions, startStandIn, told } from './client.js';

const onStandIn = needsStandIn(test);

const position = async (client: EventStoreDBClient, stream: string): Promise<Position> => {
  const { position: at } = await client.appendToStream(stream, noted());
  if (!at) throw new Error('no position');
  return at;
};

/** Revisions of a stream in $all. */
const inAll = async (client: EventStoreDBClient, stream: string): Promise<readonly number[]> => {
  const all = await collect(client.readAll());
  return all.filter(({ event }) => event?.streamId === stream).map(({ event }) => Number(event?.revision));
};

onStandIn('a server that was put back knows what it knew then, and grows differently', async (t) => {
  const { server, client } = await startStandIn(t);
  const stream = newStream();
  await position(client, stream);
  const backup = server.backup();
  const lost = await position(client, newStream());
  const given = noted();
  await client.appendToStream(stream, given, { expectedRevision: 0n });
  await server.restore(backup);
  await eventually('it to be back', 5_000, async () => (await revisions(client, stream)).length === 1);
  t.deepEqual(await revisions(client, stream), [0]);
  t.deepEqual(await collect(client.readAll({ fromPosition: lost })), []);
  await t.throwsAsync(client.appendToStream(stream, given, { expectedRevision: 1n }), { message: '' });
  await client.appendToStream(stream, noted({ text: 'x'.repeat(999) }));
  await t.throwsAsync(collect(client.readAll({ fromPosition: { ...lost, commit: lost.commit + 1n } })), {
    message: /InvalidPosition/,
  });
  await server.restore(backup);
  await eventually('it to be back', 5_000, async () => (await revisions(client, stream)).length === 1);
});

onStandIn('a server that was put back to nothing is a new one, with something of its own', async (t) => {
  const { server, client } = await startStandIn(t);
  const stream = newStream();
  const lost = await position(client, stream);
  await client.createProjection('counts', 'fromAll().when({})');
  await server.restore();
  await eventually('it to be back', 5_000, async () => {
    await client.listProjections();
    return true;
  });
  t.is(await revisions(client, stream), 'stream-not-found');
  t.deepEqual(await client.listProjections(), []);
  t.deepEqual(
    (await collect(client.readAll())).map(({ event }) => event?.streamId),
    ['$$$scavenges'],
  );
  const words = told(t, client.subscribeToAll({ fromPosition: lost }));
  await eventually('the end', 5_000, () => words.includes('caught up'));
  await client.appendToStream(stream, noted());
  const all = told(t, client.subscribeToAll({ fromPosition: START }));
  await eventually('what is new', 5_000, () => all.includes('Noted'));
  t.deepEqual(words, ['confirmed', 'caught up']);
});

onStandIn('a scavenge takes what is hidden, but for the last event of each stream', async (t) => {
  const { server, client } = await startStandIn(t);
  const [cut, deleted, buried, whole] = [newStream(), newStream(), newStream(), newStream()];
  for (const stream of [cut, deleted, buried, whole])
    await client.appendToStream(stream, [noted(), noted(), noted()]);
  await client.setStreamMetadata(cut, { truncateBefore: 1 });
  await client.deleteStream(deleted);
  await client.tombstoneStream(buried);
  server.log.scavenge();
  t.deepEqual(await inAll(client, cut), [1, 2]);
  t.deepEqual(await inAll(client, deleted), [2]);
  t.deepEqual(await inAll(client, buried), [2 ** 63 - 1]);
  t.deepEqual(await inAll(client, whole), [0, 1, 2]);
  t.deepEqual(await revisions(client, cut), [1, 2]);
  t.is(await revisions(client, deleted), 'stream-not-found');
  const { nextExpectedRevision } = await client.appendToStream(deleted, noted(), {
    expectedRevision: NO_STREAM,
  });
  t.is(nextExpectedRevision, 3n);
});

onStandIn('what a scavenge took is no longer known as a repetition once the cache is lost', async (t) => {
  const { server, client } = await startStandIn(t);
  const stream = newStream();
  const first = noted();
  await client.appendToStream(stream, [first, noted()], { expectedRevision: NO_STREAM });
  await client.deleteStream(stream);
  server.log.scavenge();
  const again = () => client.appendToStream(stream, first, { expectedRevision: NO_STREAM });
  t.like(await again(), { nextExpectedRevision: 0n, position: undefined });
  server.log.emptyIdempotencyCache();
  t.like(await again(), { nextExpectedRevision: 2n });
});

onStandIn('after a scavenge every position will do, and live subscriptions go on', async (t) => {
  const { server, client } = await startStandIn(t);
  const [stream, later] = [newStream(), newStream()];
  const gone = await position(client, stream);
  await position(client, stream);
  const left = await position(client, later);
  const live = told(t, client.subscribeToAll({ fromPosition: START }));
  await eventually('the end', 5_000, () => live.includes('caught up'));
  await client.tombstoneStream(stream);
  server.log.scavenge();
  for (const from of [gone, { commit: gone.commit + 1n, prepare: gone.prepare + 1n }]) {
    const [first] = await collect(client.readAll({ fromPosition: from, maxCount: 1 }));
    t.deepEqual(first?.event?.position, left);
  }
  await client.appendToStream(later, noted({}, {}, 'After'));
  await eventually('what is new', 5_000, () => live.at(-1) === 'After');
});

onStandIn(
  'a server that ends by itself leaves open calls without a status, and is started again',
  async (t) => {
    const { server, client } = await startStandIn(t);
    const stream = newStream();
    await client.appendToStream(stream, noted());
    const live = told(t, client.subscribeToStream(stream, { fromRevision: START }));
    await eventually('the end', 5_000, () => live.includes('caught up'));
    server.faults.loseAnswers = 1;
    const appending = t.throwsAsync(client.appendToStream(stream, noted()));
    await eventually('the append', 5_000, () => server.faults.appends === 2);
    await server.end();
    t.like(await appending, { code: 13, type: 'unknown' });
    await eventually('its end', 5_000, () => live.at(-1) === 'error 13');
    t.is(await revisions(client, stream), 'unavailable');
    await server.resume();
    await eventually('it to be back', 5_000, async () => Array.isArray(await revisions(client, stream)));
    t.deepEqual(await revisions(client, stream), [0, 1]);
  },
);
