/** A time zone, as far as days and hours are made in it. Instants are milliseconds since 1970. */
export interface Zone {
  readonly name: string;
  /** What the clocks there show beyond UTC at an instant, in milliseconds. */
  offsetAt(instant: number): number;
}

const quarterMs = 900_000;

/** By a name such as Africa/Kampala, or an offset such as +05:45. Undefined for a name that there is not. */
export const zoneOf = (name: string): Zone | undefined => {
  const fixed = /^([+-])(\d{2}):?([0-5]\d)$/.exec(name);
  if (fixed !== null) {
    const offset = Number(`${fixed[1]}1`) * (Number(fixed[2]) * 60 + Number(fixed[3])) * 60_000;
    return Math.abs(offset) > 14 * 3_600_000
      ? undefined
      : { name: offsetText(offset), offsetAt: () => offset };
  }
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
  return { name, offsetAt: quarterByQuarter((quarter) => wallTime(format, quarter) - quarter) };
};

/** Clocks are put forward and back on whole quarters of an hour, and who asks for one instant asks for those around it. */
const quarterByQuarter = (offsetAt: (quarter: number) => number): Zone['offsetAt'] => {
  let known = { quarter: Number.NaN, offset: 0 };
  return (instant) => {
    const quarter = Math.floor(instant / quarterMs) * quarterMs;
    if (quarter !== known.quarter) known = { quarter, offset: offsetAt(quarter) };
    return known.offset;
  };
};

/** The zone of this process: of its terminal, mostly. */
export const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** What the clocks show, as if it were UTC. */
const wallTime = (format: Intl.DateTimeFormat, instant: number): number => {
  const part: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(instant)) part[type] = value;
  const [year = 0, month = 1, day, hour, minute, second] = [
    part.year,
    part.month,
    part.day,
    part.hour,
    part.minute,
    part.second,
  ].map(Number);
  return Date.UTC(part.era === 'BC' ? 1 - year : year, month - 1, day, hour, minute, second);
};

const dayMs = 86_400_000;

/** The number of the day that the clocks show: days since 1970-01-01. */
export const dayAt = (zone: Zone, instant: number): number =>
  Math.floor((instant + zone.offsetAt(instant)) / dayMs);

/**
 * The first instant of a day, which need not be midnight: where the clocks were put forward then, it is later.
 *
 * @param day - days since 1970-01-01; a day that a zone left out begins when the next does
 */
export const startOfDay = (zone: Zone, day: number): number => {
  // No zone is further than 15 hours from UTC. What the clocks show as the day never goes back.
  let [low, high] = [(day * dayMs - 15 * 3_600_000) / quarterMs, (day * dayMs + 15 * 3_600_000) / quarterMs];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (dayAt(zone, middle * quarterMs) >= day) high = middle;
    else low = middle + 1;
  }
  return low * quarterMs;
};

/**
 * The instants at which the clocks show that: none where they were put forward over it, two where they were put back.
 *
 * @param wall - what they show, as if it were UTC
 */
export const instantsOf = (zone: Zone, wall: number): readonly number[] => {
  const offsets = new Set([zone.offsetAt(wall - dayMs), zone.offsetAt(wall + dayMs)]);
  return [...offsets]
    .map((offset) => wall - offset)
    .filter((instant) => instant + zone.offsetAt(instant) === wall)
    .sort((one, other) => one - other);
};

/** `+05:45`. */
export const offsetText = (offset: number): string => {
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
};
