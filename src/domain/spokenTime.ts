import { dayAt, instantsOf, startOfDay, type Zone, zoneOf } from './zone.js';

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
 * The time that a person means: a date is that whole day, and what names no zone is meant in this one.
 *
 * @param now - milliseconds since 1970
 * @param zoneName - as in the time zone database: `Africa/Kampala`, `UTC`
 * @returns undefined for what is none of {@link timesUnderstood}
 */
export const spokenTime = (text: string, now: number, zoneName: string): SpokenTime | undefined => {
  const zone = zoneOf(zoneName);
  if (zone === undefined) throw new RangeError(`There is no time zone ${zoneName}.`);
  const ago = /^(\d{1,6})([mhdw])$/.exec(text);
  if (ago !== null) return moment(now - Number(ago[1]) * (unitMs[ago[2] ?? ''] ?? 0));
  if (text === 'now') return moment(now);
  if (text === 'today') return dayOf(dayAt(zone, now), zone);
  if (text === 'yesterday') return dayOf(dayAt(zone, now) - 1, zone);
  const written =
    /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?(Z|[+-]\d\d:?\d\d)?)?$/.exec(text);
  if (written === null) return undefined;
  const [, year, month, day, hours, minutes, seconds = '00', fraction = '0', offset] = written;
  const date = `${year}-${month}-${day}`;
  const midnight = Date.parse(date);
  // The 30th of February is the 2nd of March elsewhere.
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(date)) return undefined;
  if (hours === undefined || minutes === undefined) return dayOf(midnight / dayMs, zone);
  const local = `${date}T${hours}:${minutes}:${seconds}.${fraction.padEnd(3, '0')}`;
  const wall = Date.parse(`${local}Z`);
  if (Number.isNaN(wall)) return undefined;
  if (offset === undefined) return moment(instantOf(wall, zone));
  return moment(Date.parse(`${local}${offset === 'Z' ? 'Z' : offset.replace(/(\d\d):?(\d\d)$/, '$1:$2')}`));
};

const moment = (at: number): SpokenTime => ({ from: at, to: at });

/** @param day - days since 1970 */
const dayOf = (day: number, zone: Zone): SpokenTime => ({
  from: startOfDay(zone, day),
  to: startOfDay(zone, day + 1),
});

/** The moment at which clocks of the zone show this time; for one that they leave out, what it would be had they not been set. */
const instantOf = (wall: number, zone: Zone): number =>
  instantsOf(zone, wall)[0] ?? wall - zone.offsetAt(wall - dayMs);
