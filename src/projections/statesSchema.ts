import { StoreError } from '../store/port.js';
import type { Database } from '../store/sqlite/driver.js';

/** "ThrP": tells our files from other SQLite files. */
const applicationId = 0x54687250;
/** Of the tables below and of those in index/tables.ts. What another version wrote is dropped, and made again from the events. */
const version = 2;

/**
 * A generation is what one building from nothing makes of a projection; its states are in tables of its own. `making` is the one that
 * is written to, `serving` the last that was complete: the former one while the next is being made, or none.
 */
const tables = `
CREATE TABLE projections (
  name TEXT PRIMARY KEY,
  file TEXT NOT NULL,
  hash TEXT NOT NULL,
  phase TEXT NOT NULL,
  fault TEXT,
  rebuild INTEGER NOT NULL DEFAULT 0,
  making INTEGER NOT NULL REFERENCES generations,
  serving INTEGER REFERENCES generations
) STRICT;
CREATE TABLE generations (
  generation INTEGER PRIMARY KEY AUTOINCREMENT,
  position TEXT,
  last_position TEXT,
  last_id TEXT,
  events INTEGER NOT NULL DEFAULT 0,
  at TEXT,
  shared TEXT,
  results INTEGER NOT NULL DEFAULT 0,
  definition TEXT
) STRICT;
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
      dropAll(database);
      database.exec(tables);
    }
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
};

/** Of another version: each kind before what it rests on. */
const dropAll = (database: Database): void => {
  for (const kind of ['view', 'table'] as const) {
    const sql = `SELECT name FROM sqlite_schema WHERE type = '${kind}' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
      ORDER BY sql NOT LIKE 'CREATE VIRTUAL%'`;
    for (const { name } of database.prepare(sql).all() as unknown as readonly { name: string }[])
      database.exec(`DROP ${kind} IF EXISTS "${name}"`);
  }
};

/** @throws {StoreError} `unsupported` for anything but the tables of this version. What SQLite throws for a damaged file */
export const checkStates = (database: Database, isLookedThrough: boolean): void => {
  database.exec('PRAGMA busy_timeout = 5000');
  if (!isCurrent(database))
    throw new StoreError(
      'unsupported',
      'The file of the states is empty, or of another version of the router.',
    );
  if (!isLookedThrough) return;
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
