// Checkpoints, and places beyond the end: the stand-in as a real server, on which this file runs too.
import {
  BACKWARDS,
  END,
  type EventStoreDBClient,
  FORWARDS,
  type Position,
  type ReadPosition,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import test, { type ExecutionContext } from 'ava';
import { eventually } from '../kannel/support/wait.js';
import { needsStandIn } from '../oneServer/server.js';
import { collect } from '../store/events.js';
import { newStream, noted, openClient, revisions, startStandIn, told } from './client.js';

const none = 2n ** 64n - 1n;
/** More than are in any server of tests. */
const never = 1_000_000;

/** With checkpoints after so many records that were looked at. */
const subscribe = (
  t: ExecutionContext,
  client: EventStoreDBClient,
  stream: string,
  fromPosition: ReadPosition,
  records: number,
): { words: string[]; checkpoints: Position[] } => {
  const checkpoints: Position[] = [];
  const filter = streamNameFilter({
    prefixes: [stream],
    maxSearchWindow: Math.min(records, 32),
    checkpointInterval: Math.ceil(records / 32),
    checkpointReached: async (_subscription, position) => {
      checkpoints.push(position);
    },
  });
  return { words: told(t, client.subscribeToAll({ fromPosition, filter })), checkpoints };
};

const append = async (client: EventStoreDBClient, stream: string, count: number): Promise<Position[]> => {
  const positions: Position[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    const { position } = await client.appendToStream(stream, noted({ nth }));
    if (position) positions.push(position);
  }
  return positions;
};

test.serial('caught up from the start without a match, a checkpoint that is none is told', async (t) => {
  const client = await openClient(t);
  const stream = newStream();
  const { words, checkpoints } = subscribe(t, client, stream, START, never);
  await eventually('the end', 10_000, () => words.includes('caught up'));
  t.deepEqual(checkpoints, [{ commit: none, prepare: none }]);
  await client.appendToStream(stream, noted());
  await eventually('a match', 10_000, () => words.includes('Noted'));
  t.is(checkpoints.length, 1);
});

// Only on a store that holds less than one interval of records: no shared server does for long.
needsStandIn(test)(
  'no checkpoint comes after the one that is none, however much is passed over',
  async (t) => {
    const { client } = await startStandIn(t);
    const stream = newStream();
    const { words, checkpoints } = subscribe(t, client, stream, START, 32);
    await eventually('the end', 10_000, () => words.includes('caught up'));
    await append(client, newStream(), 70);
    await client.appendToStream(stream, noted());
    await eventually('a match', 10_000, () => words.includes('Noted'));
    t.deepEqual(checkpoints, [{ commit: none, prepare: none }]);
  },
);

test.serial('from the end, or from a position, no such checkpoint comes', async (t) => {
  const client = await openClient(t);
  const stream = newStream();
  const [position, last] = await append(client, stream, 2);
  if (!position || !last) return t.fail('no positions');
  const fromEnd = subscribe(t, client, newStream(), END, never);
  const fromPlace = subscribe(t, client, newStream(), position, never);
  const matching = subscribe(t, client, stream, START, never);
  for (const { words } of [fromEnd, fromPlace, matching])
    await eventually('the end', 10_000, () => words.includes('caught up'));
  t.deepEqual(fromEnd.checkpoints, []);
  t.deepEqual(fromPlace.checkpoints, [position]);
  t.deepEqual(matching.checkpoints, [last]);
});

test.serial('catching up, a checkpoint is the last match or where a page without one began', async (t) => {
  const client = await openClient(t);
  const [stream, foreign] = [newStream(), newStream()];
  const [start, match] = await append(client, stream, 2);
  const passed = await append(client, foreign, 10);
  if (!start || !match) return t.fail('no positions');
  const { words, checkpoints } = subscribe(t, client, stream, start, 1);
  await eventually('the end', 20_000, () => words.includes('caught up'));
  const told = checkpoints.map(({ commit, prepare }) => `${commit}:${prepare}`);
  t.true(told.includes(`${match.commit}:${match.prepare}`));
  t.true(told.includes(`${passed[5]?.commit}:0`));
  const half = { commit: passed[5]?.commit ?? none, prepare: 0n };
  const again = subscribe(t, client, foreign, half, never);
  await eventually('the end', 10_000, () => again.words.includes('caught up'));
  t.is(again.words.filter((word) => word === 'Noted').length, 5);
});

test.serial('live, a checkpoint is the place of what was looked at last, matching or not', async (t) => {
  const client = await openClient(t);
  const { words, checkpoints } = subscribe(t, client, newStream(), END, 32);
  await eventually('the end', 10_000, () => words.includes('caught up'));
  const positions = await append(client, newStream(), 70);
  await eventually('two checkpoints', 10_000, () => checkpoints.length >= 2);
  t.true(checkpoints.every(({ commit, prepare }) => commit === prepare));
  t.true(checkpoints.every(({ commit }) => commit >= (positions[0]?.commit ?? none)));
});

test.serial('what is no position is the end', async (t) => {
  const client = await openClient(t);
  const stream = newStream();
  await append(client, stream, 3);
  const { words } = subscribe(t, client, stream, { commit: none, prepare: none }, never);
  await eventually('the end', 10_000, () => words.includes('caught up'));
  await client.appendToStream(stream, noted({}, {}, 'Later'));
  await eventually('what is new', 10_000, () => words.includes('Later'));
  t.deepEqual(words, ['confirmed', 'caught up', 'Later']);
});

const first = async (
  client: EventStoreDBClient,
  fromPosition: ReadPosition,
  direction: 'forwards' | 'backwards',
): Promise<Position | undefined> => {
  const [read] = await collect(client.readAll({ fromPosition, direction, maxCount: 1 }));
  return read?.event?.position;
};

test.serial(
  'a position is read from where a record begins, forwards with it, backwards without',
  async (t) => {
    const client = await openClient(t);
    const [before, at] = await append(client, newStream(), 2);
    if (!before || !at) return t.fail('no positions');
    t.deepEqual(await first(client, at, FORWARDS), at);
    const previous = await first(client, at, BACKWARDS);
    t.true((previous?.commit ?? 0n) >= before.commit && (previous?.commit ?? none) < at.commit);
    const within = { commit: at.commit + 1n, prepare: at.prepare + 1n };
    await append(client, newStream(), 3);
    for (const direction of [FORWARDS, BACKWARDS] as const)
      await t.throwsAsync(first(client, within, direction), { message: /ReadAllResult: InvalidPosition/ });
    const { words } = subscribe(t, client, newStream(), within, never);
    await eventually('refusal', 10_000, () => words.length === 2);
    t.deepEqual(words, ['confirmed', 'error 3']);
  },
);

test.serial('beyond the end $all is empty forwards, an error backwards, and silent live', async (t) => {
  const client = await openClient(t);
  const beyond = { commit: 10n ** 15n, prepare: 10n ** 15n };
  t.is(await first(client, beyond, FORWARDS), undefined);
  await t.throwsAsync(first(client, beyond, BACKWARDS), { message: /Unexpected ReadAllResult: Error/ });
  const stream = newStream();
  const silent = subscribe(t, client, stream, beyond, never);
  const live = subscribe(t, client, stream, END, never);
  for (const { words } of [silent, live])
    await eventually('the end', 10_000, () => words.includes('caught up'));
  await client.appendToStream(stream, noted());
  await eventually('what is new', 10_000, () => live.words.includes('Noted'));
  t.deepEqual(silent.words, ['confirmed', 'caught up']);
  t.deepEqual(silent.checkpoints, []);
});

test.serial('beyond the end of a stream there is nothing, until it gets there', async (t) => {
  const client = await openClient(t);
  const stream = newStream();
  await client.appendToStream(stream, [noted(), noted()]);
  t.deepEqual(await revisions(client, stream, { fromRevision: 3n }), []);
  t.deepEqual(await revisions(client, stream, { fromRevision: 9n, direction: BACKWARDS }), [1, 0]);
  t.is(await revisions(client, stream, { fromRevision: END }), 'unknown');
  const words = told(t, client.subscribeToStream(stream, { fromRevision: 3n }));
  await eventually('the end', 10_000, () => words.includes('caught up'));
  for (const type of ['Two', 'Three', 'Four']) await client.appendToStream(stream, noted({}, {}, type));
  await eventually('what is beyond', 10_000, () => words.includes('Four'));
  t.deepEqual(words, ['confirmed', 'caught up', 'Four']);
});
