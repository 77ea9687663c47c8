import { questionOf } from '../projections/words/question.js';
import { type Cursor, readCursor } from './cursor.js';
import { type Unit, units } from './time/buckets.js';
import { type End, readTime, timesTaken } from './time/times.js';
import { type Zone, zoneOf } from './time/zone.js';

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

/** The parts that stand for fields of few values, and the fields. */
export const facets = {
  direction: 'direction',
  backend: 'backend',
  app: 'app',
  status: 'status',
  outcome: 'outcome',
  code: 'code',
} as const;
export type FacetName = keyof typeof facets;
/** What groups are made by, besides units of time and facets: these look at each message. */
export const others = ['identity', 'text'] as const;
export type GroupName = Unit | FacetName | (typeof others)[number];

export interface RangeWish {
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly zone: Zone;
}

export interface MessagesQuestion extends RangeWish {
  readonly facets: Readonly<Partial<Record<FacetName, readonly string[]>>>;
  readonly identity: string | undefined;
  readonly correlation: string | undefined;
  /** As typed. */
  readonly words: string | undefined;
  /** Milliseconds. */
  readonly slowerThan: number | undefined;
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
  readonly after: Cursor | undefined;
  readonly by: readonly GroupName[];
  /** With groups: how long things took. */
  readonly times: boolean;
}

export interface EventsQuestion extends RangeWish {
  readonly types: readonly string[] | undefined;
  readonly categories: readonly string[] | undefined;
  readonly stream: string | undefined;
  readonly correlation: string | undefined;
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
  /** A position. */
  readonly after: string | undefined;
}

const rangeParts = ['since', 'until', 'zone', 'order', 'limit', 'after'] as const;
export const messagesParts = [
  ...rangeParts,
  ...(Object.keys(facets) as FacetName[]),
  ...(['identity', 'to', 'from', 'correlation', 'words', 'slowerThan', 'by', 'times'] as const),
];
export const eventsParts = [
  ...rangeParts,
  ...(['type', 'category', 'stream', 'identity', 'backend', 'correlation'] as const),
];

/** What a page holds at most: more is read page by page. */
export const maxLimit = 10_000;
const directions = ['in', 'out'];

export interface Surroundings {
  readonly now: number;
  /** Without one that is asked for. */
  readonly zone: string;
  /** How a part is called where it was asked: `--slower-than`. */
  readonly called: (part: string) => string;
}

/** Reads the parts of a question. */
class Reading {
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

/** @throws {AuditError} */
export const messagesQuestion = (asked: Asked, surroundings: Surroundings): MessagesQuestion => {
  const read = new Reading(asked, surroundings, messagesParts);
  const words = read.one('words');
  if (words !== undefined && questionOf(words) === undefined)
    read.fail('words', 'a word or a number to look for', words);
  const after = read.one('after');
  const cursor = after === undefined ? undefined : readCursor(after);
  if (after !== undefined && cursor === undefined)
    read.fail('after', 'what the page before gave for the next one', after);
  return {
    ...read.range(),
    ...whoOf(read),
    correlation: read.one('correlation'),
    words,
    slowerThan: read.duration('slowerThan'),
    order: read.choice('order', ['newest', 'oldest'], 'newest'),
    limit: read.limit(),
    after: cursor,
    by: groupsOf(read),
    times: read.flag('times'),
  };
};

/** To a number is what went out to it, from a number what came in from it. */
const whoOf = (read: Reading): Pick<MessagesQuestion, 'facets' | 'identity'> => {
  const [to, from] = [read.one('to'), read.one('from')];
  const chosen: Partial<Record<FacetName, readonly string[]>> = {};
  for (const name of Object.keys(facets) as FacetName[]) {
    const values = read.list(name).map((value) => (value === 'none' ? '' : value));
    if (values.length > 0) chosen[name] = values;
  }
  const stray = chosen.direction?.find((value) => !directions.includes(value));
  if (stray !== undefined) read.fail('direction', 'in or out', stray);
  if (to !== undefined && from !== undefined)
    read.fail('from', 'one of to and from: a message goes one way', from);
  if (to !== undefined) chosen.direction = ['out'];
  if (from !== undefined) chosen.direction = ['in'];
  return { facets: chosen, identity: to ?? from ?? read.one('identity') };
};

const groupsOf = (read: Reading): readonly GroupName[] => {
  const all: readonly GroupName[] = [...units, ...(Object.keys(facets) as FacetName[]), ...others];
  const by = read
    .list('by')
    .map((name) => all.find((known) => known === name) ?? read.fail('by', `some of ${all.join(', ')}`, name));
  const times = by.filter((name) => units.some((unit) => unit === name));
  if (times.length > 1) read.fail('by', `one of ${units.join(', ')}`, times.join(','));
  return [...new Set(by)];
};

/** @throws {AuditError} */
export const eventsQuestion = (
  asked: Asked,
  surroundings: Surroundings,
  streamOf: (backend: string, identity: string) => string,
): EventsQuestion => {
  const read = new Reading(asked, surroundings, eventsParts);
  const [backend, identity] = [read.one('backend'), read.one('identity')];
  if (identity !== undefined && backend === undefined)
    read.fail('identity', 'a backend with it: events are by conversation', identity);
  if (backend !== undefined && identity === undefined)
    read.fail('backend', 'an identity with it: events are by conversation', backend);
  const stream =
    backend !== undefined && identity !== undefined ? streamOf(backend, identity) : read.one('stream');
  const [types, categories] = [read.list('type'), read.list('category')];
  return {
    ...read.range(),
    types: types.length === 0 ? undefined : types,
    categories: categories.length === 0 ? undefined : categories,
    stream,
    correlation: read.one('correlation'),
    order: read.choice('order', ['newest', 'oldest'], 'newest'),
    limit: read.limit(),
    after: read.one('after'),
  };
};
