import test from 'ava';
import { LocalClock } from '../../src/cli/clock.js';
import { zone } from '../../src/cli/options.js';

const now = Date.parse('2026-03-10T20:30:00Z');
const clock = (name: string) => new LocalClock(zone(name), now);

test('a day is that of the zone, and today is today there', (t) => {
  t.is(clock('UTC').day('2026-03-10T00:00:00Z'), 'today');
  // In Kampala it is half past eleven in the evening, in Kathmandu the next morning.
  t.is(clock('Africa/Kampala').day('2026-03-09T21:00:00Z'), 'today');
  t.is(clock('Asia/Kathmandu').day('2026-03-10T18:00:00Z'), '10 Mar 2026');
  t.is(clock('Asia/Kathmandu').moment('2026-03-10T18:15:00Z'), 'today 00:00');
});

test('times are shown as the clocks showed them then', (t) => {
  t.is(clock('Europe/Berlin').time('2026-03-29T00:59:59Z'), '01:59:59');
  t.is(clock('Europe/Berlin').time('2026-03-29T01:00:00Z'), '03:00:00');
  t.is(clock('+05:45').time('2026-03-01T00:00:00Z'), '05:45:00');
  t.is(clock('UTC').entry('2026-03-01T08:11:30Z'), '1 Mar 08:11');
  t.is(clock('UTC').entry('2025-12-31T08:11:30Z'), '31 Dec 2025 08:11');
});

test('what is no time is shown as it is', (t) => {
  const utc = clock('UTC');
  for (const shown of [utc.time('soon'), utc.day('soon'), utc.moment('soon'), utc.entry('soon')])
    t.is(shown, 'soon');
});

test('a zone is said in short', (t) => {
  t.is(clock('Africa/Kampala').zone, 'GMT+3');
  t.is(clock('+05:45').zone, '+05:45');
  t.is(clock('UTC').zone, 'UTC');
});

test('a range of days has each of them once, and years where they are not this one', (t) => {
  t.is(clock('UTC').days('2026-01-01T00:00:00Z', '2026-02-25T23:59:59Z'), '1 Jan – 25 Feb');
  t.is(clock('UTC').days('2025-10-01T00:00:00Z', '2026-03-10T00:00:00Z'), '1 Oct 2025 – today');
  t.is(clock('UTC').days('2024-03-01T00:00:00Z', '2026-03-01T00:00:00Z'), '1 Mar 2024 – 1 Mar 2026');
  t.is(clock('UTC').days('2026-03-01T00:00:00Z', '2026-03-10T00:00:00Z'), '1 Mar – today');
  t.is(clock('UTC').days('2026-03-01T00:00:00Z', '2026-03-01T09:00:00Z'), '1 Mar 2026');
  t.is(clock('Africa/Kampala').days('2026-03-09T21:00:00Z', '2026-03-10T20:00:00Z'), 'today');
});
