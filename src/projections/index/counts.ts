import type { SqlValue } from '../../store/sqlite/driver.js';
import type { SqlParts } from './question.js';
import { blockQuarters, placeSql, quarterMs } from './tables.js';

/** Gets how many of a kind are in which of the ranges, perhaps in several portions. */
export type Counting = (range: number, kind: number, n: number) => void;

/** The rows as lists. */
type Rows = (sql: string, ...parameters: SqlValue[]) => readonly (readonly SqlValue[])[];

/** Of all that lies between two instants, by what is counted already; what lies beside whole quarters of an hour is counted one by one. */
export const keptCounts = (
  rows: Rows,
  kinds: readonly number[] | undefined,
  cuts: readonly number[],
  count: Counting,
): void => {
  const chosen = kinds === undefined ? '' : 'AND kind IN (SELECT value FROM json_each(?))';
  const list = kinds === undefined ? [] : [JSON.stringify(kinds)];
  const blocks = packed(`sums_@ WHERE block >= ? AND block < ? ${chosen}`);
  const quarters = packed(`counts_@ WHERE quarter >= ? AND quarter < ? ${chosen}`);
  const places = packed(`(SELECT kind, count(*) AS n FROM places_@ NOT INDEXED
    WHERE place >= ${placeSql} AND place < ${placeSql} ${chosen} GROUP BY kind)`);
  const found = ({ what, from, to }: Piece) => {
    if (what === 'block') return rows(blocks, from, to, ...list);
    if (what === 'quarter') return rows(quarters, from, to, ...list);
    return rows(places, from, 0, to, 0, ...list);
  };
  for (const [range, since] of cuts.slice(0, -1).entries()) {
    const sums = new Map<number, number>();
    for (const piece of piecesOf(since, cuts[range + 1] ?? since)) addUp(sums, found(piece)[0]?.[0]);
    for (const [kind, n] of sums) count(range, kind, n);
  }
};

/** All of a piece as one text: to hand over each row takes longer than to read it. */
const packed = (from: string): string => `SELECT group_concat(kind || ',' || n) FROM ${from}`;

/** @param pairs - `kind,n,kind,n…`, a kind perhaps several times */
const addUp = (sums: Map<number, number>, pairs: SqlValue | undefined): void => {
  if (typeof pairs !== 'string') return;
  const numbers = JSON.parse(`[${pairs}]`) as readonly number[];
  for (let index = 0; index < numbers.length; index += 2) {
    const [kind = 0, n = 0] = [numbers[index], numbers[index + 1]];
    sums.set(kind, (sums.get(kind) ?? 0) + n);
  }
};

interface Piece {
  readonly what: 'place' | 'quarter' | 'block';
  readonly from: number;
  readonly to: number;
}

/** A range as whole blocks, whole quarters of an hour beside them, and what is left beside those. */
const piecesOf = (since: number, until: number): readonly Piece[] => {
  const quarters = whole('place', since, until, quarterMs);
  if (quarters.units === undefined) return quarters.beside;
  const blocks = whole('quarter', ...quarters.units, blockQuarters);
  const [from, to] = blocks.units ?? [0, 0];
  return [...quarters.beside, ...blocks.beside, ...(from < to ? [{ what: 'block' as const, from, to }] : [])];
};

/** @returns the whole units in a range, and in units of the range the pieces beside them */
const whole = (
  what: Piece['what'],
  from: number,
  to: number,
  unit: number,
): { readonly units: readonly [number, number] | undefined; readonly beside: readonly Piece[] } => {
  const [first, end] = [Math.ceil(from / unit), Math.floor(to / unit)];
  const pieces =
    first < end ? [[from, first * unit] as const, [end * unit, to] as const] : [[from, to] as const];
  const beside = pieces
    .filter(([one, other]) => one < other)
    .map(([one, other]) => ({ what, from: one, to: other }));
  return { units: first < end ? [first, end] : undefined, beside };
};

/** Of what is looked for by more than time and facets: all that match are looked at. */
export const foundCounts = (rows: Rows, parts: SqlParts, cuts: readonly number[], count: Counting): void => {
  const sql = `SELECT (p.place >> 21) / ${quarterMs}, p.kind, count(*) FROM ${parts.from}
    WHERE ${parts.where} GROUP BY 1, 2 ORDER BY 1`;
  let range = 0;
  for (const [quarter, kind, n] of rows(sql, ...parts.parameters)) {
    while (range < cuts.length - 2 && (cuts[range + 1] ?? 0) <= Number(quarter) * quarterMs) range += 1;
    count(range, Number(kind), Number(n));
  }
};
