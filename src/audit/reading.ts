import { type End, readTime, timesTaken } from '../domain/times.js';
import { type Zone, zoneOf } from '../domain/zone.js';

/** A question that cannot be understood. The message names the part and says what it takes. */
export class AuditError extends Error {
  override readonly name = 'AuditError';
  readonly code = 'invalid-question';

  constructor(
    readonly part: string,
    expected: string,
    got: string,
  ) {
    super(`${part}: expected ${expected}, got “${got}”.`);
  }
}

/** What was asked, part by part, as text: options of a command or parameters of a URL. */
export type Asked = Readonly<Record<string, readonly string[] | undefined>>;

export interface RangeWish {
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly zone: Zone;
}

export interface Surroundings {
  readonly now: number;
  /** Without one that is asked for. */
  readonly zone: string;
  /** Backends whose phones are played: left out of counts, unless they are asked for. */
  readonly played?: readonly string[];
  /** How a part is called where it was asked: `--slower-than`. */
  readonly called: (part: string) => string;
}

/** What a page holds at most: more is read page by page. */
export const maxLimit = 10_000;
/** Reads the parts of a question. */
export class Reading {
  constructor(
    private readonly asked: Asked,
    private readonly surroundings: Surroundings,
    known: readonly string[],
  ) {
    const unknown = Object.keys(asked).find((part) => !known.includes(part) && this.list(part).length > 0);
    if (unknown !== undefined) throw new AuditError(unknown, `one of ${known.join(', ')}`, unknown);
  }

  fail(part: string, expected: string, got: string): never {
    throw new AuditError(this.surroundings.called(part), expected, got);
  }

  one(part: string): string | undefined {
    const given = this.asked[part] ?? [];
    if (given.length > 1) this.fail(part, 'it once', given.join('” and “'));
    if (given[0] === '') this.fail(part, 'a value', '');
    return given[0];
  }

  /** Given several times, or apart by commas. */
  list(part: string): readonly string[] {
    return (this.asked[part] ?? []).flatMap((text) => text.split(',')).filter((text) => text !== '');
  }

  /** The same, of values that are known beforehand. */
  listOf(part: string, known: readonly string[]): readonly string[] {
    const given = this.list(part);
    const stray = given.find((value) => !known.includes(value));
    return stray === undefined ? given : this.fail(part, `some of ${known.join(', ')}`, stray);
  }

  flag(part: string): boolean {
    const given = this.one(part);
    return given !== undefined && given !== 'false';
  }

  choice<Choice extends string>(part: string, choices: readonly Choice[], fallback: Choice): Choice {
    const given = this.one(part) ?? fallback;
    return choices.find((choice) => choice === given) ?? this.fail(part, choices.join(' or '), given);
  }

  range(): RangeWish {
    const name = this.one('zone') ?? this.surroundings.zone;
    const zone = zoneOf(name) ?? this.fail('zone', 'a time zone (Africa/Kampala, +05:45, UTC)', name);
    const range = { since: this.#time('since', zone), until: this.#time('until', zone), zone };
    if (range.since !== undefined && range.until !== undefined && range.since >= range.until)
      this.fail('until', `a time after ${this.surroundings.called('since')}`, this.one('until') ?? '');
    return range;
  }

  #time(end: End, zone: Zone): number | undefined {
    const given = this.one(end);
    if (given === undefined) return undefined;
    return readTime(given, end, zone, this.surroundings.now) ?? this.fail(end, timesTaken, given);
  }

  limit(): number {
    const given = this.one('limit') ?? '50';
    const limit = /^\d{1,9}$/.test(given) ? Number(given) : 0;
    if (limit < 1 || limit > maxLimit) this.fail('limit', `a number from 1 to ${maxLimit}`, given);
    return limit;
  }

  duration(part: string): number | undefined {
    const given = this.one(part);
    if (given === undefined) return undefined;
    const [, count, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(given) ?? [];
    if (count === undefined) this.fail(part, 'a duration (500ms, 5s, 2m, 1h)', given);
    return Number(count) * ({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit] ?? 0);
  }
}
