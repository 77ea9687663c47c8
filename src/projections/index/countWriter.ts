import type { SqlValue } from '../../store/sqlite/driver.js';
import { blockQuarters, quarterOf } from './tables.js';

/** Keeps how many states there are of each kind, in all, by quarters of an hour and by blocks of those: once for a whole batch. */
export class CountWriter {
  readonly #counts = new Map<string, number>();

  constructor(private readonly run: (sql: string, ...parameters: SqlValue[]) => void) {}

  /** @param at - milliseconds */
  add(at: number, kind: number, by: number): void {
    const key = `${quarterOf(at)} ${kind}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + by);
  }

  forget(): void {
    this.#counts.clear();
  }

  keep(): void {
    const totals = new Map<number, number>();
    for (const [key, by] of this.#counts) {
      const [quarter = 0, kind = 0] = key.split(' ').map(Number);
      if (by === 0) continue;
      totals.set(kind, (totals.get(kind) ?? 0) + by);
      this.#change('counts_@', 'quarter', quarter, kind, by);
      this.#change('sums_@', 'block', Math.floor(quarter / blockQuarters), kind, by);
    }
    for (const [kind, by] of totals) this.run('UPDATE kinds_@ SET n = n + ? WHERE kind = ?', by, kind);
    this.#counts.clear();
  }

  #change(table: string, column: string, at: number, kind: number, by: number): void {
    const sql = `INSERT INTO ${table} VALUES (?, ?, ?) ON CONFLICT (${column}, kind) DO UPDATE SET n = n + excluded.n`;
    this.run(sql, at, kind, by);
    if (by < 0) this.run(`DELETE FROM ${table} WHERE ${column} = ? AND kind = ? AND n = 0`, at, kind);
  }
}
