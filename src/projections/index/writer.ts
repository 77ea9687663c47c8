import type { SqlValue, Statement } from '../../store/sqlite/driver.js';
import type { Changed } from '../inside/folding.js';
import type { Row, Statements } from '../statements.js';
import { CountWriter } from './countWriter.js';
import type { IndexDefinition } from './definition.js';
import { type Facts, factsOf } from './facts.js';
import { type IndexPlace, placeColumns, placeSql, tablesOf } from './tables.js';

/** What the index has of a state already. */
interface Kept extends IndexPlace {
  readonly kind: number;
  readonly wordsHash: number;
}

/** Writes the states of one generation, and what is looked for in them, within the caller's transaction. */
export class StateWriter {
  readonly #kinds = new Map<string, number>();
  readonly #counts: CountWriter;
  readonly #byText = new Map<string, Statement>();

  constructor(
    private readonly statements: Statements,
    private readonly generation: number,
    private readonly definition: IndexDefinition | undefined,
    private readonly makesResults: boolean,
  ) {
    this.#counts = new CountWriter((sql, ...parameters) => this.#run(sql, ...parameters));
  }

  put(changed: readonly Changed[]): void {
    for (const one of changed) {
      const place = this.definition === undefined ? undefined : this.#index(this.definition, one);
      this.#state(one, place);
    }
    this.#counts.keep();
  }

  /** After a transaction that failed: what it gave numbers to is not there. */
  forget(): void {
    this.#kinds.clear();
    this.#counts.forget();
  }

  #state({ partition, state, result }: Changed, place: IndexPlace | undefined): void {
    const into = 'INSERT OR REPLACE INTO states_@ (partition, state, result, place)';
    if (place === undefined) this.#run(`${into} VALUES (?, ?, ?, NULL)`, partition, state, result ?? null);
    else
      this.#run(
        `${into} VALUES (?, ?, ?, ${placeSql})`,
        partition,
        state,
        result ?? null,
        place.at,
        place.nth,
      );
  }

  /** @returns its place; undefined for a state that is not among the results */
  #index(definition: IndexDefinition, { partition, state, result }: Changed): IndexPlace | undefined {
    const kept = this.#kept(partition);
    const shown: unknown = JSON.parse((this.makesResults ? result : state) ?? 'null');
    const facts = typeof shown === 'object' && shown !== null ? factsOf(definition, shown) : undefined;
    if (kept !== undefined && kept.at !== facts?.at) this.#remove(kept);
    if (facts === undefined) return undefined;
    const kind = this.#kindOf(facts.facets);
    if (kept?.at === facts.at) {
      this.#change(kept, kind, facts);
      return kept;
    }
    const place = this.#nextPlace(facts.at);
    this.#add(place, kind, facts, partition);
    return place;
  }

  #kept(partition: string): Kept | undefined {
    const row = this.#get(
      `SELECT ${placeColumns('p.place')}, p.kind, p.words FROM states_@ s JOIN places_@ p ON p.place = s.place WHERE s.partition = ?`,
      partition,
    );
    if (row === undefined) return undefined;
    const [at, nth, kind, wordsHash] = [row.at, row.nth, row.kind, row.words].map(Number) as [
      number,
      number,
      number,
      number,
    ];
    return { at, nth, kind, wordsHash };
  }

  #nextPlace(at: number): IndexPlace {
    const last = this.#get(
      `SELECT ${placeColumns('place')} FROM places_@ WHERE place >= ${placeSql} AND place < ${placeSql} ORDER BY place DESC LIMIT 1`,
      at,
      0,
      at + 1,
      0,
    );
    return { at, nth: last === undefined ? 0 : Number(last.nth) + 1 };
  }

  #add(place: IndexPlace, kind: number, facts: Facts, partition: string): void {
    const keys = facts.keys.map((_, index) => `key${index}, `).join('');
    const marks = facts.keys.map(() => '?, ').join('');
    this.#run(
      `INSERT INTO places_@ (place, kind, took, words, ${keys}partition) VALUES (${placeSql}, ?, ?, ?, ${marks}?)`,
      place.at,
      place.nth,
      kind,
      facts.took,
      facts.wordsHash,
      ...facts.keys,
      partition,
    );
    if (facts.words !== undefined) this.#putWords(place, facts.words);
    this.#counts.add(place.at, kind, 1);
  }

  #change(kept: Kept, kind: number, facts: Facts): void {
    const keys = facts.keys.map((_, index) => `, key${index} = ?`).join('');
    this.#run(
      `UPDATE places_@ SET kind = ?, took = ?, words = ?${keys} WHERE place = ${placeSql}`,
      kind,
      facts.took,
      facts.wordsHash,
      ...facts.keys,
      kept.at,
      kept.nth,
    );
    if (facts.wordsHash !== kept.wordsHash) {
      if (facts.words === undefined) this.#dropWords(kept);
      else this.#putWords(kept, facts.words);
    }
    if (kind === kept.kind) return;
    this.#counts.add(kept.at, kept.kind, -1);
    this.#counts.add(kept.at, kind, 1);
  }

  #remove(kept: Kept): void {
    this.#run(`DELETE FROM places_@ WHERE place = ${placeSql}`, kept.at, kept.nth);
    if (kept.wordsHash !== 0) this.#dropWords(kept);
    this.#counts.add(kept.at, kept.kind, -1);
  }

  #putWords({ at, nth }: IndexPlace, { words, numbers }: NonNullable<Facts['words']>): void {
    const sql = `INSERT OR REPLACE INTO texts_@ (rowid, words, numbers) VALUES (${placeSql}, ?, ?)`;
    this.#run(sql, at, nth, words, numbers);
  }

  #dropWords({ at, nth }: IndexPlace): void {
    this.#run(`DELETE FROM texts_@ WHERE rowid = ${placeSql}`, at, nth);
  }

  #kindOf(facets: readonly string[]): number {
    const text = JSON.stringify(facets);
    const known = this.#kinds.get(text);
    if (known !== undefined) return known;
    const row =
      this.#get('SELECT kind FROM kinds_@ WHERE facets = ?', text) ??
      this.#get('INSERT INTO kinds_@ (facets) VALUES (?) RETURNING kind', text);
    const kind = Number(row?.kind);
    this.#kinds.set(text, kind);
    return kind;
  }

  #run(sql: string, ...parameters: SqlValue[]): void {
    this.#prepared(sql).all(...parameters);
  }

  #get(sql: string, ...parameters: SqlValue[]): Row | undefined {
    return this.#prepared(sql).get(...parameters);
  }

  /** Several for each state: to put the number of the generation into each anew would cost as much as to run it. */
  #prepared(sql: string): Statement {
    const known = this.#byText.get(sql);
    if (known !== undefined) return known;
    const statement = this.statements.prepared(tablesOf(this.generation, sql));
    this.#byText.set(sql, statement);
    return statement;
  }
}
