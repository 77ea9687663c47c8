import { type Database, openDatabase, openDatabaseReadOnly, type SqlValue } from '../store/sqlite/driver.js';
import type { Changed } from './inside/folding.js';
import { type Row, Statements } from './statements.js';
import { checkStates, prepareStates } from './statesSchema.js';

/** `catching-up`: it has not yet got to where the store ended. `refused`, `stopped`: see the fault. */
export type Phase = 'catching-up' | 'live' | 'refused' | 'stopped';

/** How far a projection has got. */
export interface ProjectionStatus {
  readonly name: string;
  readonly file: string;
  readonly hash: string;
  readonly phase: Phase;
  /** Why it was refused or stopped, with file and line. */
  readonly fault?: string;
  /** Events folded since it began from nothing. */
  readonly events: number;
  /** When the last of them was recorded: ISO, UTC. */
  readonly at?: string;
  /** Someone asked for it to be rebuilt, and that has not begun. */
  readonly rebuildAsked: boolean;
}

/** Where a projection goes on, and an event by which its store is known again. */
export interface Mark {
  readonly position: string;
  readonly last?: { readonly position: string; readonly id: string };
}

/** What one batch leads to: kept whole or not at all. */
export interface Step {
  readonly changed: readonly Changed[];
  readonly shared: string | undefined;
  readonly position: string;
  readonly last: { readonly position: string; readonly id: string; readonly recordedAt: string };
  /** How many were folded. */
  readonly events: number;
}

export interface PartitionState {
  readonly partition: string;
  readonly state: unknown;
  /** What transformBy and filterBy make of the state. */
  readonly result?: unknown;
}

/**
 * The states of all projections in one SQLite file, with where each stands. All of it can be made again from the events: a
 * power cut may take the last moments, together with how far they had got.
 */
export class StatesFile {
  readonly #database: Database;
  readonly #statements: Statements;

  private constructor(database: Database) {
    this.#database = database;
    this.#statements = new Statements(database);
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
   * @throws {StoreError} as {@link open}; `unsupported` for one of another version too. What SQLite throws for a damaged one
   */
  static async openReadOnly(path: string): Promise<StatesFile> {
    const database = await openDatabaseReadOnly(path);
    try {
      checkStates(database);
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
    return this.#statements.rows('SELECT * FROM projections ORDER BY name').map(statusOf);
  }

  status(name: string): ProjectionStatus | undefined {
    return this.#statements.rows('SELECT * FROM projections WHERE name = ?', name).map(statusOf)[0];
  }

  mark(name: string): Mark | undefined {
    const row = this.#statements.get(
      'SELECT position, last_position, last_id FROM projections WHERE name = ?',
      name,
    );
    if (typeof row?.position !== 'string') return undefined;
    const { position, last_position, last_id } = row;
    if (last_position === null || last_id === null) return { position };
    return { position, last: { position: String(last_position), id: String(last_id) } };
  }

  shared(name: string): string | undefined {
    return textOf(this.#statements.get('SELECT shared FROM projections WHERE name = ?', name)?.shared);
  }

  /** A state as JSON. */
  state(name: string, partition: string): string | undefined {
    const sql = 'SELECT state FROM states WHERE projection = ? AND partition = ?';
    return textOf(this.#statements.get(sql, name, partition)?.state);
  }

  /**
   * In order of the partitions' names: those with a result, when the projection makes results, else all. Read page by page,
   * so that a writer is not held up.
   */
  *partitions(name: string): Generator<PartitionState> {
    const results =
      this.#statements.get('SELECT results FROM projections WHERE name = ?', name)?.results === 1;
    const wanted = `projection = ? AND partition > ?${results ? ' AND result IS NOT NULL' : ''}`;
    const sql = `SELECT * FROM states WHERE ${wanted} ORDER BY partition LIMIT 500`;
    // The partition of a projection without partitions is empty.
    const whole = this.#statements.get(
      'SELECT * FROM states WHERE projection = ? AND partition = ?',
      name,
      '',
    );
    if (whole !== undefined && !(results && whole.result === null)) yield partitionOf(whole);
    for (let rows = this.#statements.rows(sql, name, ''); rows.length > 0; ) {
      yield* rows.map(partitionOf);
      rows = this.#statements.rows(sql, name, String(rows.at(-1)?.partition));
    }
  }

  /** A projection from nothing: its states are gone. */
  begin(name: string, file: string, hash: string): void {
    this.#statements.inTransaction(() => {
      this.#statements.run('DELETE FROM states WHERE projection = ?', name);
      this.#statements.run('DELETE FROM projections WHERE name = ?', name);
      const sql = `INSERT INTO projections (name, file, hash, phase) VALUES (?, ?, ?, 'catching-up')`;
      this.#statements.run(sql, name, file, hash);
    });
  }

  remove(name: string): void {
    this.#statements.inTransaction(() => {
      this.#statements.run('DELETE FROM states WHERE projection = ?', name);
      this.#statements.run('DELETE FROM projections WHERE name = ?', name);
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
    this.#statements.run('UPDATE projections SET results = ? WHERE name = ?', makes ? 1 : 0, name);
  }

  /** The states and the place they belong to, in one transaction. */
  keep(name: string, { changed, shared, position, last, events }: Step): void {
    this.#statements.inTransaction(() => {
      const put = this.#statements.prepared('INSERT OR REPLACE INTO states VALUES (?, ?, ?, ?)');
      for (const { partition, state, result } of changed) put.run(name, partition, state, result ?? null);
      const sql = `UPDATE projections SET position = ?, last_position = ?, last_id = ?, at = ?, shared = ?, events = events + ?
        WHERE name = ?`;
      this.#statements.run(
        sql,
        position,
        last.position,
        last.id,
        last.recordedAt,
        shared ?? null,
        events,
        name,
      );
    });
  }

  /** Nothing up to there concerned it. */
  keepPlace(name: string, position: string): void {
    this.#statements.run('UPDATE projections SET position = ? WHERE name = ?', position, name);
  }

  /** Whoever runs the projections begins these from nothing. @returns false for a name that is not there */
  askRebuild(name: string): boolean {
    this.#statements.run('UPDATE projections SET rebuild = 1 WHERE name = ?', name);
    return this.status(name) !== undefined;
  }
}

const textOf = (value: SqlValue | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

const statusOf = ({ name, file, hash, phase, fault, events, at, rebuild }: Row): ProjectionStatus => ({
  name: String(name),
  file: String(file),
  hash: String(hash),
  phase: String(phase) as Phase,
  ...(typeof fault === 'string' ? { fault } : {}),
  events: Number(events),
  ...(typeof at === 'string' ? { at } : {}),
  rebuildAsked: rebuild === 1,
});

const partitionOf = ({ partition, state, result }: Row): PartitionState => ({
  partition: String(partition),
  state: JSON.parse(String(state)),
  ...(typeof result === 'string' ? { result: JSON.parse(result) } : {}),
});
