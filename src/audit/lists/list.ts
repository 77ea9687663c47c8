import { endOfTime, type IndexQuestion } from '../../projections/index/question.js';
import type { IndexSearch } from '../../projections/index/search.js';
import type { IndexPlace } from '../../projections/index/tables.js';
import { type Cursor, cursorText } from '../cursor.js';

/** What is asked of the indexed states of a projection. */
export interface ListWish {
  readonly projection: string;
  readonly question: IndexQuestion;
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
  /** Where the page before ended. */
  readonly after?: Cursor | undefined;
  /** Facets: how many match of each of their values. */
  readonly countedBy?: readonly string[];
}

export interface Listed {
  /** Of its state. */
  readonly id: string;
  /** The time that the list goes by. */
  readonly at: string;
  readonly state: unknown;
}

export interface Counted {
  /** By the names of the facets; empty where there is none. */
  readonly values: Readonly<Record<string, string>>;
  readonly n: number;
}

export interface ListPage {
  readonly items: readonly Listed[];
  /** To ask with for the page after this one; absent when there is none. */
  readonly next?: string;
  /** How many match in all, the other pages included. */
  readonly matching: number;
  /** There are more than that: they were not counted further. */
  readonly orMore: boolean;
  /** The most frequent first. */
  readonly counts: readonly Counted[];
  /** What each facet says in any state. */
  readonly known: Readonly<Record<string, readonly string[]>>;
}

export const emptyPage: ListPage = { items: [], matching: 0, orMore: false, counts: [], known: {} };

/** To count all that a search finds would take longer than to find the first. */
const countedAtMost = 10_000;

export const listOf = (search: IndexSearch, wish: ListWish): ListPage => {
  const { question, order, limit, after, countedBy = [] } = wish;
  const place = after === undefined ? undefined : placeOf(search, after);
  const page = { order, limit: limit + 1, ...(place === undefined ? {} : { after: place }) };
  const found = search.page(question, page);
  const last = found.length > limit ? found[limit - 1] : undefined;
  const isAll = last === undefined && after === undefined;
  const { n, orMore } = isAll ? { n: found.length, orMore: false } : search.count(question, countedAtMost);
  return {
    items: found
      .slice(0, limit)
      .map(({ partition, at, state }) => ({ id: partition, at: new Date(at).toISOString(), state })),
    ...(last === undefined ? {} : { next: cursorText({ at: last.at, nth: last.nth, id: last.partition }) }),
    matching: n,
    orMore,
    counts: countedBy.length === 0 ? [] : countsOf(search, question, countedBy),
    known: Object.fromEntries(countedBy.map((name) => [name, search.valuesOf(name)])),
  };
};

/** After a rebuild it may stand elsewhere within its millisecond; what has moved on since, is not where the page ended. */
const placeOf = (search: IndexSearch, after: Cursor): IndexPlace => {
  const now = search.placeOf(after.id);
  return now?.at === after.at ? now : after;
};

const countsOf = (
  search: IndexSearch,
  question: IndexQuestion,
  names: readonly string[],
): readonly Counted[] => {
  const counts = new Map<string, { values: Record<string, string>; n: number }>();
  const range = [question.since ?? 0, question.until ?? endOfTime];
  search.counts(question, range, (_range, kind, n) => {
    const values = Object.fromEntries(names.map((name) => [name, search.facetOf(kind, name)]));
    const key = JSON.stringify(values);
    const counted = counts.get(key);
    if (counted === undefined) counts.set(key, { values, n });
    else counted.n += n;
  });
  return [...counts.values()].toSorted((one, other) => other.n - one.n);
};
