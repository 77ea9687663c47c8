import { existsSync } from 'node:fs';
import { StoreError } from '../port.js';
import { openDatabase, openDatabaseReadOnly } from './driver.js';
import { isBusy } from './errors.js';

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

/** Whether a process holds the lock, without taking it: by a reading, which ends at once. False for a file that is not there. */
export const isLocked = async (path: string): Promise<boolean> => {
  if (!existsSync(path)) return false;
  const database = await openDatabaseReadOnly(path, { isLock: true });
  try {
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    database.close();
  }
};
