// Streams that begin above 0, and repetitions: the stand-in as a real server, on which this file runs too.
import { ANY, BACKWARDS, END, NO_STREAM, START, STREAM_EXISTS } from '@eventstore/db-client';
import test from 'ava';
import { eventually } from '../kannel/support/wait.js';
import { bothAppends, newStream, noted, openClient, revisions, told } from './client.js';
import { append, five, outcomes } from './outcomes.js';

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
