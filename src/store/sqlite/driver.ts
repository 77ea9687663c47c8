import { chmodSync, chownSync, existsSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { StoreError } from '../port.js';

// The part of the DatabaseSync API that the store uses. `node:sqlite` has it, @photostructure/sqlite copies it.

export type SqlValue = string | number | null | Uint8Array;

export interface Statement {
  run(...parameters: SqlValue[]): unknown;
  get(...parameters: SqlValue[]): Record<string, SqlValue> | undefined;
  /** Arrays only after `setReturnArrays(true)`, else objects. */
  all(...parameters: SqlValue[]): SqlValue[][];
  setReturnArrays(on: boolean): void;
}

export interface Database {
  readonly isTransaction: boolean;
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

interface SqliteModule {
  readonly DatabaseSync: new (path: string, options?: { readonly readOnly?: boolean }) => Database;
}

/** Before it, two connections that write and checkpoint at the same instant can lose committed data. */
const firstSafeVersion = [3, 51, 3] as const;

export const isSafeVersion = (version: string): boolean => {
  const parts = version.split('.').map(Number);
  for (const [index, least] of firstSafeVersion.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
};

/**
 * Opens a database file, creates it when there is none.
 *
 * @throws {StoreError} `unsupported` without a driver that has a safe SQLite
 */
export const openDatabase = async (path: string): Promise<Database> => {
  const { DatabaseSync } = await safeDriver();
  return new DatabaseSync(path);
};

/**
 * Opens a database file to look at, and leaves the folder as it is: without an index of the log (`-shm`) beside it nobody has it
 * open, and only the file itself is read, without a lock, since SQLite would make such an index. One that is there is read as it
 * is: SQLite would note in it how far this reader has got.
 *
 * @param isLock - a file that is nothing but a lock: there is no log, and the lock is what is looked at
 * @throws {StoreError} `unsupported` without a driver that has a safe SQLite; `unavailable` for a log that could not be read with it
 */
export const openDatabaseReadOnly = async (path: string, { isLock = false } = {}): Promise<Database> => {
  const { DatabaseSync } = await safeDriver();
  if (isLock) return new DatabaseSync(path, { readOnly: true });
  const hasIndex = existsSync(`${path}-shm`);
  const isEmpty = sizeOf(path) === 0;
  const logged = sizeOf(`${path}-wal`);
  // SQLite takes away the log of an empty file, even where it only reads.
  if (isEmpty && logged > 0)
    throw new StoreError('unavailable', `${path} is empty, and its log ${path}-wal has ${logged} bytes.`, {
      reason: 'emptied',
    });
  if (!hasIndex && logged > 0)
    throw new StoreError(
      'unavailable',
      `${logged} bytes in the log ${path}-wal belong to ${path}, and without the index ${path}-shm they cannot be read by who only looks.`,
      { reason: 'unread-log' },
    );
  const manner = hasIndex && !isEmpty ? 'readonly_shm=1' : 'immutable=1';
  const database = new DatabaseSync(`${pathToFileURL(path).href}?${manner}`, { readOnly: true });
  leavingRights(`${path}-wal`, () => openLog(database));
  return database;
};

/** The first reading opens the log. What is in its way is in the way of the next one too, and told there. */
const openLog = (database: Database): void => {
  try {
    database.prepare('PRAGMA user_version').get();
  } catch {}
};

/** SQLite gives a log the owner of its file, and an empty one its rights, even where it only reads. */
const leavingRights = (log: string, open: () => void): void => {
  const before = statSync(log, { throwIfNoEntry: false });
  open();
  const after = statSync(log, { throwIfNoEntry: false });
  if (before === undefined || after === undefined) return;
  if (after.uid !== before.uid || after.gid !== before.gid) chownSync(log, before.uid, before.gid);
  if (after.mode !== before.mode) chmodSync(log, before.mode);
};

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** What the driver is, for people. @throws {StoreError} as {@link openDatabase} */
export const driverVersion = async (): Promise<{ readonly driver: string; readonly version: string }> => {
  const { name, version } = await safeDriver();
  return { driver: name, version };
};

const safeDriver = async (): Promise<SqliteModule & { readonly name: string; readonly version: string }> => {
  const { name, DatabaseSync } = await loadDriver();
  // Asked of a database of its own: in a file even this question may meet another process's lock.
  const scratch = new DatabaseSync(':memory:');
  const version = String(scratch.prepare('SELECT sqlite_version() AS version').get()?.version);
  scratch.close();
  if (isSafeVersion(version)) return { DatabaseSync, name, version };
  throw new StoreError('unsupported', `SQLite ${version} can lose data: 3.51.3 or newer is needed.`);
};

/** Node's version is asked first: loading `node:sqlite` only to reject it would print its warning for nothing. */
const loadDriver = async (): Promise<SqliteModule & { readonly name: string }> => {
  const own = process.versions.sqlite;
  const names = own !== undefined && isSafeVersion(own) ? ['node:sqlite'] : [];
  const failures: unknown[] = [];
  for (const name of [...names, '@photostructure/sqlite']) {
    try {
      const { DatabaseSync } = (await import(name)) as SqliteModule;
      return { DatabaseSync, name };
    } catch (error) {
      failures.push(error);
    }
  }
  throw new StoreError(
    'unsupported',
    'No SQLite 3.51.3 or newer: use a newer Node, or install the package @photostructure/sqlite.',
    { cause: new AggregateError(failures) },
  );
};
