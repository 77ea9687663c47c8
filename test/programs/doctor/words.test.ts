import { inspect } from 'node:util';
import test from 'ava';
import { ago, messageOf } from '../../../src/programs/doctor/words.js';

for (const [ms, says] of [
  [200_000, '3 minutes ago'],
  // Of two hours but for a second, an hour would be half the truth.
  [7_199_000, '120 minutes ago'],
  [5_400_000, '90 minutes ago'],
  [86_400_000, '24 hours ago'],
  [9_000_000, '3 hours ago'],
  [1_000, '1 second ago'],
  [0, '0 seconds ago'],
  // Two readings of a clock that is set a little meanwhile.
  [-900, '0 seconds ago'],
  [-200_000, "3 minutes ahead of this machine's clock"],
] as const)
  test(`of what happened ${ms} ms before it is said: ${says}`, (t) => {
    t.is(ago(ms), says);
  });

for (const [thrown, says] of [
  [new Error('a\n  reason'), 'a reason'],
  [new Error(''), 'Error, without a word of why'],
  ['a reason', 'a reason'],
  [null, 'it threw null'],
  [undefined, 'it threw undefined'],
  [{ code: 5 }, 'it threw { code: 5 }'],
] as const)
  test(`${inspect(thrown).split('\n')[0]} that was thrown is told as: ${says}`, (t) => {
    t.is(messageOf(thrown), says);
  });
