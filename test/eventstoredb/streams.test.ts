// Streams that begin above 0, deleted ones and repetitions: the stand-in as a real server, on which this file runs too.
import {
  ANY,
  type AppendExpectedRevision,
  BACKWARDS,
  END,
  type EventStoreDBClient,
  NO_STREAM,
  START,
  STREAM_EXISTS,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import test from 'ava';
import { eventually } from '../kannel/support/wait.js';
import { bothAppends, newStream, noted, openClient, revisions, told } from './client.js';

const five = () => Array.from({ length: 5 }, () => noted());

/** The revision after it, or why it was refused. */
const append = async (
  client: EventStoreDBClient,
  stream: string,
  expectedRevision: AppendExpectedRevision,
  events = [noted()],
  options = {},
): Promise<string> => {
  try {
    const done = await client.appendToStream(stream, events, { expectedRevision, ...options });
    return `${done.nextExpectedRevision}${done.position ? '' : ' somewhere'}`;
  } catch (error) {
    if (error instanceof WrongExpectedVersionError) return `is at ${error.actualVersion}`;
    return (error as { type: string }).type;
  }
};

const expectations: readonly AppendExpectedRevision[] = [NO_STREAM, ANY, STREAM_EXISTS, 4n, 3n, 7n];

/** Each on a stream of its own. */
const outcomes = async (
  client: EventStoreDBClient,
  prepare: (stream: string) => Promise<unknown>,
  options = {},
): Promise<readonly string[]> =>
  Promise.all(
    expectations.map(async (expected) => {
      const stream = newStream();
      await prepare(stream);
      return append(client, stream, expected, [noted()], options);
    }),
  );

for (const [what, metadata, left] of [
  ['$maxCount', { maxCount: 2 }, [3, 4]],
  ['truncateBefore', { truncateBefore: 3 }, [3, 4]],
  ['truncateBefore just beyond the end', { truncateBefore: 5 }, []],
  ['truncateBefore far beyond the end', { truncateBefore: 100 }, []],
] as const) {
  test.serial(`${what} leaves a stream that is there, at its own revisions`, async (t) => {
    const client = await openClient(t);
    const cut = async (stream: string) => {
      await client.appendToStream(stream, five());
      await client.setStreamMetadata(stream, metadata);
    };
    const stream = newStream();
    await cut(stream);
    t.deepEqual(await revisions(client, stream), left);
    t.deepEqual(await revisions(client, stream, { fromRevision: 1n }), left);
    t.deepEqual(await revisions(client, stream, { fromRevision: 9n }), []);
    const backwards = { direction: BACKWARDS } as const;
    t.deepEqual(await revisions(client, stream, { ...backwards, fromRevision: END }), left.toReversed());
    t.deepEqual(await revisions(client, stream, { ...backwards, fromRevision: 9n }), left.toReversed());
    t.deepEqual(await revisions(client, stream, { ...backwards, fromRevision: 1n }), []);
    for (const way of bothAppends)
      t.deepEqual(await outcomes(client, cut, way), ['is at 4', '5', '5', '5', 'is at 4', 'is at 4']);
  });
}

test.serial(
  'what is appended below truncateBefore is stored, cannot be read, and its repetition has no position',
  async (t) => {
    const client = await openClient(t);
    for (const way of bothAppends) {
      const stream = newStream();
      await client.setStreamMetadata(stream, { truncateBefore: 100 });
      const events = [noted(), noted()];
      t.is(await append(client, stream, NO_STREAM, events, way), '1');
      t.deepEqual(await revisions(client, stream), []);
      t.is(await append(client, stream, NO_STREAM, events, way), '1 somewhere');
      t.is(await append(client, stream, ANY, events, way), '1 somewhere');
    }
  },
);

test.serial('$maxAge hides from who comes later what was sent to who was there', async (t) => {
  const client = await openClient(t);
  const stream = newStream();
  await client.setStreamMetadata(stream, { maxAge: 1 });
  await client.appendToStream(stream, five());
  const early = told(t, client.subscribeToStream(stream, { fromRevision: START }));
  await eventually('the events', 5_000, () => early.includes('caught up') && early.length === 7);
  await eventually('their end', 5_000, async () => (await revisions(client, stream)).length === 0);
  t.is(await append(client, stream, NO_STREAM), 'is at 4');
  t.is(await append(client, stream, 4n), '5');
  t.deepEqual(await revisions(client, stream), [5]);
});

test.serial('a live subscription gets what is hidden already, a new one does not', async (t) => {
  const client = await openClient(t);
  const stream = newStream();
  await client.appendToStream(stream, noted({}, {}, 'First'));
  const live = told(t, client.subscribeToStream(stream, { fromRevision: START }));
  await eventually('the first', 5_000, () => live.includes('caught up'));
  await client.setStreamMetadata(stream, { truncateBefore: 100 });
  await client.appendToStream(stream, noted({}, {}, 'Second'));
  await eventually('the second', 5_000, () => live.includes('Second'));
  const late = told(t, client.subscribeToStream(stream, { fromRevision: START }));
  await eventually('nothing', 5_000, () => late.includes('caught up'));
  t.deepEqual(late, ['confirmed', 'caught up']);
});

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

test.serial('a repetition tells where the events are, in whatever part and order with `any`', async (t) => {
  const client = await openClient(t);
  const stream = newStream();
  const [one, two, three] = [noted(), noted(), noted()];
  const first = await client.appendToStream(stream, [one, two, three], { expectedRevision: NO_STREAM });
  for (const way of bothAppends)
    for (const expectedRevision of [NO_STREAM, ANY, STREAM_EXISTS] as const)
      t.like(await client.appendToStream(stream, [one, two, three], { expectedRevision, ...way }), {
        nextExpectedRevision: 2n,
        position: first.position,
      });
  t.is(await append(client, stream, ANY, [two]), '1');
  t.is(await append(client, stream, ANY, [two, one]), '0');
  t.is(await append(client, stream, 0n, [two, three]), '2');
  t.is(await append(client, stream, ANY, [one, noted()]), 'is at 2');
  t.is(await append(client, stream, 0n, [two, noted()]), 'is at 2');
  t.is(await append(client, stream, ANY, [noted(), one]), '4');
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
    const read = client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 200 });
    const found: (bigint | string)[] = [];
    for await (const { event } of read)
      if (event?.streamId === stream) found.push(event.revision, event.type, event.data.length as never);
    t.deepEqual(found, [2n ** 63n - 1n, '$streamDeleted', 0 as never]);
  },
);
