import { endOfTime, type IndexQuestion } from '../projections/index/question.js';
import type { IndexSearch } from '../projections/index/search.js';
import { type FacetName, facets, type GroupName, type MessagesQuestion } from './ask.js';
import { indexQuestion, type Message } from './messages.js';
import { Durations, type Spread } from './spread.js';
import { type Bucket, bucketsOf, maxBuckets, type Unit, units } from './time/buckets.js';

/** One line of the groups. */
export interface Group {
  /** By the names of what it is grouped by; empty where a message has none. */
  readonly values: Readonly<Record<string, string>>;
  readonly n: number;
  /** In: received to routed. Out: sent to delivered. Only when asked for. */
  readonly times?: Spread;
}

/** Groups past this are too many to be kept, and to be read. */
export const maxGroups = 100_000;

export class TooManyGroups extends Error {
  override readonly name = 'TooManyGroups';
  readonly code = 'too-many-groups';
}

interface Values {
  readonly values: readonly string[];
  /** The same as one text. */
  readonly key: string;
}

interface Tally {
  readonly values: readonly string[];
  readonly key: string;
  n: number;
  /** Of those that took a time that is known. */
  durations?: Durations;
}

/**
 * How many messages there are of each group. One rule for time: each piece of the range is there, one in which nothing was with a single
 * line of none. Without since or until the range is that of the messages.
 *
 * @throws {TooManyGroups} with a sentence that says what helps
 */
export const groupsOf = (search: IndexSearch, question: MessagesQuestion): readonly Group[] => {
  const span = search.span(indexQuestion(question));
  const unit = question.by.find((name): name is Unit => units.some((known) => known === name));
  const buckets = unit === undefined ? wholeOf(question) : cut(question, unit, span);
  if (buckets.length === 0) return [];
  const tallies =
    question.times || question.by.includes('identity') || question.by.includes('text')
      ? walked(search, question, buckets)
      : counted(search, question, buckets);
  return linesOf(question.by, unit, buckets, tallies);
};

const wholeOf = ({ since = 0, until = endOfTime }: MessagesQuestion): readonly Bucket[] => [
  { label: '', since, until },
];

const cut = (
  question: MessagesQuestion,
  unit: Unit,
  span: { readonly first: number; readonly last: number } | undefined,
): readonly Bucket[] => {
  const since = question.since ?? span?.first;
  const until = question.until ?? (span === undefined ? undefined : span.last + 1);
  if (since === undefined || until === undefined) return [];
  const buckets = bucketsOf(question.zone, unit, since, until);
  if (buckets !== undefined) return buckets;
  throw new TooManyGroups(
    `From ${new Date(since).toISOString()} to ${new Date(until).toISOString()} there are more than ${maxBuckets.toLocaleString('en')} groups by ${unit}: name a narrower range, or a larger unit.`,
  );
};

const within = (question: MessagesQuestion, buckets: readonly Bucket[]): IndexQuestion => ({
  ...indexQuestion(question),
  since: buckets[0]?.since,
  until: buckets.at(-1)?.until,
});

/** By what is counted already, as far as that goes. */
const counted = (search: IndexSearch, question: MessagesQuestion, buckets: readonly Bucket[]): Tallies => {
  const tallies = new Tallies();
  const cuts = [...buckets.map(({ since }) => since), buckets.at(-1)?.until ?? 0];
  const valuesOf = facetReader(search, question.by);
  search.counts(within(question, buckets), cuts, (range, kind, n) => {
    tallies.of(range, valuesOf(kind)).n += n;
  });
  return tallies;
};

/** Message by message: what is no facet, and how long each took. */
const walked = (search: IndexSearch, question: MessagesQuestion, buckets: readonly Bucket[]): Tallies => {
  const tallies = new Tallies();
  const valuesOf = facetReader(search, question.by);
  const isRead = question.by.includes('identity') || question.by.includes('text');
  let bucket = 0;
  for (const { at, kind, took, partition } of search.walk(within(question, buckets))) {
    while (bucket < buckets.length - 1 && at >= (buckets[bucket]?.until ?? 0)) bucket += 1;
    const message = isRead ? (search.state(partition) as Message) : undefined;
    const tally = tallies.of(bucket, valuesOf(kind, message));
    tally.n += 1;
    if (took === undefined) continue;
    tally.durations ??= new Durations();
    tally.durations.add(took);
  }
  return tallies;
};

class Tallies {
  /** By piece of time, then by values. */
  readonly #tallies: Map<string, Tally>[] = [];
  #count = 0;

  of(bucket: number, { values, key }: Values): Tally {
    this.#tallies[bucket] ??= new Map();
    const inBucket = this.#tallies[bucket];
    const known = inBucket.get(key);
    if (known !== undefined) return known;
    this.#count += 1;
    if (this.#count > maxGroups)
      throw new TooManyGroups(
        `There are more than ${maxGroups.toLocaleString('en')} groups: name a narrower range, or group by less.`,
      );
    const fresh: Tally = { values, key, n: 0 };
    inBucket.set(key, fresh);
    return fresh;
  }

  /** Of a piece of time, the most first. */
  in(bucket: number): readonly Tally[] {
    return [...(this.#tallies[bucket]?.values() ?? [])]
      .filter(({ n }) => n > 0)
      .sort((one, other) => other.n - one.n || compareTexts(one.key, other.key));
  }
}

const isFacet = (name: GroupName): name is FacetName => Object.hasOwn(facets, name);

const facetReader = (
  search: IndexSearch,
  by: readonly GroupName[],
): ((kind: number, message?: Message) => Values) => {
  const known = new Map<number, Values>();
  const names = by.filter((name) => !units.some((unit) => unit === name));
  return (kind, message) => {
    const before = message === undefined ? known.get(kind) : undefined;
    if (before !== undefined) return before;
    const values = names.map((name) =>
      isFacet(name) ? search.facetOf(kind, facets[name]) : readValue(name, message),
    );
    const found = { values, key: JSON.stringify(values) };
    known.set(kind, found);
    return found;
  };
};

/** Texts that differ in blanks and case are one. An identity is what it is, to be asked for. */
const readValue = (name: GroupName, message: Message | undefined): string => {
  if (name === 'identity') return message?.identity ?? '';
  return (message?.text ?? '').trim().replace(/\s+/g, ' ').toLowerCase();
};

/** In the order of time; within a piece of it, and without time, the most first. */
const linesOf = (
  by: readonly GroupName[],
  unit: Unit | undefined,
  buckets: readonly Bucket[],
  tallies: Tallies,
): readonly Group[] => {
  const none: readonly Tally[] =
    unit === undefined ? [] : [{ values: by.slice(1).map(() => ''), key: '', n: 0 }];
  const place = unit === undefined ? -1 : by.indexOf(unit);
  return buckets.flatMap(({ label }, bucket) => {
    const found = tallies.in(bucket);
    return (found.length === 0 ? none : found).map(({ values, n, durations }) => {
      const times = durations?.spread();
      const named = place === -1 ? values : values.toSpliced(place, 0, label);
      const pairs = by.map((name, index) => [name, named[index] ?? ''] as const);
      return { values: Object.fromEntries(pairs), n, ...(times === undefined ? {} : { times }) };
    });
  });
};

const compareTexts = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
