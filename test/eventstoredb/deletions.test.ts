// Streams that were deleted, softly or for good: the stand-in as a real server, on which this file runs too.
import { ANY, BACKWARDS, END, NO_STREAM, START, STREAM_EXISTS } from '@eventstore/db-client';
import test from 'ava';
import { eventually } from '../kannel/support/wait.js';
import { collect } from '../store/events.js';
import { bothAppends, newStream, noted, openClient, revisions, told } from './client.js';
import { append, expectations, five, outcomes } from './outcomes.js';

test.serial('a deleted stream is not found, and is written on at the next number', async (t) => {
  const client = await openClient(t);
  const deleted = async (stream: string) => {
    await client.appendToStream(stream, five());
    await client.setStreamMetadata(stream, { maxCount: 3 });
    await client.deleteStream(stream);
    await client.deleteStream(stream);
  };
  for (const way of bothAppends)
    t.deepEqual(await outcomes(client, deleted, way), [
      '5',
      '5',
      'stream-deleted',
      '5',
      'is at 4',
      'is at 4',
    ]);
  const stream = newStream();
  await deleted(stream);
  for (const fromRevision of [START, 2n, 9n] as const)
    for (const direction of ['forwards', BACKWARDS] as const)
      t.is(await revisions(client, stream, { fromRevision, direction }), 'stream-not-found');
  const { metadata } = await client.getStreamMetadata(stream);
  t.deepEqual(metadata, { truncateBefore: 2 ** 63 });
  const live = told(t, client.subscribeToStream(stream, { fromRevision: START }));
  await eventually('nothing', 5_000, () => live.includes('caught up'));
  await append(client, stream, NO_STREAM, [noted({}, {}, 'Again'), noted()]);
  t.deepEqual(await revisions(client, stream), [5, 6]);
  t.deepEqual((await client.getStreamMetadata(stream)).metadata, { truncateBefore: 5 });
  t.deepEqual(await revisions(client, `$$${stream}`), [3]);
  await eventually('what is new', 5_000, () => live.includes('Again'));
});

test.serial('new metadata ends a deletion, and what was there stays hidden', async (t) => {
  const client = await openClient(t);
  const stream = newStream();
  await client.appendToStream(stream, five());
  await client.deleteStream(stream);
  await client.setStreamMetadata(stream, { maxCount: 3 });
  t.deepEqual(await revisions(client, stream), []);
  t.deepEqual((await client.getStreamMetadata(stream)).metadata, { maxCount: 3, truncateBefore: 5 });
  t.is(await append(client, stream, NO_STREAM), 'is at 4');
});

test.serial(
  'what was written before a deletion is known as a repetition after it, and stays unread',
  async (t) => {
    const client = await openClient(t);
    for (const expected of [NO_STREAM, ANY] as const) {
      const stream = newStream();
      const events = [noted(), noted()];
      await client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
      await client.deleteStream(stream);
      t.is(await append(client, stream, expected, events), '1 somewhere');
      t.is(await revisions(client, stream), 'stream-not-found');
      t.is(await append(client, stream, NO_STREAM), '2');
    }
  },
);

test.serial(
  'a stream that never was has nothing to delete; metadata makes it exist, but not found',
  async (t) => {
    const client = await openClient(t);
    const stream = newStream();
    const error = await t.throwsAsync(client.deleteStream(stream));
    t.like(error, { type: 'wrong-expected-version', actualVersion: -1n });
    t.is(await append(client, stream, STREAM_EXISTS), 'is at no_stream');
    await client.setStreamMetadata(stream, { maxCount: 3 });
    t.is(await revisions(client, stream), 'stream-not-found');
    t.is(await append(client, stream, 0n), 'is at no_stream');
    t.is(await append(client, stream, STREAM_EXISTS), '0');
  },
);

test.serial('a delete at a wrong revision says the actual one', async (t) => {
  const client = await openClient(t);
  const stream = newStream();
  await client.appendToStream(stream, five());
  const wrong = { expectedRevision: 2n };
  for (const remove of [client.deleteStream(stream, wrong), client.tombstoneStream(stream, wrong)])
    t.like(await t.throwsAsync(remove), { type: 'wrong-expected-version', actualVersion: 4n });
  await client.deleteStream(stream, { expectedRevision: 4n });
});

test.serial('a tombstone refuses everything for ever, and ends subscriptions', async (t) => {
  const client = await openClient(t);
  const stream = newStream();
  const first = noted({}, {}, 'First');
  await client.appendToStream(stream, first, { expectedRevision: NO_STREAM });
  const live = told(t, client.subscribeToStream(stream, { fromRevision: START }));
  await eventually('the first', 5_000, () => live.includes('caught up'));
  await client.tombstoneStream(stream);
  await eventually('its end', 5_000, () => live.includes('error 9'));
  t.deepEqual(live, ['confirmed', 'First', 'caught up', '$streamDeleted', 'error 9']);
  for (const way of bothAppends)
    for (const expected of expectations)
      t.is(await append(client, stream, expected, [first], way), 'stream-deleted');
  t.is(await revisions(client, stream), 'stream-deleted');
  t.is(await revisions(client, `$$${stream}`), 'stream-deleted');
  t.is(await append(client, `$$${stream}`, ANY), 'stream-deleted');
  for (const remove of [client.deleteStream(stream), client.tombstoneStream(stream)])
    t.like(await t.throwsAsync(remove), { type: 'stream-deleted' });
  const late = told(t, client.subscribeToStream(stream, { fromRevision: END }));
  await eventually('refusal', 5_000, () => late.length > 0);
  t.deepEqual(late, ['error 9']);
});

test.serial(
  'a tombstone is an event of $all at the largest revision, also of a stream that never was',
  async (t) => {
    const client = await openClient(t);
    const stream = newStream();
    await client.tombstoneStream(stream);
    const last = await collect(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 200 }));
    const [event] = last.flatMap(({ event: one }) => (one?.streamId === stream ? [one] : []));
    t.like(event, { revision: 2n ** 63n - 1n, type: '$streamDeleted', isJson: false });
  },
);
