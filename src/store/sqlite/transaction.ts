import { nextVersion } from '../agreement.js';
import { appendResult, checkRevision, repeated } from '../append.js';
import { type AppendOptions, type AppendResult, StoreError } from '../port.js';
import type { SerialisedEvent } from '../serialise.js';
import { laterTime } from '../stored.js';
import { packId, packUuid } from './columns.js';
import type { Connection } from './connection.js';
import type { Names } from './names.js';
import type { StoreNames, Stream, Streams } from './streams.js';

export interface Append {
  readonly stream: string;
  readonly events: readonly SerialisedEvent[];
  readonly expectedRevision: AppendOptions['expectedRevision'];
}

/** An agreement that is to replace the one before. */
export interface Replacement {
  readonly name: string;
  readonly text: string;
  readonly expected: string;
}

/** What became of an append: an error of its own harms no other append of the transaction. */
/** What goes into one transaction. */
export interface Commit {
  readonly appends: readonly Append[];
  /** Positions by the names of their readers. */
  readonly checkpoints: ReadonlyMap<string, string>;
  readonly replacements: readonly Replacement[];
  /** Milliseconds since 1970: when the events are recorded. */
  readonly now: number;
}

export type Outcome = AppendResult | StoreError;

export interface Committed {
  /** In the order of the appends. What they stored has consecutive positions, in that order. */
  readonly outcomes: readonly Outcome[];
  /** Of each replacement the new version, or why there is none. */
  readonly versions: readonly (string | StoreError)[];
  /** When what they stored is recorded: milliseconds since 1970. */
  readonly time: number;
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
  /** The last event as this process knows it, looked up again when the file has grown otherwise. */
  #position = -1;
  #time = 0;

  constructor(connection: Connection, names: StoreNames) {
    this.#connection = connection;
    this.#streams = names.streams;
    this.#types = names.types;
    this.#categories = names.categories;
  }

  /** Everything or, when it throws, nothing. Throws what the driver throws. */
  commit({ appends, checkpoints, replacements, now }: Commit): Committed {
    this.#connection.statement('BEGIN IMMEDIATE').run();
    try {
      this.#readHead();
      const time = laterTime(now, this.#time);
      const outcomes = appends.map((append) => this.#apply(append, time));
      for (const [name, position] of checkpoints) this.#saveCheckpoint(name, position);
      const versions = replacements.map((replacement) => this.#replace(replacement));
      this.#connection.statement('COMMIT').run();
      return { outcomes, versions, time };
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

  #apply({ stream: name, events, expectedRevision }: Append, time: number): Outcome {
    try {
      const ids = events.map(({ id }) => packUuid(id));
      const before = repeated(ids.map((id) => this.#find(id)));
      if (before) return before;
      const known = this.#streams.current(name);
      checkRevision(name, known?.revision ?? -1, expectedRevision);
      const stream = known ?? this.#streams.add(name);
      for (const [index, event] of events.entries()) {
        this.#insert(event, stream, ids[index] ?? packUuid(event.id), time);
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

  #insert(event: SerialisedEvent, stream: Stream, id: Uint8Array, time: number): void {
    const position = this.#position + 1;
    const revision = stream.revision + 1;
    this.#connection
      .statement(insertEvent)
      .run(
        position,
        stream.id,
        revision,
        stream.category,
        this.#types.findOrAdd(event.type),
        id,
        time,
        packId(event.correlationId),
        event.causationId === undefined ? null : packId(event.causationId),
        event.schema,
        event.extra ?? null,
        event.data,
      );
    this.#position = position;
    stream.revision = revision;
  }

  #saveCheckpoint(name: string, position: string): void {
    this.#connection
      .statement('INSERT OR REPLACE INTO checkpoints (name, position) VALUES (?, ?)')
      .run(name, position);
  }

  #replace({ name, text, expected }: Replacement): string | StoreError {
    try {
      const current = this.#connection.number('SELECT version FROM agreements WHERE name = ?', name);
      const version = nextVersion(name, current?.toString(), expected);
      this.#connection
        .statement('INSERT OR REPLACE INTO agreements (name, version, text) VALUES (?, ?, ?)')
        .run(name, Number(version), text);
      return version;
    } catch (error) {
      if (error instanceof StoreError) return error;
      throw error;
    }
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
