/** Days and times as a person at this terminal reads them. */
export class LocalClock {
  /** The zone, as it is said once: `EAT`, `GMT+3`. */
  readonly zone: string;
  readonly #time: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #today: string;

  /** @param timeZone - of the IANA database; default: the terminal's */
  constructor(nowMs: number, timeZone?: string) {
    const inZone = timeZone === undefined ? {} : { timeZone };
    this.#time = new Intl.DateTimeFormat('en-GB', {
      ...inZone,
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    this.#day = new Intl.DateTimeFormat('en-GB', {
      ...inZone,
      day: 'numeric',
      month: 'short',
      year: 'numeric',
    });
    const named = new Intl.DateTimeFormat('en-GB', { ...inZone, timeZoneName: 'short' });
    this.zone = named.formatToParts(nowMs).find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';
    this.#today = this.#day.format(nowMs);
  }

  /** `09:14:03`. */
  time(iso: string): string {
    return this.#time.format(new Date(iso));
  }

  /** `2 Mar 2026`, or `today`. */
  day(iso: string): string {
    const day = this.#day.format(new Date(iso));
    return day === this.#today ? 'today' : day;
  }

  /** `today 09:14`. */
  moment(iso: string): string {
    return `${this.day(iso)} ${this.time(iso).slice(0, 5)}`;
  }
}

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
