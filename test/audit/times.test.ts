// Days, hours and ranges as the clocks of a zone make them: half and quarter hours, days of 23 and 25 hours, days that are not there.
import test from 'ava';
import fc from 'fast-check';
import { bucketsOf, type Unit, units } from '../../src/audit/time/buckets.js';
import { readTime } from '../../src/domain/times.js';
import { type Zone, zoneOf } from '../../src/domain/zone.js';

const zone = (name: string): Zone => {
  const found = zoneOf(name);
  if (found === undefined) throw new Error(`No zone ${name}.`);
  return found;
};
const now = Date.parse('2026-03-20T12:00:00Z');
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
const since = (text: string, name: string) => iso(readTime(text, 'since', zone(name), now));
const until = (text: string, name: string) => iso(readTime(text, 'until', zone(name), now));
const hours = (from: string | undefined, to: string | undefined) =>
  (Date.parse(to ?? '') - Date.parse(from ?? '')) / 3_600_000;

test('a bare date is that whole day in the zone, for until too', (t) => {
  for (const [name, first, end] of [
    ['UTC', '2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z'],
    ['Africa/Kampala', '2026-02-28T21:00:00.000Z', '2026-03-01T21:00:00.000Z'],
    ['Asia/Kolkata', '2026-02-28T18:30:00.000Z', '2026-03-01T18:30:00.000Z'],
    ['Asia/Kathmandu', '2026-02-28T18:15:00.000Z', '2026-03-01T18:15:00.000Z'],
    ['Pacific/Kiritimati', '2026-02-28T10:00:00.000Z', '2026-03-01T10:00:00.000Z'],
    ['Pacific/Pago_Pago', '2026-03-01T11:00:00.000Z', '2026-03-02T11:00:00.000Z'],
    ['+05:45', '2026-02-28T18:15:00.000Z', '2026-03-01T18:15:00.000Z'],
  ] as const) {
    t.is(since('2026-03-01', name), first, name);
    t.is(until('2026-03-01', name), end, name);
  }
});

test('days of 23 and of 25 hours, one that begins at one, and one that was left out', (t) => {
  const day = (text: string, name: string) => hours(since(text, name), until(text, name));
  t.is(day('2026-03-29', 'Europe/Berlin'), 23);
  t.is(day('2026-10-25', 'Europe/Berlin'), 25);
  t.is(day('2026-03-28', 'Europe/Berlin'), 24);
  t.is(day('2018-11-04', 'America/Sao_Paulo'), 23);
  t.is(since('2018-11-04', 'America/Sao_Paulo'), '2018-11-04T03:00:00.000Z');
  t.is(day('2018-02-17', 'America/Sao_Paulo'), 25);
  t.is(day('2026-04-05', 'Australia/Lord_Howe'), 24.5);
  t.is(day('2011-12-30', 'Pacific/Apia'), 0);
});

test('a time without an offset is what the clocks of the zone show; what comes twice is whole', (t) => {
  t.is(since('2026-03-01T08:00', 'Africa/Kampala'), '2026-03-01T05:00:00.000Z');
  t.is(since('2026-03-01T08:00:30.25', 'Asia/Kathmandu'), '2026-03-01T02:15:30.250Z');
  t.is(since('2026-03-01T08:00Z', 'Asia/Kathmandu'), '2026-03-01T08:00:00.000Z');
  t.is(since('2026-03-01T08:00-03:30', 'UTC'), '2026-03-01T11:30:00.000Z');
  t.is(since('2026-10-25T02:30', 'Europe/Berlin'), '2026-10-25T00:30:00.000Z');
  t.is(until('2026-10-25T02:30', 'Europe/Berlin'), '2026-10-25T01:30:00.000Z');
  t.is(since('2026-03-29T02:30', 'Europe/Berlin'), '2026-03-29T01:30:00.000Z');
});

test('durations, months and words', (t) => {
  t.is(since('7d', 'UTC'), '2026-03-13T12:00:00.000Z');
  t.is(until('90m', 'UTC'), '2026-03-20T10:30:00.000Z');
  t.is(since('yesterday', 'Africa/Kampala'), '2026-03-18T21:00:00.000Z');
  t.is(until('yesterday', 'Africa/Kampala'), '2026-03-19T21:00:00.000Z');
  t.is(until('today', 'UTC'), '2026-03-21T00:00:00.000Z');
  t.is(since('2026-02', 'UTC'), '2026-02-01T00:00:00.000Z');
  t.is(until('2026-12', 'UTC'), '2027-01-01T00:00:00.000Z');
  t.is(since('2026', 'Africa/Kampala'), '2025-12-31T21:00:00.000Z');
  t.is(until('2026', 'Africa/Kampala'), '2026-12-31T21:00:00.000Z');
  for (const none of [
    'march',
    '2026-3-1',
    '7 days',
    '-1d',
    '2026-02-30',
    '2026-13',
    '2026-03-01T24:00',
    '7',
    '7y',
    '',
    '20260301',
    '0000',
    '02026',
  ])
    t.is(since(none, 'UTC'), undefined, none);
  t.is(zoneOf('Mars/Base'), undefined);
});

test('hours of a day on which the clocks are put: one is missing, one comes twice', (t) => {
  const labels = (day: string, name: string, unit: Unit) => {
    const [from, to] = [readTime(day, 'since', zone(name), now), readTime(day, 'until', zone(name), now)];
    return bucketsOf(zone(name), unit, from ?? 0, to ?? 0)?.map(({ label }) => label) ?? [];
  };
  t.is(labels('2026-03-29', 'Europe/Berlin', 'hour').length, 23);
  t.false(labels('2026-03-29', 'Europe/Berlin', 'hour').some((label) => label.includes('T02:00')));
  const long = labels('2026-10-25', 'Europe/Berlin', 'hour');
  t.is(long.length, 25);
  t.deepEqual(long.slice(2, 4), ['2026-10-25T02:00+02:00', '2026-10-25T02:00+01:00']);
  t.deepEqual(labels('2026-03-01', 'Asia/Kathmandu', 'hour').slice(0, 2), [
    '2026-03-01T00:00+05:45',
    '2026-03-01T01:00+05:45',
  ]);
  t.is(labels('2026-03', 'Europe/Berlin', 'day').length, 31);
  t.deepEqual(labels('2026-03', 'Europe/Berlin', 'week'), [
    '2026-02-23',
    '2026-03-02',
    '2026-03-09',
    '2026-03-16',
    '2026-03-23',
    '2026-03-30',
  ]);
});

test('pieces of any range follow each other without a gap, and each instant shows the label of its own', (t) => {
  const zones = ['UTC', 'Asia/Kathmandu', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe'].map(
    zone,
  );
  const instant = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2026, 11, 31) });
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.constantFrom(...units),
      instant,
      fc.integer({ min: 1, max: 40 * 86_400_000 }),
      (where, unit, begin, length) => {
        const buckets = bucketsOf(where, unit, begin, begin + length) ?? [];
        t.is(buckets[0]?.since, begin);
        t.is(buckets.at(-1)?.until, begin + length);
        for (const [index, { until: end }] of buckets.slice(0, -1).entries()) {
          t.is(buckets[index + 1]?.since, end);
          t.is(end % 900_000, 0);
          // The last instant of a piece is in it, and the first of the next is not.
          const only = (at: number) => bucketsOf(where, unit, at, at + 1)?.[0]?.label;
          t.is(only(end - 1), buckets[index]?.label);
          t.is(only(end), buckets[index + 1]?.label);
        }
        t.is(new Set(buckets.map(({ label }) => label)).size, buckets.length);
      },
    ),
    { numRuns: 40 },
  );
});

test('more pieces than anyone reads are refused', (t) => {
  t.is(bucketsOf(zone('UTC'), 'hour', 0, Date.UTC(2026, 0, 1)), undefined);
});

test('days of many years ask the zone once each, and more only where its clocks are put', (t) => {
  let asked = 0;
  const berlin = zone('Europe/Berlin');
  const counting: Zone = {
    name: berlin.name,
    offsetAt: (instant) => {
      asked += 1;
      return berlin.offsetAt(instant);
    },
  };
  const days = bucketsOf(counting, 'day', Date.UTC(2016, 0, 1), Date.UTC(2026, 0, 1)) ?? [];
  t.true(days.length > 3_650);
  // Twenty days on which they are put, of a hundred quarters of an hour each.
  t.true(asked < days.length + 20 * 100, `${asked}`);
});
