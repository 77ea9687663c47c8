import { existsSync } from 'node:fs';
import { StoreError } from '../port.js';
import { type Database, openDatabase, openDatabaseReadOnly } from './driver.js';
import { isBusy, toStoreError } from './errors.js';

/**
 * Takes a lock that ends with the process, however it ends: SQLite's own lock on an empty file.
 *
 * @returns how to give it back
 * @throws {StoreError} `unavailable` when another process holds it
 */
export const lockFile = async (path: string): Promise<() => void> => {
  const database = await openDatabase(path);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    throw new StoreError('unavailable', `Another process holds ${path}.`, { cause });
  }
  return () => {
    // Closing alone frees nothing as long as a statement has not been collected.
    database.exec('ROLLBACK');
    database.close();
  };
};

/**
 * Whether a process holds the lock, without taking it: by a reading, which ends at once. False for a file that is not there.
 *
 * @throws {StoreError} when it cannot be read
 */
export const isLocked = async (path: string): Promise<boolean> => {
  if (!existsSync(path)) return false;
  let database: Database | undefined;
  try {
    database = await openDatabaseReadOnly(path, { isLock: true });
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    const { code, reason, message } = toStoreError(error);
    throw new StoreError(code, `Whether a process holds ${path} cannot be told: ${message}`, {
      cause: error,
      reason,
    });
  } finally {
    database?.close();
  }
};
