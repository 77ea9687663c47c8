import test from 'ava';
import { Waiters } from '../../src/routing/waiters.js';
import { ManualClock, settled } from '../outbound/support/manualClock.js';

const hour = 3_600_000;

for (const [how, byMs] of [
  ['stands', 0],
  ['is set back by an hour', -hour],
  ['is set forward by an hour', hour],
] as const) {
  test(`who waits for a message waits as long as it was told, though the date ${how}`, async (t) => {
    const clock = new ManualClock();
    let over = false;
    void new Waiters(clock).for('a', 10_000).then(() => {
      over = true;
    });
    await clock.advance(1_000);
    clock.set(byMs);
    await clock.advance(8_000);
    t.false(over);
    await clock.advance(1_500);
    await settled();
    t.true(over);
  });
}
