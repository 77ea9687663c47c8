import { offsetText, type Zone } from '../../domain/zone.js';

export const units = ['hour', 'day', 'week', 'month'] as const;
export type Unit = (typeof units)[number];

/** A piece of a range of time, as the clocks of a zone cut it. */
export interface Bucket {
  /** `2026-03-01T08:00+03:00`, `2026-03-01`, of a week its Monday, `2026-03`. */
  readonly label: string;
  /** Milliseconds, inclusive; that of the range in the first one. */
  readonly since: number;
  /** Exclusive. */
  readonly until: number;
}

/** More would be no answer that anybody reads. */
export const maxBuckets = 20_000;
const quarterMs = 900_000;
const dayMs = 86_400_000;

/**
 * Cuts a range where the clocks of the zone begin another hour, day, week or month. A day may have 23 or 25 hours; an hour that comes
 * twice is two. Every zone begins all of them on quarters of an hour.
 *
 * @returns undefined when there are more than {@link maxBuckets}
 */
export const bucketsOf = (
  zone: Zone,
  unit: Unit,
  since: number,
  until: number,
): readonly Bucket[] | undefined => {
  if (since >= until) return [];
  const offset = offsetsOf(zone, since);
  const starts = [{ instant: since, offset: offset(since) }];
  let before = keyOf(unit, since, offset(since));
  const last = Math.ceil(until / quarterMs);
  for (let quarter = Math.floor(since / quarterMs) + 1; quarter < last; quarter += 1) {
    const start = { instant: quarter * quarterMs, offset: offset(quarter * quarterMs) };
    const key = keyOf(unit, start.instant, start.offset);
    if (key === before) continue;
    if (starts.length === maxBuckets) return undefined;
    starts.push(start);
    before = key;
  }
  return starts.map(({ instant, offset }, index) => ({
    label: labelOf(unit, instant, offset),
    since: instant,
    until: starts[index + 1]?.instant ?? until,
  }));
};

/** Asked for growing instants: the zone itself is asked once a day, and for each quarter of an hour of a day on which its clocks are put. */
const offsetsOf = (zone: Zone, begin: number): ((instant: number) => number) => {
  let [end, next] = [begin, zone.offsetAt(begin)];
  let [offset, isEven] = [next, true];
  return (instant) => {
    while (instant >= end) {
      end += dayMs;
      offset = next;
      next = zone.offsetAt(end);
      isEven = next === offset;
    }
    return isEven ? offset : zone.offsetAt(instant);
  };
};

/** Two instants are in the same piece when these are the same. */
const keyOf = (unit: Unit, instant: number, offset: number): number => {
  const wall = instant + offset;
  const day = Math.floor(wall / dayMs);
  switch (unit) {
    case 'hour':
      // An hour that comes twice differs by the offset.
      return Math.floor(wall / 3_600_000) * 4_000 + offset / 60_000;
    case 'day':
      return day;
    case 'week':
      return mondayOf(day);
    case 'month': {
      const date = new Date(wall);
      return date.getUTCFullYear() * 12 + date.getUTCMonth();
    }
  }
};

/** The first of January 1970 was a Thursday. */
const mondayOf = (day: number): number => Math.floor((day + 3) / 7) * 7 - 3;

const labelOf = (unit: Unit, instant: number, offset: number): string => {
  const wall = instant + offset;
  const text = (at: number) => new Date(at).toISOString();
  switch (unit) {
    case 'hour':
      return `${text(wall).slice(0, 13)}:00${offsetText(offset)}`;
    case 'day':
      return text(wall).slice(0, 10);
    case 'week':
      return text(mondayOf(Math.floor(wall / dayMs)) * dayMs).slice(0, 10);
    case 'month':
      return text(wall).slice(0, 7);
  }
};
