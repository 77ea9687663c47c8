import type { SqlValue } from '../../store/sqlite/driver.js';
import type { Generation } from '../generations.js';
import type { Row, Statements } from '../statements.js';
import { foundCounts, type KindCount, keptCounts } from './counts.js';
import { endOfTime, type IndexQuestion, partsOf, type SqlParts } from './question.js';
import { type IndexPlace, placeColumns, placeSql, quarterOf, tablesOf } from './tables.js';

export interface FoundState extends IndexPlace {
  readonly partition: string;
  readonly state: unknown;
}

/** What the index says of a state, without reading it. */
export interface IndexedState extends IndexPlace {
  readonly partition: string;
  readonly kind: number;
  readonly took: number | undefined;
}

export interface PageWish {
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
  /** Where the page before ended; exclusive. */
  readonly after?: IndexPlace;
}

/** So many of a kind are sorted rather than looked for among all that there are. */
const fewEnough = 20_000;
/** How many are read in one go by who goes through all of them. */
const walkSteps = 10_000;

/** Answers questions about the indexed states of one generation, all in one view of the file. */
export class IndexSearch {
  readonly #kinds: ReadonlyMap<number, readonly string[]>;

  constructor(
    private readonly statements: Statements,
    private readonly made: Generation,
  ) {
    const rows = this.#rows('SELECT kind, facets FROM kinds_@');
    this.#kinds = new Map(rows.map(({ kind, facets }) => [Number(kind), JSON.parse(String(facets))]));
  }

  /** The values of the facets of a kind, in the order of the definition. */
  facetsOf(kind: number): readonly string[] {
    return this.#kinds.get(kind) ?? [];
  }

  page(question: IndexQuestion, { order, limit, after }: PageWish): readonly FoundState[] {
    const parts = this.#parts(question);
    if (parts === undefined) return [];
    const newest = order === 'newest';
    const beyond = after === undefined ? '' : `AND ${parts.place} ${newest ? '<' : '>'} ${placeSql}`;
    const sql = `SELECT ${placeColumns('found.place')}, found.partition, s.state, s.result FROM
      (SELECT p.place, p.partition FROM ${parts.from} WHERE ${parts.where} ${beyond}
        ORDER BY ${parts.place} ${newest ? 'DESC' : 'ASC'} LIMIT ?) found
      JOIN states_@ s ON s.partition = found.partition ORDER BY found.place ${newest ? 'DESC' : 'ASC'}`;
    const place = after === undefined ? [] : [after.at, after.nth];
    return this.#rows(sql, ...parts.parameters, ...place, limit).map((row) => this.#found(row));
  }

  /**
   * How many there are of each kind, by ranges of time.
   *
   * @param cuts - milliseconds, growing: where the ranges end and the next begin, those within on whole quarters of an hour
   */
  counts(question: IndexQuestion, cuts: readonly number[]): readonly KindCount[] {
    if (cuts.length < 2) return [];
    const kinds = this.#kindsOf(question);
    const parts = this.#parts({ ...question, since: cuts[0], until: cuts.at(-1) });
    if (parts === undefined) return [];
    const rows = (sql: string, ...parameters: SqlValue[]) => this.#rows(sql, ...parameters);
    return parts.isCounted ? keptCounts(rows, kinds, cuts) : foundCounts(rows, parts, cuts);
  }

  /** All that match, from the oldest on, page by page. */
  *walk(question: IndexQuestion): Generator<IndexedState> {
    const parts = this.#parts(question);
    if (parts === undefined) return;
    const sql = `SELECT ${placeColumns('p.place')}, p.kind, p.took, p.partition FROM ${parts.from}
      WHERE ${parts.where} AND ${parts.place} > ${placeSql} ORDER BY ${parts.place} LIMIT ${walkSteps}`;
    let after: IndexPlace = { at: -1, nth: 0 };
    for (;;) {
      const rows = this.#rows(sql, ...parts.parameters, after.at, after.nth).map(indexedOf);
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < walkSteps) return;
      after = last;
    }
  }

  /** The time of the first and of the last that match. */
  span(question: IndexQuestion): { readonly first: number; readonly last: number } | undefined {
    const [first] = this.page(question, { order: 'oldest', limit: 1 });
    const [last] = this.page(question, { order: 'newest', limit: 1 });
    return first === undefined || last === undefined ? undefined : { first: first.at, last: last.at };
  }

  state(partition: string): unknown {
    const row = this.#rows('SELECT state, result FROM states_@ WHERE partition = ?', partition)[0];
    return row === undefined ? undefined : this.#shown(row);
  }

  /** Where a state is now: after a rebuild the same ones may stand in another order within a millisecond. */
  placeOf(partition: string): IndexPlace | undefined {
    const sql = `SELECT ${placeColumns('place')} FROM states_@ WHERE partition = ? AND place IS NOT NULL`;
    const row = this.#rows(sql, partition)[0];
    return row === undefined ? undefined : { at: Number(row.at), nth: Number(row.nth) };
  }

  #parts(question: IndexQuestion): SqlParts | undefined {
    const { definition } = this.made;
    if (definition === undefined) throw new Error('These states have no index.');
    const kinds = this.#kindsOf(question);
    if (kinds?.length === 0) return undefined;
    const parts = partsOf(question, definition, kinds);
    if (kinds === undefined || !parts.isScan) return parts;
    // Few among many are found by their kinds, and sorted then.
    return this.#about(question, kinds) > fewEnough
      ? parts
      : { ...parts, from: 'places_@ p INDEXED BY places_@_kind' };
  }

  /** How many of some kinds there are in whole quarters of an hour around the range. */
  #about({ since = 0, until = endOfTime }: IndexQuestion, kinds: readonly number[]): number {
    const sql = `SELECT sum(n) AS n FROM counts_@ WHERE quarter BETWEEN ? AND ? AND kind IN (SELECT value FROM json_each(?))`;
    const [row] = this.#rows(sql, quarterOf(since), quarterOf(until), JSON.stringify(kinds));
    return Number(row?.n ?? 0);
  }

  /** Undefined: all. */
  #kindsOf({ facets }: IndexQuestion): readonly number[] | undefined {
    const asked = Object.entries(facets ?? {});
    if (asked.length === 0) return undefined;
    const names = this.made.definition?.facets ?? [];
    const places = asked.map(([name, values]) => [names.indexOf(name), new Set(values)] as const);
    return [...this.#kinds]
      .filter(([, values]) => places.every(([place, wanted]) => wanted.has(values[place] ?? '')))
      .map(([kind]) => kind);
  }

  #found(row: Row): FoundState {
    return {
      at: Number(row.at),
      nth: Number(row.nth),
      partition: String(row.partition),
      state: this.#shown(row),
    };
  }

  #shown({ state, result }: Row): unknown {
    return JSON.parse(String(this.made.makesResults ? result : state));
  }

  #rows(sql: string, ...parameters: SqlValue[]): readonly Row[] {
    return this.statements.rows(tablesOf(this.made.generation, sql), ...parameters);
  }
}

const indexedOf = ({ at, nth, partition, kind, took }: Row): IndexedState => ({
  at: Number(at),
  nth: Number(nth),
  partition: String(partition),
  kind: Number(kind),
  took: typeof took === 'number' ? took : undefined,
});
