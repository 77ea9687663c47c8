import { LRUCache } from 'lru-cache';
import { isStorableName } from '../serialise.js';
import { categoryOf } from '../stored.js';
import type { Connection } from './connection.js';
import { Names } from './names.js';

/** A stream's number, and its last revision as far as this process knows. */
export interface Stream {
  readonly id: number;
  readonly category: number | null;
  /** Of its last event. */
  revision: number;
  /** The generation that `revision` is of, see {@link Streams}. */
  generation: number;
}

/**
 * The streams used lately. Numbers never change; a last revision is right only as long as no other process wrote.
 * The writer sees in its transaction whether one did and then begins a new generation: revisions of older ones are read again.
 */
export class Streams {
  readonly #connection: Connection;
  readonly #categories: Names;
  readonly #streams = new LRUCache<string, Stream>({ max: 20_000 });
  readonly #names = new LRUCache<number, string>({ max: 20_000 });
  #generation = 0;

  constructor(connection: Connection, categories: Names) {
    this.#connection = connection;
    this.#categories = categories;
  }

  /** The stream's number, undefined when there is no such stream. */
  id(name: string): number | undefined {
    const cached = this.#streams.get(name);
    return (cached ?? (isStorableName(name) ? this.#load(name) : undefined))?.id;
  }

  /** With its last revision: only inside a transaction that writes. */
  current(name: string): Stream | undefined {
    const stream = this.#streams.get(name) ?? this.#load(name);
    if (stream && stream.generation !== this.#generation) {
      const sql = 'SELECT max(revision) FROM events WHERE stream = ?';
      stream.revision = this.#connection.number(sql, stream.id) ?? -1;
      stream.generation = this.#generation;
    }
    return stream;
  }

  /** Only inside a transaction that writes. */
  add(name: string): Stream {
    const categoryName = categoryOf(name);
    const category = categoryName === undefined ? null : this.#categories.findOrAdd(categoryName);
    const insert = this.#connection.statement(
      'INSERT INTO streams (name, category) VALUES (?, ?) RETURNING id',
    );
    const id = Number(insert.get(name, category)?.id);
    const stream: Stream = { id, category, revision: -1, generation: this.#generation };
    this.#streams.set(name, stream);
    return stream;
  }

  nameOf(id: number): string {
    const cached = this.#names.get(id);
    if (cached !== undefined) return cached;
    const name = String(this.#connection.statement('SELECT name FROM streams WHERE id = ?').get(id)?.name);
    this.#names.set(id, name);
    return name;
  }

  /** Another process wrote: every last revision is in doubt. */
  nextGeneration(): void {
    this.#generation += 1;
  }

  /** After a rollback: what it added is gone. */
  clear(): void {
    this.#streams.clear();
    this.#names.clear();
  }

  #load(name: string): Stream | undefined {
    const row = this.#connection.statement('SELECT id, category FROM streams WHERE name = ?').get(name);
    if (row === undefined) return undefined;
    const category = typeof row.category === 'number' ? row.category : null;
    const stream: Stream = { id: Number(row.id), category, revision: -1, generation: -1 };
    this.#streams.set(name, stream);
    return stream;
  }
}

/** All that rows hold as numbers, by name. Each connection has its own. */
export interface StoreNames {
  readonly streams: Streams;
  readonly types: Names;
  readonly categories: Names;
}

export const namesOf = (connection: Connection): StoreNames => {
  const categories = new Names(connection, 'categories');
  return {
    categories,
    streams: new Streams(connection, categories),
    types: new Names(connection, 'types'),
  };
};
