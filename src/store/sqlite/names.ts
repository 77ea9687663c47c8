import { LRUCache } from 'lru-cache';
import { isStorableName } from '../serialise.js';
import type { Connection } from './connection.js';

/**
 * Names that the rows hold as numbers, in one of the tables `types` and `categories`. A number once committed never
 * changes, so what is cached stays right whatever other processes do.
 */
export class Names {
  readonly #connection: Connection;
  readonly #table: 'types' | 'categories';
  readonly #ids = new LRUCache<string, number>({ max: 5_000 });
  readonly #names = new LRUCache<number, string>({ max: 5_000 });

  constructor(connection: Connection, table: 'types' | 'categories') {
    this.#connection = connection;
    this.#table = table;
  }

  /** Undefined for a name that no event has yet. */
  find(name: string): number | undefined {
    const cached = this.#ids.get(name);
    // The category of a stream `-x` is empty, else the rules for names hold.
    if (cached !== undefined || !(name === '' || isStorableName(name))) return cached;
    const id = this.#connection.number(`SELECT id FROM ${this.#table} WHERE name = ?`, name);
    if (id !== undefined) this.#ids.set(name, id);
    return id;
  }

  /** Only inside a transaction that writes. */
  findOrAdd(name: string): number {
    const found = this.find(name);
    if (found !== undefined) return found;
    const id = this.#connection.number(`INSERT INTO ${this.#table} (name) VALUES (?) RETURNING id`, name);
    if (id === undefined) throw new Error(`${this.#table}: no number for ${name}`);
    this.#ids.set(name, id);
    return id;
  }

  nameOf(id: number): string {
    const cached = this.#names.get(id);
    if (cached !== undefined) return cached;
    const name = String(
      this.#connection.statement(`SELECT name FROM ${this.#table} WHERE id = ?`).get(id)?.name,
    );
    this.#names.set(id, name);
    return name;
  }

  /** After a rollback: what it added is gone. */
  clear(): void {
    this.#ids.clear();
    this.#names.clear();
  }
}
