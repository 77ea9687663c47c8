import type { Zone } from '../domain/zone.js';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Days and times as a person at this terminal reads them. What an event has in place of a time is shown as it is. */
export class LocalClock {
  /** As it is said once: `EAT`, `GMT+3`, `+05:45`. */
  readonly zone: string;
  readonly #zone: Zone;
  readonly #now: Date;

  constructor(zone: Zone, nowMs = Date.now()) {
    this.#zone = zone;
    this.#now = this.#shown(nowMs);
    this.zone = shortNameOf(zone, nowMs);
  }

  /** `09:14:03`. */
  time(iso: string): string {
    return isTime(iso) ? this.#shown(Date.parse(iso)).toISOString().slice(11, 19) : iso;
  }

  /** `2 Mar 2026`, or `today`. */
  day(iso: string): string {
    if (!isTime(iso)) return iso;
    const shown = this.#shown(Date.parse(iso));
    return dayOf(shown) === dayOf(this.#now) ? 'today' : `${dayAndMonth(shown)} ${shown.getUTCFullYear()}`;
  }

  /** `today 09:14`. */
  moment(iso: string): string {
    if (!isTime(iso)) return iso;
    return `${this.day(iso)} ${this.#minute(iso)}`;
  }

  /** `2 Mar 08:00`, for a column of them; with the year when it is not this one. */
  entry(iso: string): string {
    if (!isTime(iso)) return iso;
    const shown = this.#shown(Date.parse(iso));
    const year = shown.getUTCFullYear();
    const ofYear = year === this.#now.getUTCFullYear() ? '' : ` ${year}`;
    return `${dayAndMonth(shown)}${ofYear} ${this.#minute(iso)}`;
  }

  /** `1 Oct – 25 Nov`, with the years when they are not both this one. */
  days(first: string, last: string): string {
    const [from, to] = [this.day(first), this.day(last)];
    if (from === to) return from;
    const thisYear = ` ${this.#now.getUTCFullYear()}`;
    const isOfYear = from.endsWith(thisYear) && (to.endsWith(thisYear) || to === 'today');
    return isOfYear ? `${from} – ${to}`.replaceAll(thisYear, '') : `${from} – ${to}`;
  }

  #minute(iso: string): string {
    return this.time(iso).slice(0, 5);
  }

  /** What the clocks show, as if it were UTC. */
  #shown(ms: number): Date {
    return new Date(ms + this.#zone.offsetAt(ms));
  }
}

const isTime = (iso: string): boolean => !Number.isNaN(Date.parse(iso));
const dayOf = (shown: Date): string => shown.toISOString().slice(0, 10);
const dayAndMonth = (shown: Date): string => `${shown.getUTCDate()} ${months[shown.getUTCMonth()]}`;

/** Not every Node knows zones that are offsets. */
const shortNameOf = ({ name }: Zone, nowMs: number): string => {
  if (/^[+-]/.test(name)) return name;
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: name, timeZoneName: 'short' });
  return format.formatToParts(nowMs).find(({ type }) => type === 'timeZoneName')?.value ?? name;
};
/** How long something took: `38 ms`, `6 s`, `2 min`, `3 h`, `4 days`. */
export const duration = (ms: number): string => {
  const units = [
    [86_400_000, 'days'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1_000, 's'],
  ] as const;
  const [size, unit] = units.find(([limit]) => ms >= 2 * limit || (limit < 86_400_000 && ms >= limit)) ?? [
    1,
    'ms',
  ];
  return `${Math.round(ms / size)} ${unit}`;
};
