import { barePart, dialled, isMeantBy, nationalPart, nationalSpellings } from '../../domain/numbers.js';
import type { SqlValue } from '../../store/sqlite/driver.js';
import type { Row } from '../statements.js';

/** Reads from the tables of a generation. */
type Rows = (sql: string, ...parameters: SqlValue[]) => readonly Row[];

/**
 * The keys under which a number may stand: with its country and without.
 *
 * @param column - of the table of places, which is indexed
 */
export const keysOfNumber = (rows: Rows, column: string, number: string): readonly string[] => {
  const own = dialled(number);
  const part = nationalPart(number) ?? unknownPart(rows, column, number);
  const others =
    part === undefined
      ? kept(rows, column, nationalSpellings(number))
      : endingIn(rows, column, part).filter((key) => key !== own && isMeantBy(number, key));
  return [own, ...others];
};

/** A number that is known as it is typed is that one, whatever others end so. */
const unknownPart = (rows: Rows, column: string, number: string): string | undefined => {
  const part = barePart(number);
  const known = [dialled(number), ...nationalSpellings(number)];
  return part === undefined || kept(rows, column, known).length > 0 ? undefined : part;
};

const kept = (rows: Rows, column: string, keys: readonly string[]): readonly string[] =>
  keys.filter((key) => rows(`SELECT 1 FROM places_@ WHERE ${column} = ? LIMIT 1`, key).length > 0);

/** The country of a number without one is not known, so that all are looked at: each once, from one to the next in the index. */
const endingIn = (rows: Rows, column: string, digits: string): readonly string[] => {
  const sql = `WITH RECURSIVE kept(key) AS (
    SELECT min(${column}) FROM places_@ WHERE ${column} IS NOT NULL
    UNION ALL
    SELECT (SELECT min(${column}) FROM places_@ WHERE ${column} > key) FROM kept WHERE key IS NOT NULL
  ) SELECT key FROM kept WHERE key LIKE ?`;
  return rows(sql, `%${digits}`).map(({ key }) => String(key));
};
