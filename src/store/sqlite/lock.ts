import { accessSync, constants, statSync } from 'node:fs';
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
  if (!isThere(path)) return false;
  let database: Database | undefined;
  try {
    database = await openDatabaseReadOnly(path, { isLock: true });
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw untold(path, toStoreError(error).message, error);
  } finally {
    database?.close();
  }
};

const isThere = (path: string): boolean => {
  try {
    if (statSync(path).isDirectory()) throw untold(path, 'it is a folder');
    accessSync(path, constants.R_OK);
    return true;
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return false;
    throw untold(path, message, error);
  }
};

const untold = (path: string, why: string, cause?: unknown): StoreError =>
  new StoreError('unavailable', `Whether a process holds ${path} cannot be told: ${why}`, {
    cause,
    reason: 'no-access',
  });
