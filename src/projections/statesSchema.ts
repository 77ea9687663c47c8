import { StoreError } from '../store/port.js';
import type { Database } from '../store/sqlite/driver.js';

/** "ThrP": tells our files from other SQLite files. */
const applicationId = 0x54687250;
/** Of the tables below. What another version wrote is dropped, and made again from the events. */
const version = 1;

const tables = `
CREATE TABLE projections (
  name TEXT PRIMARY KEY,
  file TEXT NOT NULL,
  hash TEXT NOT NULL,
  phase TEXT NOT NULL,
  fault TEXT,
  position TEXT,
  last_position TEXT,
  last_id TEXT,
  events INTEGER NOT NULL DEFAULT 0,
  at TEXT,
  shared TEXT,
  results INTEGER NOT NULL DEFAULT 0,
  rebuild INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE states (
  projection TEXT NOT NULL,
  partition TEXT NOT NULL,
  state TEXT NOT NULL,
  result TEXT,
  PRIMARY KEY (projection, partition)
) STRICT, WITHOUT ROWID;
CREATE INDEX states_with_result ON states (projection, partition) WHERE result IS NOT NULL;
PRAGMA application_id = ${applicationId};
PRAGMA user_version = ${version};
`;

/**
 * Makes sure that the file has our tables.
 *
 * @throws {StoreError} `unsupported` for a file of something else, before anything in it is changed
 */
export const prepareStates = (database: Database): void => {
  database.exec('PRAGMA busy_timeout = 5000');
  if (isCurrent(database)) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have been quicker.
    if (!isCurrent(database)) {
      database.exec('DROP TABLE IF EXISTS projections; DROP TABLE IF EXISTS states;');
      database.exec(tables);
    }
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
};

/** @throws {StoreError} `unsupported` for anything but the tables of this version. What SQLite throws for a damaged file */
export const checkStates = (database: Database): void => {
  database.exec('PRAGMA busy_timeout = 5000');
  if (!isCurrent(database))
    throw new StoreError(
      'unsupported',
      'The file of the states is empty, or of another version of the router.',
    );
  const said = String(database.prepare('PRAGMA quick_check(1)').get()?.quick_check);
  if (said !== 'ok')
    throw new StoreError('unavailable', `The file of the states is damaged: ${said}`, { reason: 'damaged' });
};

const isCurrent = (database: Database): boolean => {
  const application = numberOf(database, 'PRAGMA application_id');
  if (application === applicationId) return numberOf(database, 'PRAGMA user_version') === version;
  if (application === 0 && numberOf(database, 'SELECT count(*) FROM sqlite_schema') === 0) return false;
  throw new StoreError('unsupported', 'The file is an SQLite database, but not one of projections.', {
    reason: 'foreign',
  });
};

const numberOf = (database: Database, sql: string): number =>
  Number(Object.values(database.prepare(sql).get() ?? {})[0]);
