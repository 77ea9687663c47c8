// What the stand-in does, seen through the client that the real one is used with.
import { BACKWARDS, END, type JSONEventType, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import test from 'ava';
import { collect } from '../store/events.js';
import { startOwn } from './client.js';

const noted = (data: Record<string, string | number> = {}, metadata = {}, type = 'Noted') =>
  jsonEvent<JSONEventType>({ type, data, metadata });

test.serial(
  'with a revision a repetition is success for ever, with `any` only while the ids are cached',
  async (t) => {
    const { server, client } = await startOwn(t);
    const [first, second] = [noted(), noted()];
    await client.appendToStream('a-1', first, { expectedRevision: NO_STREAM });
    await client.appendToStream('a-1', second);
    await client.appendToStream('a-1', second);
    t.is((await collect(client.readStream('a-1'))).length, 2);
    server.log.emptyIdempotencyCache();
    const again = await client.appendToStream('a-1', first, { expectedRevision: NO_STREAM });
    t.is(again.nextExpectedRevision, 0n);
    t.is((await collect(client.readStream('a-1'))).length, 2);
    await client.appendToStream('a-1', second);
    t.is((await collect(client.readStream('a-1'))).length, 3);
  },
);

test.serial('a wrong revision is told with the actual one, over both kinds of append', async (t) => {
  const { client } = await startOwn(t);
  await client.appendToStream('a-1', [noted(), noted()]);
  for (const options of [{}, { credentials: { username: 'u', password: 'p' } }]) {
    const append = client.appendToStream('a-1', noted(), { expectedRevision: 7n, ...options });
    const error = await t.throwsAsync(append);
    t.like(error, { type: 'wrong-expected-version', expectedVersion: 7n, actualVersion: 1n });
  }
});

test.serial('events are linked by category, type and correlation', async (t) => {
  const { server, client } = await startOwn(t);
  server.startStandardProjections();
  await client.appendToStream('order-1', noted({ nth: 1 }, { $correlationId: 'job' }, 'Placed'));
  await client.appendToStream('order-2', noted({ nth: 2 }, { $correlationId: 'job' }, 'Paid'));
  for (const [stream, expected] of [
    ['$ce-order', [1, 2]],
    ['$et-Paid', [2]],
    ['$bc-job', [1, 2]],
  ] as const) {
    const read = await collect(client.readStream<JSONEventType>(stream, { resolveLinkTos: true }));
    t.deepEqual(
      read.map(({ event }) => (event?.data as { nth: number } | undefined)?.nth),
      [...expected],
      stream,
    );
    t.is(read[0]?.link?.streamId, stream);
  }
  const [last] = await collect(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }));
  t.is(last?.event?.type, '$>');
});

const counting = `fromCategory('order').foreachStream().when({
  $init: () => ({ count: 0 }),
  Placed: (state, event) => { state.count += event.data.nth; return state; },
}).transformBy((state) => ({ total: state.count }))`;

test.serial('a projection is created, asked, updated, reset, disabled and deleted', async (t) => {
  const { client } = await startOwn(t);
  for (const nth of [1, 2]) await client.appendToStream('order-1', noted({ nth }, {}, 'Placed'));
  await client.createProjection('counts', counting);
  t.deepEqual(await client.getProjectionState('counts', { partition: 'order-1' }), { count: 3 });
  t.deepEqual(await client.getProjectionResult('counts', { partition: 'order-1' }), { total: 3 });
  t.deepEqual(await client.getProjectionState('counts', { partition: 'order-9' }), {});
  await client.updateProjection('counts', counting.replace('+=', '-='));
  await client.resetProjection('counts');
  t.deepEqual(await client.getProjectionState('counts', { partition: 'order-1' }), { count: -3 });
  t.like(await client.getProjectionStatus('counts'), { status: 'Running', version: 2n });
  t.deepEqual(
    (await client.listProjections()).map(({ name }) => name),
    ['counts'],
  );
  await client.disableProjection('counts');
  t.like(await client.getProjectionStatus('counts'), { status: 'Stopped' });
  await client.deleteProjection('counts');
  await t.throwsAsync(client.getProjectionStatus('counts'));
});
