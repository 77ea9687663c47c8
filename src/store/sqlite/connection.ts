import { StoreError } from '../port.js';
import { type Database, openDatabase, type SqlValue, type Statement } from './driver.js';
import { patiently, toStoreError } from './errors.js';
import { prepareSchema } from './schema.js';

/** A database that is a store, with its statements prepared once. */
export class Connection {
  readonly path: string;
  readonly isReadOnly: boolean;
  // Kept here because a statement alone does not keep its database from being collected (@photostructure/sqlite 1.2.1).
  readonly database: Database;
  readonly #statements = new Map<string, Statement>();
  #closed = false;

  constructor(path: string, database: Database, { isReadOnly = false } = {}) {
    this.path = path;
    this.database = database;
    this.isReadOnly = isReadOnly;
  }

  /** The texts are few: none is made of values. */
  statement(sql: string): Statement {
    if (this.#closed) throw new StoreError('closed', 'The store is closed.');
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Rows as arrays: a third less time than objects. */
  rows(sql: string, ...parameters: SqlValue[]): SqlValue[][] {
    const statement = this.statement(sql);
    statement.setReturnArrays(true);
    return statement.all(...parameters);
  }

  number(sql: string, ...parameters: (string | number | Uint8Array)[]): number | undefined {
    const row = this.statement(sql).get(...parameters);
    if (row === undefined) return undefined;
    for (const name in row) return typeof row[name] === 'number' ? row[name] : undefined;
    return undefined;
  }

  close(): void {
    this.#closed = true;
    this.#statements.clear();
    this.database.close();
  }
}

/**
 * @param patienceMs - how long to wait for another process's lock
 * @throws {StoreError} `unsupported` for a file that is no store of ours; `unavailable`
 */
export const openConnection = async (path: string, patienceMs: number): Promise<Connection> => {
  const database = await openDatabase(path).catch((error) => {
    throw toStoreError(error);
  });
  try {
    // First of all: until then a foreign file must stay as it is.
    await patiently(() => prepareSchema(database), patienceMs);
    await patiently(() => configure(database), patienceMs);
  } catch (error) {
    database.close();
    throw error;
  }
  return new Connection(path, database);
};

const configure = (database: Database): void => {
  const mode = database.prepare('PRAGMA journal_mode = WAL').get();
  if (mode?.journal_mode !== 'wal') {
    throw new StoreError(
      'unsupported',
      'The store needs a file on a disk of this machine (SQLite in WAL mode).',
    );
  }
  // FULL: an append that was answered survives a power cut. The default of some builds in WAL is NORMAL: it does not.
  database.exec('PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA busy_timeout = 0;');
};
