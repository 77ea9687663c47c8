import { appendResult, checkRevision, repeated } from '../append.js';
import { type AppendOptions, type AppendResult, StoreError } from '../port.js';
import type { SerialisedEvent } from '../serialise.js';
import { laterTime, type StoredEvent, storedEvent } from '../stored.js';
import { packId, packUuid } from './columns.js';
import type { Connection } from './connection.js';
import type { Names } from './names.js';
import type { Stream, Streams } from './streams.js';

export interface Append {
  readonly stream: string;
  readonly events: readonly SerialisedEvent[];
  readonly expectedRevision: AppendOptions['expectedRevision'];
}

/** What became of an append: an error of its own harms no other append of the transaction. */
export type Outcome = AppendResult | StoreError;

export interface Committed {
  readonly outcomes: readonly Outcome[];
  readonly stored: readonly StoredEvent[];
}

const insertEvent = `INSERT INTO events
  (position, stream, revision, category, type, id, time, correlation, causation, schema, metadata, data)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Stores many appends in one transaction: one fsync for all of them. */
export class Transactions {
  readonly #connection: Connection;
  readonly #streams: Streams;
  readonly #types: Names;
  readonly #categories: Names;
  readonly #now: () => number;
  /** The last event as this process knows it, looked up again when the file has grown otherwise. */
  #position = -1;
  #time = 0;

  constructor(connection: Connection, names: StoreNames, now: () => number) {
    this.#connection = connection;
    this.#streams = names.streams;
    this.#types = names.types;
    this.#categories = names.categories;
    this.#now = now;
  }

  /** Everything or, when it throws, nothing. Throws what the driver throws. */
  commit(appends: readonly Append[], checkpoints: ReadonlyMap<string, string>): Committed {
    this.#connection.statement('BEGIN IMMEDIATE').run();
    try {
      this.#readHead();
      const time = laterTime(this.#now(), this.#time);
      const stored: StoredEvent[] = [];
      const outcomes = appends.map((append) => this.#apply(append, time, stored));
      for (const [name, position] of checkpoints) this.#saveCheckpoint(name, position);
      this.#connection.statement('COMMIT').run();
      return { outcomes, stored };
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  #readHead(): void {
    const sql = 'SELECT position, time FROM events ORDER BY position DESC LIMIT 1';
    const last = this.#connection.statement(sql).get();
    const position = Number(last?.position ?? 0);
    if (position === this.#position) return;
    this.#position = position;
    this.#time = Number(last?.time ?? 0);
    this.#streams.nextGeneration();
  }

  #apply({ stream: name, events, expectedRevision }: Append, time: number, stored: StoredEvent[]): Outcome {
    try {
      const ids = events.map(({ id }) => packUuid(id));
      const before = repeated(ids.map((id) => this.#find(id)));
      if (before) return before;
      const known = this.#streams.current(name);
      checkRevision(name, known?.revision ?? -1, expectedRevision);
      const stream = known ?? this.#streams.add(name);
      for (const [index, event] of events.entries()) {
        const one = storedEvent(event, name, stream.revision + 1, this.#position + 1, time);
        this.#insert(one, stream, ids[index] ?? packUuid(event.id));
        stored.push(one);
      }
      this.#time = time;
      return appendResult({ revision: stream.revision, position: this.#position }, true);
    } catch (error) {
      // Ours came before anything was written; the driver's ends the whole transaction.
      if (error instanceof StoreError) return error;
      throw error;
    }
  }

  #find(id: Uint8Array): { revision: number; position: number } | undefined {
    const row = this.#connection.statement('SELECT revision, position FROM events WHERE id = ?').get(id);
    return row && { revision: Number(row.revision), position: Number(row.position) };
  }

  #insert(event: StoredEvent, stream: Stream, id: Uint8Array): void {
    this.#connection
      .statement(insertEvent)
      .run(
        event.position,
        stream.id,
        event.revision,
        stream.category,
        this.#types.findOrAdd(event.type),
        id,
        event.time,
        packId(event.correlationId),
        event.causationId === undefined ? null : packId(event.causationId),
        event.schema,
        event.extra ?? null,
        event.data,
      );
    this.#position = event.position;
    stream.revision = event.revision;
  }

  #saveCheckpoint(name: string, position: string): void {
    this.#connection
      .statement('INSERT OR REPLACE INTO checkpoints (name, position) VALUES (?, ?)')
      .run(name, position);
  }

  /** What the transaction taught may never have happened: forget all of it. */
  #rollBack(): void {
    this.#position = -1;
    this.#streams.clear();
    this.#types.clear();
    this.#categories.clear();
    // SQLite has rolled back already after some errors, a full disk among them.
    if (this.#connection.database.isTransaction) this.#connection.database.exec('ROLLBACK');
  }
}

export interface StoreNames {
  readonly streams: Streams;
  readonly types: Names;
  readonly categories: Names;
}
