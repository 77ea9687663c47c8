import type { SqlValue } from '../../store/sqlite/driver.js';
import type { IndexDefinition } from './definition.js';
import { lastInstant } from './facts.js';
import { placeSql } from './tables.js';

/** What must hold of a state: every given part. */
export interface IndexQuestion {
  /** Milliseconds, inclusive. */
  readonly since?: number | undefined;
  /** Milliseconds, exclusive. */
  readonly until?: number | undefined;
  /** Of each facet one of these values. */
  readonly facets?: Readonly<Record<string, readonly string[]>>;
  /** Of each facet none of these values. */
  readonly without?: Readonly<Record<string, readonly string[]>>;
  readonly keys?: readonly KeyWish[];
  /** A question to FTS5, see words/question.ts. */
  readonly words?: string | undefined;
  /** Milliseconds. */
  readonly tookAtLeast?: number | undefined;
}

export interface KeyWish {
  readonly name: string;
  readonly value: string;
  /** The one whose partition is this value, too. */
  readonly orPartition?: boolean;
}

/** A question in SQL, for the tables of a generation. */
export interface SqlParts {
  readonly from: string;
  readonly where: string;
  /** The column to go on from and to order by. */
  readonly place: string;
  readonly parameters: readonly SqlValue[];
  /** It goes through the range in its order, and looks at each. */
  readonly isScan: boolean;
  /** Only times and facets are asked for: what the counts know. */
  readonly isCounted: boolean;
}

/** Beyond all that occur. One more, and the place would not fit into 64 bits. */
export const endOfTime = lastInstant + 1;

/**
 * @param kinds - those with the facets that are asked for; undefined: all
 * @param keysOf - the keys that are meant by what is asked for: several, where it is kept in more than one spelling
 */
export const partsOf = (
  question: IndexQuestion,
  definition: IndexDefinition,
  kinds: readonly number[] | undefined,
  keysOf: (wish: KeyWish) => readonly string[],
): SqlParts => {
  const { since = 0, until = endOfTime, keys = [], words, tookAtLeast } = question;
  const byWords = words !== undefined && keys.length === 0;
  const place = byWords ? 't.rowid' : 'p.place';
  const range = [since, 0, until, 0];
  const conditions: (readonly [sql: string, ...parameters: SqlValue[]])[] = [
    ...(byWords ? [['t.texts_@ MATCH ?', words] as const] : []),
    [`${place} >= ${placeSql} AND ${place} < ${placeSql}`, ...range],
    ...keys.map((key) => keyCondition(columnOf(definition, key.name), keysOf(key), key)),
    ...(kinds === undefined
      ? []
      : [['p.kind IN (SELECT value FROM json_each(?))', JSON.stringify(kinds)] as const]),
    ...(words !== undefined && !byWords
      ? [
          [
            `p.place IN (SELECT rowid FROM texts_@ WHERE texts_@ MATCH ? AND rowid >= ${placeSql} AND rowid < ${placeSql})`,
            words,
            ...range,
          ] as const,
        ]
      : []),
    ...(tookAtLeast === undefined ? [] : [['p.took >= ?', tookAtLeast] as const]),
  ];
  const isScan = words === undefined && keys.length === 0;
  return {
    from: fromOf(byWords, isScan),
    where: conditions.map(([sql]) => sql).join(' AND '),
    place,
    parameters: conditions.flatMap(([, ...parameters]) => parameters),
    isScan,
    isCounted: isScan && tookAtLeast === undefined,
  };
};

/** The full text gives its finds in the order of places: they are looked up one after the other, as many as are asked for. */
const fromOf = (byWords: boolean, isScan: boolean): string => {
  if (byWords) return 'texts_@ t CROSS JOIN places_@ p ON p.place = t.rowid';
  return isScan ? 'places_@ p NOT INDEXED' : 'places_@ p';
};

const keyCondition = (
  column: string,
  wanted: readonly string[],
  { value, orPartition = false }: KeyWish,
): readonly [sql: string, ...parameters: SqlValue[]] => {
  const anyOf = `${column} IN (${wanted.map(() => '?').join(', ')})`;
  if (!orPartition) return [`p.${anyOf}`, ...wanted];
  const both = `SELECT place FROM places_@ WHERE ${anyOf} UNION ALL SELECT place FROM states_@ WHERE partition = ?`;
  return [`p.place IN (${both})`, ...wanted, value];
};

export const columnOf = ({ keys }: IndexDefinition, name: string): string => `key${keys.indexOf(name)}`;
