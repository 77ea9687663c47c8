import test from 'ava';
import { spokenTime } from '../../src/domain/spokenTime.js';

const now = Date.parse('2026-03-10T12:00:00.000Z');
const told = (text: string, zone = 'UTC') => {
  const time = spokenTime(text, now, zone);
  return time === undefined ? undefined : [time.from, time.to].map((at) => new Date(at).toISOString());
};
const moment = (iso: string) => [iso, iso];

test('a date is that whole day in its zone', (t) => {
  t.deepEqual(told('2026-03-01'), ['2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z']);
  t.deepEqual(told('2026-03-01', 'Africa/Kampala'), ['2026-02-28T21:00:00.000Z', '2026-03-01T21:00:00.000Z']);
  t.deepEqual(told('2026-03-01', 'Asia/Kathmandu'), ['2026-02-28T18:15:00.000Z', '2026-03-01T18:15:00.000Z']);
  t.deepEqual(told('2024-02-29'), ['2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z']);
});

test('a day on which clocks are set has 23 or 25 hours', (t) => {
  t.deepEqual(told('2026-03-29', 'Europe/Berlin'), ['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z']);
  t.deepEqual(told('2026-10-25', 'Europe/Berlin'), ['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z']);
  // There midnight itself is left out.
  t.deepEqual(told('2018-11-04', 'America/Sao_Paulo'), [
    '2018-11-04T03:00:00.000Z',
    '2018-11-05T02:00:00.000Z',
  ]);
});

test('a moment is meant in its zone unless it names one', (t) => {
  t.deepEqual(told('2026-03-01T08:00'), moment('2026-03-01T08:00:00.000Z'));
  t.deepEqual(told('2026-03-01 08:00', 'Africa/Kampala'), moment('2026-03-01T05:00:00.000Z'));
  t.deepEqual(told('2026-03-01T08:00:30.5Z', 'Africa/Kampala'), moment('2026-03-01T08:00:30.500Z'));
  t.deepEqual(told('2026-03-01T08:00+05:30'), moment('2026-03-01T02:30:00.000Z'));
  t.deepEqual(told('2026-03-01T08:00-0300'), moment('2026-03-01T11:00:00.000Z'));
});

test('what is counted from now', (t) => {
  t.deepEqual(told('7d'), moment('2026-03-03T12:00:00.000Z'));
  t.deepEqual(told('12h'), moment('2026-03-10T00:00:00.000Z'));
  t.deepEqual(told('today'), ['2026-03-10T00:00:00.000Z', '2026-03-11T00:00:00.000Z']);
  t.deepEqual(told('yesterday', 'Pacific/Auckland'), [
    '2026-03-09T11:00:00.000Z',
    '2026-03-10T11:00:00.000Z',
  ]);
});

test('what is no time is none', (t) => {
  for (const text of [
    'march',
    '',
    '2026-13-01',
    '2026-02-30',
    '2026-3-1',
    '2026-03-01T25:00',
    '7 days',
    '-1d',
  ])
    t.is(told(text), undefined, text);
});
