import { StoreError } from '../port.js';
import { openDatabase } from './driver.js';

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
