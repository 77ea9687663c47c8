import type { IndexDefinition } from './definition.js';

/**
 * A place in the index is one number, the time and, of those of one millisecond, which of them: `(ms << 21) | nth`. So everything
 * lies in the order of time, each place is there once, and whoever reads on goes on after a place. In JavaScript it is two numbers.
 */
export interface IndexPlace {
  readonly at: number;
  readonly nth: number;
}

export const nthBits = 21;
const nthMask = 2 ** nthBits - 1;

/** Parameters: `at`, `nth`. */
export const placeSql = `((? << ${nthBits}) | ?)`;
export const placeColumns = (column: string): string =>
  `${column} >> ${nthBits} AS at, ${column} & ${nthMask} AS nth`;

export const quarterMs = 900_000;
/** Quarters in a block: six hours. What is counted over days is read by blocks, so that it is half as much. */
export const blockQuarters = 24;
export const quarterOf = (at: number): number => Math.floor(at / quarterMs);

/** A statement for the tables of one generation: `@` stands for its number. */
export const tablesOf = (generation: number, sql: string): string => sql.replaceAll('@', String(generation));

export const stateTables = `
CREATE TABLE states_@ (
  partition TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  result TEXT,
  place INTEGER
) STRICT, WITHOUT ROWID;
`;

export const resultIndex =
  'CREATE INDEX states_@_with_result ON states_@ (partition) WHERE result IS NOT NULL;';

/** `kinds`: each combination of the facets' values that occurs, as a JSON list, with how many there are. `counts`: the same by quarter of an hour; `sums`: by blocks of those. */
export const indexTables = ({ keys, words }: IndexDefinition): string => `
CREATE TABLE places_@ (
  place INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  took INTEGER,
  words INTEGER NOT NULL,
  ${keys.map((_, index) => `key${index} TEXT,`).join(' ')}
  partition TEXT NOT NULL
) STRICT;
CREATE INDEX places_@_kind ON places_@ (kind);
${keys.map((_, index) => `CREATE INDEX places_@_key${index} ON places_@ (key${index}) WHERE key${index} IS NOT NULL;`).join('\n')}
CREATE TABLE kinds_@ (kind INTEGER PRIMARY KEY, facets TEXT NOT NULL UNIQUE, n INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE counts_@ (
  quarter INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (quarter, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE sums_@ (
  block INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (block, kind)
) STRICT, WITHOUT ROWID;
${
  words.length === 0
    ? ''
    : `CREATE VIRTUAL TABLE texts_@ USING fts5 (words, numbers, content = '', contentless_delete = 1, tokenize = 'ascii');`
}
`;

/** In this order: what SQLite keeps behind the full text goes with it. */
export const dropTables = `
DROP TABLE IF EXISTS texts_@;
DROP TABLE IF EXISTS sums_@;
DROP TABLE IF EXISTS counts_@;
DROP TABLE IF EXISTS kinds_@;
DROP TABLE IF EXISTS places_@;
DROP TABLE IF EXISTS states_@;
`;
