import { type Database, openDatabase, openDatabaseReadOnly, type SqlValue } from '../store/sqlite/driver.js';
import { type Generation, Generations } from './generations.js';
import type { IndexDefinition } from './index/definition.js';
import { IndexSearch } from './index/search.js';
import { tablesOf } from './index/tables.js';
import { type Row, Statements } from './statements.js';
import { checkStates, prepareStates } from './statesSchema.js';
import {
  type Mark,
  type PartitionState,
  type Phase,
  type ProjectionStatus,
  partitionOf,
  type Step,
  statusOf,
} from './status.js';

export type { Mark, PartitionState, Phase, ProjectionStatus, RunningStatus, Step } from './status.js';

/**
 * The states of all projections in one SQLite file, with where each stands. All of it can be made again from the events: a
 * power cut may take the last moments, together with how far they had got.
 */
export class StatesFile {
  readonly #database: Database;
  readonly #statements: Statements;
  readonly #generations: Generations;

  private constructor(database: Database) {
    this.#database = database;
    this.#statements = new Statements(database);
    this.#generations = new Generations(this.#statements, (sql) => database.exec(sql));
  }

  /**
   * @param path - created when there is none; `:memory:` for states that end with the process
   * @throws {StoreError} `unsupported` without a safe SQLite, or for a file of something else
   */
  static async open(path: string): Promise<StatesFile> {
    const database = await openDatabase(path);
    try {
      // First of all: until then a foreign file must stay as it is.
      prepareStates(database);
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    } catch (error) {
      database.close();
      throw error;
    }
    return new StatesFile(database);
  }

  /**
   * To look at, and change nothing.
   *
   * @param isChecked - all of it is looked through first, which takes a second for each some hundred megabytes
   * @throws {StoreError} as {@link open}; `unsupported` for one of another version too. What SQLite throws for a damaged one
   */
  static async openReadOnly(path: string, { isChecked = true } = {}): Promise<StatesFile> {
    const database = await openDatabaseReadOnly(path);
    try {
      checkStates(database, isChecked);
    } catch (error) {
      database.close();
      throw error;
    }
    return new StatesFile(database);
  }

  close(): void {
    this.#statements.forget();
    this.#database.close();
  }

  statuses(): readonly ProjectionStatus[] {
    return this.#statements.rows(`${statusRows} ORDER BY name`).map(statusOf);
  }

  status(name: string): ProjectionStatus | undefined {
    return this.#statements.rows(`${statusRows} WHERE name = ?`, name).map(statusOf)[0];
  }

  /** Where the states that are being made stand. */
  mark(name: string): Mark | undefined {
    return this.#markOf('making', name);
  }

  /** Where the states stand that readers get. */
  shownMark(name: string): Mark | undefined {
    return this.#markOf('coalesce(serving, making)', name);
  }

  #markOf(column: string, name: string): Mark | undefined {
    const sql = `SELECT g.* FROM projections JOIN generations g ON generation = ${column} WHERE name = ?`;
    const row = this.#statements.get(sql, name);
    if (typeof row?.position !== 'string') return undefined;
    const { position, last_position, last_id } = row;
    if (last_position === null || last_id === null) return { position };
    return { position, last: { position: String(last_position), id: String(last_id) } };
  }

  shared(name: string): string | undefined {
    const sql = 'SELECT shared FROM projections JOIN generations ON generation = making WHERE name = ?';
    return textOf(this.#statements.get(sql, name)?.shared);
  }

  /** A state as JSON, as it is being made. */
  madeState(name: string, partition: string): string | undefined {
    return this.#stateIn(this.#generations.making(name), partition);
  }

  /** A state as JSON, as readers get it. */
  state(name: string, partition: string): string | undefined {
    return this.#statements.inSnapshot(() => this.#stateIn(this.#generations.shown(name), partition));
  }

  #stateIn(made: Generation | undefined, partition: string): string | undefined {
    if (made === undefined) return undefined;
    const sql = tablesOf(made.generation, 'SELECT state FROM states_@ WHERE partition = ?');
    return textOf(this.#statements.get(sql, partition)?.state);
  }

  /**
   * In order of the partitions' names: those with a result, when the projection makes results, else all. Read page by page,
   * so that a writer is not held up.
   *
   * @param range - of their names: `from` inclusive, `until` exclusive
   */
  *partitions(
    name: string,
    { from = '', until }: { readonly from?: string; readonly until?: string } = {},
  ): Generator<PartitionState> {
    let place = 'partition >= ?';
    let after = from;
    for (;;) {
      const rows = this.#statements.inSnapshot(() => this.#page(name, place, after, until));
      yield* rows.map(partitionOf);
      if (rows.length === 0) return;
      after = String(rows.at(-1)?.partition);
      place = 'partition > ?';
    }
  }

  /** The partition of a projection without partitions is empty. */
  #page(name: string, place: string, after: string, until: string | undefined): readonly Row[] {
    const shown = this.#generations.shown(name);
    if (shown === undefined) return [];
    const end = until === undefined ? '' : ' AND partition < ?';
    const wanted = `${place}${end}${shown.makesResults ? ' AND result IS NOT NULL' : ''}`;
    const sql = `SELECT partition, state, result FROM states_@ WHERE ${wanted} ORDER BY partition LIMIT 500`;
    const parameters = until === undefined ? [after] : [after, until];
    return this.#statements.rows(tablesOf(shown.generation, sql), ...parameters);
  }

  /**
   * Asks for states by what is indexed of them, all in one view of the file.
   *
   * @param ask - gets undefined when there are no states yet, or none with an index
   */
  search<Answer>(name: string, ask: (search: IndexSearch | undefined) => Answer): Answer {
    return this.#statements.inSnapshot(() => {
      const shown = this.#generations.shown(name);
      return ask(shown?.definition === undefined ? undefined : new IndexSearch(this.#statements, shown));
    });
  }

  /**
   * A projection from nothing.
   *
   * @param former - whether the states that it had go on serving until the new ones are complete
   */
  begin(
    name: string,
    file: string,
    hash: string,
    {
      index,
      former = 'serves',
    }: { readonly index?: IndexDefinition | undefined; readonly former?: 'serves' | 'dropped' } = {},
  ): void {
    this.#changing(() => {
      const { making, serving } = this.#pair(name);
      const kept = former === 'serves' ? serving : undefined;
      const made = this.#generations.create(name, index);
      const sql = `INSERT OR REPLACE INTO projections (name, file, hash, phase, making, serving)
        VALUES (?, ?, ?, 'catching-up', ?, ?)`;
      this.#statements.run(sql, name, file, hash, made, kept ?? null);
      for (const old of new Set([making, serving]))
        if (old !== undefined && old !== kept) this.#generations.drop(name, old);
    });
  }

  /** All that was stored when it began is in its states: from now on readers get these, and the former ones are gone. */
  complete(name: string): void {
    this.#changing(() => {
      const { making, serving } = this.#pair(name);
      this.#statements.run('UPDATE projections SET serving = making WHERE name = ?', name);
      if (serving !== undefined && serving !== making) this.#generations.drop(name, serving);
    });
  }

  remove(name: string): void {
    this.#changing(() => {
      const { making, serving } = this.#pair(name);
      this.#statements.run('DELETE FROM projections WHERE name = ?', name);
      for (const old of new Set([making, serving])) if (old !== undefined) this.#generations.drop(name, old);
    });
  }

  #pair(name: string): { readonly making: number | undefined; readonly serving: number | undefined } {
    const row = this.#statements.get('SELECT making, serving FROM projections WHERE name = ?', name);
    return {
      making: typeof row?.making === 'number' ? row.making : undefined,
      serving: typeof row?.serving === 'number' ? row.serving : undefined,
    };
  }

  #changing(work: () => void): void {
    this.#statements.inTransaction(() => {
      work();
      this.#generations.showStates();
    });
  }

  setPhase(name: string, phase: Phase, fault?: string): void {
    this.#statements.run(
      'UPDATE projections SET phase = ?, fault = ? WHERE name = ?',
      phase,
      fault ?? null,
      name,
    );
  }

  /** Whether it makes results of its states: then what has none is not among its partitions. */
  setResults(name: string, makes: boolean): void {
    this.#statements.inTransaction(() => this.#generations.makesResults(name, makes));
  }

  /** The states and the place they belong to, in one transaction. */
  keep(name: string, { changed, shared, position, last, events }: Step): void {
    try {
      this.#statements.inTransaction(() => {
        this.#generations.writer(name).put(changed);
        this.#statements.run(
          `UPDATE generations SET position = ?, last_position = ?, last_id = ?, at = ?, shared = ?, events = events + ? ${ofMaking}`,
          position,
          last.position,
          last.id,
          last.recordedAt,
          shared ?? null,
          events,
          name,
        );
      });
    } catch (error) {
      this.#generations.forgetWriters();
      throw error;
    }
  }

  /** Nothing up to there concerned it. */
  keepPlace(name: string, position: string): void {
    this.#statements.run(`UPDATE generations SET position = ? ${ofMaking}`, position, name);
  }

  /** Whoever runs the projections begins these from nothing. @returns false for a name that is not there */
  askRebuild(name: string): boolean {
    this.#statements.run('UPDATE projections SET rebuild = 1 WHERE name = ?', name);
    return this.status(name) !== undefined;
  }
}

const statusRows =
  'SELECT p.*, g.events, g.at FROM projections p JOIN generations g ON g.generation = p.making';
const ofMaking = 'WHERE generation = (SELECT making FROM projections WHERE name = ?)';

const textOf = (value: SqlValue | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;
