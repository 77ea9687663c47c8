import { offsetText, type Zone } from '../../domain/zone.js';

/** Numbers, times and durations as the reader's browser would write them, in one zone that the page names. */
export class Formats {
  /** `EAT (UTC+3)`: said once a page. */
  readonly zoneSaid: string;
  readonly #number: Intl.NumberFormat;

  /** @param language - a BCP 47 tag that Intl knows */
  constructor(
    readonly language: string,
    readonly zone: Zone,
    private readonly nowMs: number,
  ) {
    this.#number = new Intl.NumberFormat(language);
    this.zoneSaid = zoneSaid(zone, nowMs);
  }

  number(value: number): string {
    return this.#number.format(value);
  }

  /** `12 %`, of a share between 0 and 1. */
  share(value: number): string {
    return new Intl.NumberFormat(this.language, { style: 'percent' }).format(value);
  }

  /** `14:32`. */
  minute(iso: string): string {
    return this.#shown(iso, { hour: '2-digit', minute: '2-digit' });
  }

  /** `14:32:07.114`. */
  exactTime(iso: string): string {
    return this.#shown(iso, {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
    });
  }

  /** `Tue 3 March`, with its year when that is not this one. */
  day(iso: string): string {
    const isThisYear = this.#shown(iso, { year: 'numeric' }) === this.#shown(this.nowMs, { year: 'numeric' });
    return this.#shown(iso, {
      weekday: 'short',
      day: 'numeric',
      month: 'long',
      ...(isThisYear ? {} : { year: 'numeric' }),
    });
  }

  /** `Wed 4 March 2026, 14:32:07.114 EAT (UTC+3)`. */
  exact(iso: string): string {
    const day = this.#shown(iso, { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' });
    return `${day}, ${this.exactTime(iso)} ${this.zoneSaid}`;
  }

  /** `34 min ago` within a day, then `Tue 3 March, 14:32`. */
  since(iso: string): string {
    const ms = this.nowMs - Date.parse(iso);
    if (Number.isNaN(ms)) return iso;
    if (ms < 0 || ms >= 86_400_000) return `${this.day(iso)}, ${this.minute(iso)}`;
    return ms < 1_000 ? 'now' : `${this.duration(ms)} ago`;
  }

  /** `32 µs`, `0.3 ms`, `38 ms`, `6 s`, `2 min`, `1 h 51 min`, `4 days`. */
  duration(ms: number): string {
    if (ms > 0 && ms < 0.1) return `${this.#number.format(Math.round(ms * 1_000))} µs`;
    if (ms < 10) return `${this.#number.format(Math.round(ms * 10) / 10)} ms`;
    if (ms < 1_000) return `${this.#number.format(Math.round(ms))} ms`;
    if (ms < 60_000)
      return `${this.#number.format(ms < 10_000 ? Math.round(ms / 100) / 10 : Math.round(ms / 1_000))} s`;
    const minutes = Math.floor(ms / 60_000);
    if (minutes < 60) return `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    if (hours < 10 && minutes % 60 > 0) return `${hours} h ${minutes % 60} min`;
    return hours < 48 ? `${hours} h` : `${this.#number.format(Math.floor(hours / 24))} days`;
  }

  /** What an event has in place of a time is shown as it is. */
  #shown(at: string | number, parts: Intl.DateTimeFormatOptions): string {
    const ms = typeof at === 'number' ? at : Date.parse(at);
    if (Number.isNaN(ms)) return String(at);
    // What the clocks of the zone show, written as if it were UTC: not every Node knows zones that are offsets.
    const wall = ms + this.zone.offsetAt(ms);
    return new Intl.DateTimeFormat(this.language, { ...parts, hourCycle: 'h23', timeZone: 'UTC' }).format(
      wall,
    );
  }
}

const zoneSaid = (zone: Zone, nowMs: number): string => {
  const offset = `UTC${shortOffset(zone.offsetAt(nowMs))}`;
  if (zone.name === 'UTC' || /^[+-]/.test(zone.name)) return offset === 'UTC+0' ? 'UTC' : offset;
  // English names of zones that are used in English, such as EAT, are only known to the English of their places.
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone.name, timeZoneName: 'short' });
  const name = format.formatToParts(nowMs).find(({ type }) => type === 'timeZoneName')?.value ?? zone.name;
  return /^(?:GMT|UTC)/.test(name) ? `${zone.name} (${offset})` : `${name} (${offset})`;
};

/** `+3`, `+05:45`. */
const shortOffset = (offset: number): string => offsetText(offset).replace(/^(.)0?(\d+):00$/, '$1$2');

/** The first of the languages that a browser asks for that dates can be written in; English otherwise. */
export const languageOf = (wanted: readonly string[]): string => {
  for (const tag of wanted) {
    try {
      const [known] = Intl.DateTimeFormat.supportedLocalesOf([tag]);
      if (known !== undefined && tag !== '*') return known;
    } catch {
      // A header may say anything.
    }
  }
  return 'en-GB';
};
