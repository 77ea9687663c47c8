// Conversations that are cut, deleted and restored under processes that share them, on a server of its own each time.
import assert from 'node:assert/strict';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { type Command, commands, commandsWithRestore } from './cut/commands.js';
import { World } from './cut/world.js';

const answersOnce = async (list: readonly Command[]): Promise<void> => {
  const world = await World.start();
  try {
    for (const command of list) await world.run(command);
    // Twice: what is answered a second time is answered before what comes after it.
    await world.settle();
    await world.settle();
    assert.deepEqual(world.faults, []);
  } finally {
    await world.close();
  }
};

test('texts that come together to a stream that hides them are each answered', (t) =>
  t.notThrowsAsync(
    answersOnce([
      { do: 'receive', phone: 1, count: 2 },
      { do: 'settle' },
      { do: 'cut', phone: 1, fromEnd: 6 },
      { do: 'receive', phone: 1, count: 4 },
    ]),
  ));

test('texts behind one that their stream hides are answered, though the work is spread anew meanwhile', (t) =>
  t.notThrowsAsync(
    answersOnce([
      { do: 'restart', process: 0, how: 'in order' },
      { do: 'receive', phone: 2, count: 2 },
      { do: 'settle' },
      { do: 'restart', process: 1, how: 'killed' },
      { do: 'settle' },
      { do: 'cut', phone: 2, fromEnd: 1 },
      { do: 'receive', phone: 2, count: 3 },
      { do: 'move', partition: 0 },
    ]),
  ));

for (const next of [
  { do: 'move', partition: 0 },
  { do: 'restart', process: 0, how: 'in order' },
] as const) {
  test(`a text in hand is recorded anew before it is answered, though a ${next.do} follows the restore`, (t) =>
    t.notThrowsAsync(answersOnce([{ do: 'settle' }, { do: 'restore', empty: true, holding: true }, next])));
}

/** A failure tells its seed and path: SEED and FC_PATH replay it. */
const { SEED, FC_PATH } = process.env;
const replay = {
  ...(SEED === undefined ? {} : { seed: Number(SEED) }),
  ...(FC_PATH === undefined ? {} : { path: FC_PATH }),
};

const holds = async (
  t: ExecutionContext,
  arbitrary: fc.Arbitrary<readonly Command[]>,
  settings: fc.Parameters<[readonly Command[]]>,
) => {
  const property = fc.asyncProperty(arbitrary, answersOnce);
  // Shrinking ends in time to be told.
  const told = await fc.check(property, {
    interruptAfterTimeLimit: Number(process.env.LIMIT ?? 30_000),
    ...settings,
    ...replay,
  });
  t.log(`${told.numRuns} histories, seed ${told.seed}`);
  t.false(told.failed, `${String(told.errorInstance)}\n${fc.defaultReportMessage(told)}`);
};

test('whatever is cut, deleted, moved and restarted, each text that was not cut away is answered once', (t) =>
  holds(t, commands, { numRuns: 60 }));

test('a server that goes back in it changes nothing of that for what it still has and what comes', (t) =>
  // Each costs seconds: the suite repeats the same few, SEED=… tries others.
  holds(t, commandsWithRestore, { numRuns: 8, seed: -1_619_081_287 }));
