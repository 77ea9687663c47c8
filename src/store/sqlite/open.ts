import type { NewEvent, RecordedEvent } from '../../domain/event.js';
import { agreementsUnder, checkAgreement } from '../agreement.js';
import { isPosition } from '../filter.js';
import type { Page, PageRequest } from '../pages.js';
import {
  type Agreement,
  type Agreements,
  type AppendOptions,
  type AppendResult,
  type Checkpoints,
  type OpenStore,
  type ReadAllOptions,
  type ReadStreamOptions,
  StoreError,
  type SubscribeOptions,
  type Subscription,
} from '../port.js';
import { readAll, readStream } from '../read.js';
import { isStorableName, serialise } from '../serialise.js';
import { Signal } from '../signal.js';
import { createSubscription, type SubscriptionSource } from '../subscription.js';
import { type Connection, openConnection } from './connection.js';
import { patiently } from './errors.js';
import { GroupCommit } from './group-commit.js';
import { Reader } from './reader.js';
import { namesOf } from './streams.js';
import { Tail } from './tail.js';
import { type Replacement, Transactions } from './transaction.js';
import { createWriter, type Writer } from './writer.js';
import { WriterThread } from './writer-thread.js';

export interface SqliteStoreOptions {
  /** The database file; created when there is none. Beside it lie `-wal` and `-shm`, which belong to it. */
  readonly path: string;
  /** Milliseconds since 1970: when an event is recorded. */
  readonly now?: () => number;
  /** How long to wait for the lock of another process, in milliseconds. Default 5000. */
  readonly patienceMs?: number;
}

const defaultPatienceMs = 5_000;

/**
 * The embedded store: one file, several processes. An append is on disk when it resolves (one fsync for all appends of a
 * turn of the event loop).
 *
 * @throws {StoreError} `unsupported` for a file of a newer version or of something else, or without a safe SQLite;
 * `unavailable` when the file cannot be opened
 */
export const openSqliteStore = async (options: SqliteStoreOptions): Promise<OpenStore> => {
  const { path, patienceMs = defaultPatienceMs, now = Date.now } = options;
  const connection = await openConnection(path, patienceMs);
  return new SqliteStore(connection, new WriterThread({ path, patienceMs }), now, patienceMs);
};

/** The store over a connection, which it closes with itself, and without a thread. */
export const createSqliteStore = (
  connection: Connection,
  { now = Date.now, patienceMs = defaultPatienceMs }: Omit<SqliteStoreOptions, 'path'> = {},
): OpenStore => {
  const writer = createWriter(connection, new Transactions(connection, namesOf(connection)), patienceMs);
  return new SqliteStore(connection, writer, now, patienceMs);
};

class SqliteStore implements OpenStore, SubscriptionSource {
  readonly changed = new Signal();
  readonly timeline = 0;
  readonly isPosition = isPosition;
  readonly checkpoints: Checkpoints;
  readonly agreements: Agreements;
  readonly heartbeats: Agreements;
  readonly #connection: Connection;
  readonly #patienceMs: number;
  readonly #writer: Writer;
  readonly #commits: GroupCommit;
  readonly #reader: Reader;
  readonly #tail = new Tail();
  #closing: Promise<void> | undefined;

  constructor(connection: Connection, writer: Writer, now: () => number, patienceMs: number) {
    this.#connection = connection;
    this.#patienceMs = patienceMs;
    this.#reader = new Reader(connection, namesOf(connection));
    this.#writer = writer;
    this.#commits = new GroupCommit(writer, now, (stored) => {
      for (const event of stored) this.#tail.add(event);
      this.changed.notify();
    });
    this.checkpoints = {
      load: (name) => this.#loadCheckpoint(name),
      save: (name, position) => this.#saveCheckpoint(name, position),
    };
    this.agreements = {
      read: (name) => this.#read(() => this.#readAgreement(name)),
      replace: (name, text, expected) => this.#replaceAgreement({ name, text, expected }),
    };
    this.heartbeats = agreementsUnder('heartbeats/', this.agreements);
  }

  get ended(): boolean {
    return this.#closing !== undefined;
  }

  get commits(): number {
    return this.#commits.commits;
  }

  async append(
    stream: string,
    events: readonly NewEvent[],
    { expectedRevision }: AppendOptions = {},
  ): Promise<AppendResult> {
    this.#checkOpen();
    return this.#commits.append(stream, serialise(stream, events), expectedRevision);
  }

  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent> {
    return readStream((...page) => this.#read(() => this.#reader.streamPage(...page)), stream, options);
  }

  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent> {
    return readAll(this, options);
  }

  subscribe(options?: SubscribeOptions): Subscription {
    if (!this.ended) this.#writer.watch(() => this.changed.notify());
    return createSubscription(this, options);
  }

  head(): Promise<number> {
    return this.#read(() => this.#reader.head());
  }

  page(request: PageRequest): Promise<Page> {
    return this.#read(
      () => this.#tail.page(request, () => this.#reader.head()) ?? this.#reader.page(request),
    );
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // Checkpoints may be lost, appends have their own answers: nothing that fails here concerns who closes.
    await this.#commits.flush().catch(() => undefined);
    await this.#writer.close();
    this.changed.notify();
    if (!this.#connection.isReadOnly) this.#emptyLog();
    this.#connection.close();
  }

  #emptyLog(): void {
    try {
      this.#connection.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Another process is using the file: the WAL stays for it, and is as safe as the file.
    }
  }

  #read<T>(work: () => T): Promise<T> {
    return patiently(() => {
      this.#checkOpen();
      return work();
    }, this.#patienceMs);
  }

  async #loadCheckpoint(name: string): Promise<string | undefined> {
    const sql = 'SELECT position FROM checkpoints WHERE name = ?';
    const load = () => this.#connection.statement(sql).get(name)?.position;
    const position = await this.#read(() => this.#commits.pendingCheckpoint(name) ?? load());
    return typeof position === 'string' ? position : undefined;
  }

  async #saveCheckpoint(name: string, position: string): Promise<void> {
    this.#checkOpen();
    if (!isStorableName(name))
      throw new StoreError('invalid', 'The name of a checkpoint must be text without NUL.');
    this.#commits.saveCheckpoint(name, position);
  }

  #readAgreement(name: string): Agreement | undefined {
    const row = this.#connection.statement('SELECT text, version FROM agreements WHERE name = ?').get(name);
    return row && { text: String(row.text), version: String(row.version) };
  }

  async #replaceAgreement(replacement: Replacement): Promise<string> {
    this.#checkOpen();
    checkAgreement(replacement);
    return this.#commits.replace(replacement);
  }

  #checkOpen(): void {
    if (this.ended) throw new StoreError('closed', 'The store is closed.');
  }
}
