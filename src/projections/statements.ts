import type { Database, SqlValue, Statement } from '../store/sqlite/driver.js';

export type Row = Readonly<Record<string, SqlValue>>;

/** The statements of one connection, each prepared once. */
export class Statements {
  readonly #prepared = new Map<string, Statement>();

  constructor(private readonly database: Database) {}

  prepared(sql: string): Statement {
    const statement = this.#prepared.get(sql) ?? this.database.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }

  /** Not by the driver's own `run`: that tells the last row's number, and from Node 26 on throws for one that no JavaScript number holds, as a place in the index is. */
  run(sql: string, ...parameters: SqlValue[]): void {
    this.prepared(sql).all(...parameters);
  }

  get(sql: string, ...parameters: SqlValue[]): Row | undefined {
    return this.prepared(sql).get(...parameters);
  }

  rows(sql: string, ...parameters: SqlValue[]): readonly Row[] {
    // Objects: arrays come only after they are asked for.
    return this.prepared(sql).all(...parameters) as unknown as readonly Row[];
  }

  /** The same as lists: where there are many. A statement gives one form for ever. */
  lists(sql: string, ...parameters: SqlValue[]): readonly (readonly SqlValue[])[] {
    const statement = this.prepared(sql);
    statement.setReturnArrays(true);
    return statement.all(...parameters);
  }

  /** One view of the file, however many questions: it may be written to, and tables taken away, between two of them. */
  inSnapshot<Answer>(work: () => Answer): Answer {
    if (this.database.isTransaction) return work();
    this.database.exec('BEGIN');
    try {
      return work();
    } finally {
      if (this.database.isTransaction) this.database.exec('COMMIT');
    }
  }

  inTransaction(work: () => void): void {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.database.exec('COMMIT');
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Before the database is closed, or tables are dropped. */
  forget(): void {
    this.#prepared.clear();
  }
}
