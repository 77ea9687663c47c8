import { dayAt, instantsOf, startOfDay, type Zone } from './zone.js';

/** Which end of a range a time is: a bare date is a whole day. */
export type End = 'since' | 'until';

export const timesTaken =
  'a time (2026-03-01, 2026-03-01T08:00, 2026-03, 2026, 7d, 12h, yesterday, today, now)';

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** @returns milliseconds: the first instant of what is named, for `until` the first one after it; undefined when it is no time */
export const readTime = (text: string, end: End, zone: Zone, now: number): number | undefined => {
  const given = text.trim();
  const [, count, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(given) ?? [];
  if (count !== undefined) return now - Number(count) * (unitMs[unit] ?? 0);
  if (given === 'now') return now;
  const beyond = end === 'until' ? 1 : 0;
  const today = dayAt(zone, now);
  if (given === 'today') return startOfDay(zone, today + beyond);
  if (given === 'yesterday') return startOfDay(zone, today - 1 + beyond);
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(given) ?? [];
  if (year === undefined) return readInstant(given, end, zone);
  const first = daysOf(year, month ?? '01', day ?? '01');
  if (first === undefined) return undefined;
  return startOfDay(zone, end === 'since' ? first : dayAfter(Number(year), month, day));
};

/** The first day after what is named: a day, a month, a year. Days since 1970. */
const dayAfter = (year: number, month: string | undefined, day: string | undefined): number => {
  const time =
    month === undefined
      ? Date.UTC(year + 1, 0)
      : day === undefined
        ? Date.UTC(year, Number(month))
        : Date.UTC(year, Number(month) - 1, Number(day) + 1);
  return Math.floor(time / 86_400_000);
};

/** Days since 1970; undefined for the 30th of February. */
const daysOf = (year: string, month: string, day: string): number | undefined => {
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const isThere = new Date(time).toISOString().startsWith(`${year}-${month}-${day}`);
  return isThere ? Math.floor(time / 86_400_000) : undefined;
};

/** With an offset it is that instant, without one it is what the clocks of the zone show. */
const readInstant = (text: string, end: End, zone: Zone): number | undefined => {
  const form =
    /^(\d{4})-(\d{2})-(\d{2})[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:?\d{2})?$/;
  const [, year, month, day, hour, minute, second = '0', fraction = '', offset] = form.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const days = daysOf(year, month, day);
  if (days === undefined) return undefined;
  const ms = Number(fraction.padEnd(3, '0'));
  const wall = days * 86_400_000 + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000 + ms;
  if (offset !== undefined) return wall - offsetMs(offset);
  const instants = instantsOf(zone, wall);
  // What the clocks left out is the moment at which they were put forward, and as long after it.
  return (end === 'since' ? instants[0] : instants.at(-1)) ?? wall - zone.offsetAt(wall - 86_400_000);
};

const offsetMs = (offset: string): number => {
  if (offset === 'Z') return 0;
  const [hours, minutes] = [offset.slice(1, 3), offset.slice(-2)].map(Number) as [number, number];
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
};
