import type { SqlValue } from '../../store/sqlite/driver.js';
import type { Generation } from '../generations.js';
import type { Row, Statements } from '../statements.js';
import { type Counting, foundCounts, keptCounts } from './counts.js';
import type { IndexDefinition } from './definition.js';
import { columnOf, endOfTime, type IndexQuestion, type KeyWish, partsOf, type SqlParts } from './question.js';
import { keysOfNumber } from './spellings.js';
import { type IndexPlace, placeColumns, placeSql, tablesOf } from './tables.js';

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
  readonly #kinds: ReadonlyMap<number, { readonly values: readonly string[]; readonly n: number }>;

  /** Under which keys a number stands: asked several times for one answer. */
  readonly #numbers = new Map<string, readonly string[]>();

  constructor(
    private readonly statements: Statements,
    private readonly made: Generation,
  ) {
    const rows = this.#rows('SELECT kind, facets, n FROM kinds_@');
    this.#kinds = new Map(
      rows.map(({ kind, facets, n }) => [Number(kind), { values: JSON.parse(String(facets)), n: Number(n) }]),
    );
  }

  /** The value of a facet of a kind; empty when it has none. */
  facetOf(kind: number, name: string): string {
    return this.#kinds.get(kind)?.values[this.made.definition?.facets.indexOf(name) ?? -1] ?? '';
  }

  /** What a facet says in any state; sorted. */
  valuesOf(name: string): readonly string[] {
    const values = [...this.#kinds].filter(([, { n }]) => n > 0).map(([kind]) => this.facetOf(kind, name));
    return [...new Set(values)].filter((value) => value !== '').sort();
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
  counts(question: IndexQuestion, cuts: readonly number[], count: Counting): void {
    const kinds = this.#kindsOf(question);
    const parts = this.#parts({ ...question, since: cuts[0], until: cuts.at(-1) });
    if (cuts.length < 2 || parts === undefined) return;
    const rows = (sql: string, ...parameters: SqlValue[]) =>
      this.statements.lists(tablesOf(this.made.generation, sql), ...parameters);
    if (!parts.isCounted) foundCounts(rows, parts, cuts, count);
    else if (cuts[0] === 0 && cuts[1] === endOfTime) this.#totals(kinds, count);
    else keptCounts(rows, kinds, cuts, count);
  }

  #totals(kinds: readonly number[] | undefined, count: Counting): void {
    for (const [kind, { n }] of this.#kinds) if (n > 0 && kinds?.includes(kind) !== false) count(0, kind, n);
  }

  /** How many match: looked for one by one where more than times and facets are asked for, and then up to `atMost`. */
  count(question: IndexQuestion, atMost: number): { readonly n: number; readonly orMore: boolean } {
    const parts = this.#parts(question);
    if (parts === undefined) return { n: 0, orMore: false };
    if (parts.isCounted) {
      let sum = 0;
      this.counts(question, [question.since ?? 0, question.until ?? endOfTime], (_range, _kind, n) => {
        sum += n;
      });
      return { n: sum, orMore: false };
    }
    const sql = `SELECT count(*) AS n FROM (SELECT 1 FROM ${parts.from} WHERE ${parts.where} LIMIT ?)`;
    const n = Number(this.#rows(sql, ...parts.parameters, atMost + 1)[0]?.n ?? 0);
    return { n: Math.min(n, atMost), orMore: n > atMost };
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

  /** The values under which what is asked for is kept: of a number all that it may be. */
  keysOf(name: string, value: string): readonly string[] {
    return this.#keys(this.#definition, { name, value });
  }

  get #definition(): IndexDefinition {
    const { definition } = this.made;
    if (definition === undefined) throw new Error('These states have no index.');
    return definition;
  }

  #parts(question: IndexQuestion): SqlParts | undefined {
    const definition = this.#definition;
    const kinds = this.#kindsOf(question);
    if (kinds?.length === 0) return undefined;
    const parts = partsOf(question, definition, kinds, (wish) => this.#keys(definition, wish));
    if (kinds === undefined || !parts.isScan) return parts;
    // Few among many are found by their kinds, and sorted then.
    const n = kinds.reduce((sum, kind) => sum + (this.#kinds.get(kind)?.n ?? 0), 0);
    return n > fewEnough ? parts : { ...parts, from: 'places_@ p INDEXED BY places_@_kind' };
  }

  #keys(definition: IndexDefinition, { name, value }: Pick<KeyWish, 'name' | 'value'>): readonly string[] {
    if (!definition.numbers.includes(name)) return [value];
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    const rows = (sql: string, ...parameters: SqlValue[]) => this.#rows(sql, ...parameters);
    const keys = keysOfNumber(rows, columnOf(definition, name), value);
    this.#numbers.set(value, keys);
    return keys;
  }

  /** Undefined: all. */
  #kindsOf({ facets = {}, without = {} }: IndexQuestion): readonly number[] | undefined {
    const names = this.made.definition?.facets ?? [];
    const tests = [facets, without].flatMap((chosen) =>
      Object.entries(chosen).map(
        ([name, values]) => [names.indexOf(name), new Set(values), chosen === facets] as const,
      ),
    );
    if (tests.length === 0) return undefined;
    return [...this.#kinds]
      .filter(([, { values }]) =>
        tests.every(([place, chosen, isWanted]) => chosen.has(values[place] ?? '') === isWanted),
      )
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
