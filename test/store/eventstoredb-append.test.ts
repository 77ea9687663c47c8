import { binaryEvent, EventStoreDBClient } from '@eventstore/db-client';
import test from 'ava';
import { v4, v7 } from 'uuid';
import { connectionFor, needsStandIn } from '../oneServer/server.js';
import { collect, event, events, failsWith, idsOf, newCategory } from './events.js';
import { openStore, startStandIn } from './eventstoredb-engine.js';

const onStandIn = needsStandIn(test);
const quick = { appendTimeoutMs: 900, readTimeoutMs: 900 };

onStandIn('an append whose answer gets lost is repeated and stored once', async (t) => {
  const server = await startStandIn(t);
  const store = await openStore(t, {
    connectionString: server.connectionString,
    appendTimeoutMs: 3_000,
  });
  const stream = `${newCategory()}-1`;
  const given = events(2);
  await store.append(stream, [event()]);
  server.faults.loseAnswers = 1;
  const { revision, position, stored } = await store.append(stream, given);
  t.is(server.faults.appends, 3);
  const read = await collect(store.readStream(stream, { from: 1n }));
  t.deepEqual(idsOf(read), idsOf(given));
  t.deepEqual(
    { revision, position, stored },
    { revision: 2n, position: read[1]?.position ?? '', stored: true },
  );
});

onStandIn('an append whose answer never comes fails within its deadline and may be repeated', async (t) => {
  const server = await startStandIn(t);
  const store = await openStore(t, { connectionString: server.connectionString, ...quick });
  const stream = `${newCategory()}-1`;
  const given = event();
  await store.append(stream, [event()]);
  server.faults.loseAnswers = 100;
  const begun = Date.now();
  await failsWith(t, 'unavailable', store.append(stream, [given]));
  t.true(Date.now() - begun < 3_000);
  server.faults.loseAnswers = 0;
  t.false((await store.append(stream, [given])).stored);
  t.deepEqual(idsOf(await collect(store.readStream(stream))).slice(1), [given.id]);
});

onStandIn(
  'what the server forgets is known: a repeated append with `any` is stored once for ever',
  async (t) => {
    const server = await startStandIn(t);
    const connectionString = server.connectionString;
    const stream = `${newCategory()}-1`;
    const longAgo = '0190a5c0-0000-7000-8000-000000000000';
    const ids = [longAgo, v4(), v7()];
    const first = await openStore(t, { connectionString });
    for (const id of ids) await first.append(stream, [event({ id })]);
    await first.append(stream, events(200));
    await first.close();
    server.log.emptyIdempotencyCache();
    const second = await openStore(t, { connectionString });
    for (const id of ids) t.false((await second.append(stream, [event({ id })])).stored, id);
    t.is((await collect(second.readStream(stream))).length, 203);
  },
);

test.serial('two routers that append to one stream at once lose and repeat nothing', async (t) => {
  const connectionString = await connectionFor(t);
  const stream = `${newCategory()}-1`;
  const one = await openStore(t, { connectionString });
  // Said otherwise, so that it has a client of its own.
  const other = await openStore(t, { connectionString: `${connectionString}&connectionName=other` });
  const given = events(40);
  const appends = given.flatMap((each) => [one.append(stream, [each]), other.append(stream, [each])]);
  const results = await Promise.all(appends);
  t.is(new Set(results.map(({ position }) => position)).size, 40);
  const read = await collect(one.readStream(stream));
  t.deepEqual(idsOf(read).toSorted(), idsOf(given).toSorted());
  t.is(read.length, 40);
});

onStandIn('a server that is starting is asked again', async (t) => {
  const server = await startStandIn(t);
  const store = await openStore(t, { connectionString: server.connectionString });
  server.faults.notReady = 3;
  t.true((await store.append(`${newCategory()}-1`, [event()])).stored);
});

// A server may be told to take less than we do; the stand-in counts names in its limit.
onStandIn('an append that is larger than this server takes is refused as that', async (t) => {
  const { connectionString } = await startStandIn(t);
  const store = await openStore(t, { connectionString });
  await failsWith(
    t,
    'too-large',
    store.append(`${newCategory()}-1`, events(1_000, { type: 'T'.repeat(1_000) })),
  );
});

test.serial('a conflict is told only by what the stream holds now', async (t) => {
  for (const expectedRevision of ['none', 7n] as const) {
    const connectionString = await connectionFor(t);
    const first = await openStore(t, { connectionString });
    const stream = `${newCategory()}-1`;
    const [one, two, three] = [event(), event(), event()];
    await first.append(stream, [one]);
    const second = await openStore(t, { connectionString: `${connectionString}&connectionName=other` });
    // So far the second one knows it, and what the first one writes then it has not seen.
    t.false((await second.append(stream, [one])).stored);
    await first.append(stream, [two]);
    const repeated = await second.append(stream, [two], { expectedRevision });
    t.deepEqual([repeated.stored, repeated.revision], [false, 1n], `${expectedRevision}`);
    await failsWith(t, 'conflict', second.append(stream, [three], { expectedRevision }));
  }
});

test.serial('names that mean something to the server are refused', async (t) => {
  const connectionString = await connectionFor(t);
  const store = await openStore(t, { connectionString });
  await failsWith(t, 'invalid', store.append('$settings', [event()]));
  await failsWith(t, 'invalid', store.append('threadless.checkpoints-lane', [event()]));
  await failsWith(t, 'invalid', store.append(`${newCategory()}-1`, [event({ type: '$>' })]));
});

test.serial('a deleted stream has no events and can go on, one deleted for good cannot', async (t) => {
  const connectionString = await connectionFor(t);
  const store = await openStore(t, { connectionString });
  const client = EventStoreDBClient.connectionString(connectionString);
  t.teardown(() => client.dispose());
  const [erased, gone] = [`${newCategory()}-1`, `${newCategory()}-1`];
  for (const stream of [erased, gone]) await store.append(stream, events(3));
  await client.deleteStream(erased);
  t.deepEqual(await collect(store.readStream(erased)), []);
  t.is((await store.append(erased, [event()])).revision, 3n);
  await client.tombstoneStream(gone);
  t.deepEqual(await collect(store.readStream(gone)), []);
  await failsWith(t, 'deleted', store.append(gone, [event()]));
});

test.serial('what others wrote comes through as it is', async (t) => {
  const connectionString = await connectionFor(t);
  const store = await openStore(t, { connectionString });
  const client = EventStoreDBClient.connectionString(connectionString);
  t.teardown(() => client.dispose());
  const stream = `${newCategory()}-1`;
  const metadata = { $correlationId: 'c', schema: 99, more: [1] };
  await store.append(stream, [event({ type: 'NotYetInvented', data: { field: 1 }, metadata })]);
  await client.appendToStream(stream, binaryEvent({ type: 'Photo', data: Buffer.from('bytes') }));
  const [newer, foreign] = await collect(store.readStream(stream));
  t.like(newer, { type: 'NotYetInvented', data: { field: 1 }, metadata });
  t.like(foreign, { type: 'Photo', data: { base64: 'Ynl0ZXM=' }, metadata: { schema: 0 } });
  const categories = [stream.slice(0, -2)];
  t.is((await collect(store.readAll({ filter: { categories } }))).length, 2);
});

onStandIn(
  'the first append to a stream asks nothing first, unless such streams were there lately',
  async (t) => {
    const server = await startStandIn(t);
    const first = await openStore(t, { connectionString: server.connectionString });
    const streams = Array.from({ length: 10 }, () => `${newCategory()}-1`);
    const before = server.asked;
    for (const stream of streams) await first.append(stream, [event()]);
    t.is(server.asked, before);
    await first.close();
    const second = await openStore(t, { connectionString: server.connectionString });
    const { appends } = server.faults;
    for (const stream of streams) t.is((await second.append(stream, [event()])).revision, 1n);
    // One was tried as a new stream in vain, and then no more.
    t.is(server.faults.appends - appends, streams.length + 1);
  },
);
