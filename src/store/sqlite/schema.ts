import { StoreError } from '../port.js';
import type { Database } from './driver.js';

/** "Thrd": tells our files from other SQLite files. */
const applicationId = 0x54687264;
export const schemaVersion = 2;

// Streams, categories and types are numbers in the rows, ids 16 bytes: a third less to write for each event.
// `schema`, a column that is almost always 1, takes no space at all. `correlation` and `causation` are 16 bytes
// when they are UUIDs, else text. The view is for people with the sqlite3 shell.
const tables = `
CREATE TABLE categories (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE types (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE streams (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  category INTEGER REFERENCES categories
) STRICT;
CREATE TABLE events (
  position INTEGER PRIMARY KEY,
  stream INTEGER NOT NULL REFERENCES streams,
  revision INTEGER NOT NULL,
  category INTEGER REFERENCES categories,
  type INTEGER NOT NULL REFERENCES types,
  id BLOB NOT NULL,
  time INTEGER NOT NULL,
  correlation ANY NOT NULL,
  causation ANY,
  schema INTEGER NOT NULL,
  metadata TEXT,
  data TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
CREATE UNIQUE INDEX events_by_id ON events (id);
CREATE INDEX events_by_type ON events (type);
CREATE INDEX events_by_category ON events (category);
CREATE INDEX events_by_correlation ON events (correlation);
CREATE INDEX events_by_time ON events (time);
CREATE TABLE checkpoints (name TEXT PRIMARY KEY, position TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

/** Since version 2. */
const agreements = `
CREATE TABLE agreements (name TEXT PRIMARY KEY, version INTEGER NOT NULL, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

const uuidText = (column: string): string => {
  const hex = `lower(hex(${column}))`;
  const parts = [
    [1, 8],
    [9, 4],
    [13, 4],
    [17, 4],
    [21, 12],
  ].map(([from, n]) => `substr(${hex}, ${from}, ${n})`);
  return `CASE typeof(${column}) WHEN 'blob' THEN ${parts.join(` || '-' || `)} ELSE ${column} END`;
};

const view = `
CREATE VIEW event_log AS
SELECT
  e.position,
  strftime('%Y-%m-%dT%H:%M:%S', e.time / 1000, 'unixepoch') || printf('.%03dZ', e.time % 1000) AS recorded_at,
  s.name AS stream,
  e.revision,
  t.name AS type,
  e.data,
  ${uuidText('e.id')} AS id,
  ${uuidText('e.correlation')} AS correlation_id,
  ${uuidText('e.causation')} AS causation_id,
  e.schema,
  e.metadata
FROM events e JOIN streams s ON s.id = e.stream JOIN types t ON t.id = e.type;
`;

/**
 * Makes sure that the file is a store that this version can read: fills an empty one, adds to an older one what it lacks.
 *
 * @throws {StoreError} `unsupported`, before anything in the file is changed
 */
export const prepareSchema = (database: Database): void => {
  if (versionOf(database) === schemaVersion) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have been quicker.
    const version = versionOf(database);
    if (version === 0) database.exec(`${tables}${view}PRAGMA application_id = ${applicationId};`);
    if (version < schemaVersion) database.exec(`${agreements}PRAGMA user_version = ${schemaVersion};`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
};

/** The version of the schema in the file, 0 for an empty file. */
export const versionOf = (database: Database): number => {
  const application = numberOf(database, 'PRAGMA application_id');
  const version = numberOf(database, 'PRAGMA user_version');
  if (application === applicationId) {
    if (version <= schemaVersion) return version;
    throw new StoreError(
      'unsupported',
      `The store was written by a newer version of threadless-router: its schema is ${version}, ` +
        `this version knows ${schemaVersion}.`,
      { reason: 'newer' },
    );
  }
  if (application === 0 && version === 0 && numberOf(database, 'SELECT count(*) FROM sqlite_schema') === 0)
    return 0;
  throw new StoreError(
    'unsupported',
    'The file is an SQLite database, but not a store of threadless-router.',
    { reason: 'foreign' },
  );
};

export const numberOf = (database: Database, sql: string): number =>
  Number(Object.values(database.prepare(sql).get() ?? {})[0]);
