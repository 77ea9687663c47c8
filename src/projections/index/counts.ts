import type { SqlValue } from '../../store/sqlite/driver.js';
import type { Row } from '../statements.js';
import type { SqlParts } from './question.js';
import { placeSql, quarterMs } from './tables.js';

export interface KindCount {
  /** Which of the ranges. */
  readonly range: number;
  readonly kind: number;
  readonly n: number;
}

type Rows = (sql: string, ...parameters: SqlValue[]) => readonly Row[];

/** Of all that lies between two instants, by what is counted already; what lies beside whole quarters of an hour is counted one by one. */
export const keptCounts = (
  rows: Rows,
  kinds: readonly number[] | undefined,
  cuts: readonly number[],
): readonly KindCount[] => {
  const chosen = kinds === undefined ? '' : 'AND kind IN (SELECT value FROM json_each(?))';
  const list = kinds === undefined ? [] : [JSON.stringify(kinds)];
  const kept = `SELECT kind, sum(n) AS n FROM counts_@ WHERE quarter >= ? AND quarter < ? ${chosen} GROUP BY kind`;
  const beside = `SELECT kind, count(*) AS n FROM places_@ NOT INDEXED
    WHERE place >= ${placeSql} AND place < ${placeSql} ${chosen} GROUP BY kind`;
  const besides = (since: number, until: number) =>
    since < until ? rows(beside, since, 0, until, 0, ...list) : [];
  return cuts.slice(1).flatMap((until, range) => {
    const since = cuts[range] ?? 0;
    const [first, end] = [Math.ceil(since / quarterMs), Math.floor(until / quarterMs)];
    const found =
      first < end
        ? [
            ...besides(since, first * quarterMs),
            ...rows(kept, first, end, ...list),
            ...besides(end * quarterMs, until),
          ]
        : besides(since, until);
    return found.map(({ kind, n }) => ({ range, kind: Number(kind), n: Number(n) }));
  });
};

/** Of what is looked for by more than time and facets: all that match are looked at. */
export const foundCounts = (rows: Rows, parts: SqlParts, cuts: readonly number[]): readonly KindCount[] => {
  const sql = `SELECT (p.place >> 21) / ${quarterMs} AS quarter, p.kind AS kind, count(*) AS n FROM ${parts.from}
    WHERE ${parts.where} GROUP BY 1, 2 ORDER BY 1`;
  let range = 0;
  return rows(sql, ...parts.parameters).map(({ quarter, kind, n }) => {
    while (range < cuts.length - 2 && (cuts[range + 1] ?? 0) <= Number(quarter) * quarterMs) range += 1;
    return { range, kind: Number(kind), n: Number(n) };
  });
};
