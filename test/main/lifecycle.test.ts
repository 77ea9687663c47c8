import test from 'ava';
import { Lifecycle } from '../../src/main/lifecycle.js';
import { ManualClock, settled } from '../outbound/support/manualClock.js';
import { silentLog } from '../support/log.js';

test('a stop takes no longer than its budget, though the date is set back meanwhile', async (t) => {
  const clock = new ManualClock();
  const lifecycle = new Lifecycle(10_000, clock, silentLog);
  const left: number[] = [];
  const forEver = (_inOrder: boolean, leftMs: number) => {
    left.push(leftMs);
    return leftMs === 0 ? true : new Promise(() => undefined);
  };
  for (const name of ['first', 'second']) lifecycle.started(name, forEver);
  const stopped = lifecycle.stop();
  await clock.advance(5_000);
  clock.set(-3_600_000);
  await clock.advance(6_000);
  await settled();
  t.false(await stopped);
  t.deepEqual(left, [10_000, 0]);
});
