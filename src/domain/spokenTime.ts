/** A time as people write it: a day has a length, a moment none. Milliseconds since 1970; `to` is exclusive for a day. */
export interface SpokenTime {
  readonly from: number;
  readonly to: number;
}

/** What is understood, for whoever wrote something else. */
export const timesUnderstood = '2026-03-01, 2026-03-01T08:00, 2026-03-01T08:00Z, 7d, 12h, today, yesterday';

const dayMs = 86_400_000;
const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: dayMs, w: 7 * dayMs };

/**
 * The time that a person means: a date is that whole day, and what names no zone is meant in `zone`.
 *
 * @param now - milliseconds since 1970
 * @param zone - as in the time zone database: `Africa/Kampala`, `UTC`
 * @returns undefined for what is none of {@link timesUnderstood}
 */
export const spokenTime = (text: string, now: number, zone: string): SpokenTime | undefined => {
  const ago = /^(\d{1,6})([mhdw])$/.exec(text);
  if (ago !== null) return moment(now - Number(ago[1]) * (unitMs[ago[2] ?? ''] ?? 0));
  if (text === 'now') return moment(now);
  if (text === 'today') return dayOf(localDate(now, zone), zone);
  if (text === 'yesterday') return dayOf(shifted(localDate(now, zone), -1), zone);
  const written =
    /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?(Z|[+-]\d\d:?\d\d)?)?$/.exec(text);
  if (written === null) return undefined;
  const [, year, month, day, hours, minutes, seconds = '00', fraction = '0', offset] = written;
  const date = `${year}-${month}-${day}`;
  if (Number.isNaN(Date.parse(date)) || shifted(date, 0) !== date) return undefined;
  if (hours === undefined || minutes === undefined) return dayOf(date, zone);
  const local = `${date}T${hours}:${minutes}:${seconds}.${fraction.padEnd(3, '0')}`;
  const wall = Date.parse(`${local}Z`);
  if (Number.isNaN(wall)) return undefined;
  if (offset === undefined) return moment(instantOf(wall, zone));
  return moment(Date.parse(`${local}${offset === 'Z' ? 'Z' : offset.replace(/(\d\d):?(\d\d)$/, '$1:$2')}`));
};

const moment = (at: number): SpokenTime => ({ from: at, to: at });

const dayOf = (date: string, zone: string): SpokenTime => ({
  from: instantOf(Date.parse(date), zone),
  to: instantOf(Date.parse(shifted(date, 1)), zone),
});

/** @param date - YYYY-MM-DD */
const shifted = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);

/** YYYY-MM-DD of a moment in a zone. */
const localDate = (at: number, zone: string): string =>
  new Date(at + offsetAt(at, zone)).toISOString().slice(0, 10);

/** The moment at which clocks of the zone show this time; for one that they leave out, what it would be had they not been set. */
const instantOf = (wall: number, zone: string): number => {
  const early = wall - offsetAt(wall - dayMs, zone);
  const late = wall - offsetAt(wall + dayMs, zone);
  return early + offsetAt(early, zone) !== wall && late + offsetAt(late, zone) === wall ? late : early;
};

/** How far clocks of the zone are ahead of UTC, in milliseconds. */
const offsetAt = (at: number, zone: string): number => {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((candidate) => candidate.type === type)?.value);
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return wall - Math.floor(at / 1_000) * 1_000;
};
