import { EventEmitter } from 'node:events';
import { decided, type Refusal, type Written } from './idempotency.js';
import { firstFrom } from './order.js';
import {
  deletion,
  metadataEvent,
  metadataStreamOf,
  originalOf,
  tombstoneEvent,
  tombstoneRevision,
} from './streamMetadata.js';
import { Streams } from './streams.js';

/** An event as the server holds it: bytes, whatever they mean. */
export interface LoggedEvent {
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Buffer;
  readonly metadata: Buffer;
  readonly stream: string;
  readonly revision: number;
  /** Place in the transaction file: grows by the size of what is written, so nothing can be guessed. */
  readonly position: number;
  /** Milliseconds since 1970. */
  readonly created: number;
}

export type ProposedEvent = Pick<LoggedEvent, 'id' | 'type' | 'isJson' | 'data' | 'metadata'>;

/** -1: no stream; a number: that revision. */
export type Expected = 'any' | 'exists' | number;

/** What was on the disk at a time. */
export interface Backup {
  readonly all: readonly LoggedEvent[];
  readonly end: number;
  readonly scavengedTo: number;
}

/** Where the first event of a real one is, too. */
const newDisk: Backup = { all: [], end: 548, scavengedTo: 0 };

/** What a server keeps on its disk, and the cache of ids that it does not. Survives a restart of the stand-in. */
export class EventLog {
  readonly streams: Streams;
  /** Emits `written` after every write, `restored` when it is another log from now on. */
  readonly changes = new EventEmitter().setMaxListeners(0);
  #all: LoggedEvent[] = [];
  /** Where ids were written lately: what makes appends with `any` idempotent, and nothing else. */
  readonly #recent = new Map<string, LoggedEvent>();
  #end = 0;
  #scavengedTo = 0;

  constructor(private readonly now: () => number = Date.now) {
    this.streams = new Streams(now);
    this.restore();
  }

  get all(): readonly LoggedEvent[] {
    return this.#all;
  }

  /** Where the next record will be. */
  get end(): number {
    return this.#end;
  }

  /** Before it every position will do, even within what was a record. */
  get scavengedTo(): number {
    return this.#scavengedTo;
  }

  /** Index in `all` of the first event at or after a position. */
  indexFrom(position: number): number {
    return firstFrom(this.#all, position, (event) => event.position);
  }

  /** The real one holds 8 MiB and loses it at a restart. */
  emptyIdempotencyCache(): void {
    this.#recent.clear();
  }

  append(name: string, events: readonly ProposedEvent[], expected: Expected): Written | Refusal {
    const { streams } = this;
    if (streams.tombstoned(name)) return { refused: 'deleted' };
    const stream = streams.of(name);
    const before = decided(
      {
        stream,
        hasMetadata: streams.hasMetadata(name),
        cached: (id) => this.#cached(name, id),
        readable: (event) => streams.readable(event),
      },
      events,
      expected,
    );
    if (before) return before;
    // Of a deleted stream, an event or new metadata ends the deletion.
    const original = originalOf(name);
    const { deleted, last } = streams.of(original);
    const position = events.map((event) => this.#write(name, event).position).at(-1);
    if (deleted) this.#hideBefore(original, last + 1);
    this.changes.emit('written');
    return { revision: stream.last, position };
  }

  /** Hides what is there; the stream may be written again. */
  delete(name: string, expected: Expected): Written | Refusal {
    const { last } = this.streams.of(name);
    if (last < 0 && !this.streams.tombstoned(name)) return { refused: 'version', current: last };
    const refusal = this.#refusesDeleting(name, expected);
    if (refusal) return refusal;
    const written = this.#write(metadataStreamOf(name), deletion());
    this.changes.emit('written');
    return written;
  }

  /** Its name is used up for ever, whether anything was ever written there or not. */
  tombstone(name: string, expected: Expected): Written | Refusal {
    const refusal = this.#refusesDeleting(name, expected);
    if (refusal) return refusal;
    const written = this.#write(name, tombstoneEvent(), tombstoneRevision);
    this.changes.emit('written');
    return written;
  }

  /** Takes away what is hidden, but for the last event of each stream. What is left stays where it is. */
  scavenge(): void {
    const left = this.#all.filter((event) => {
      if (this.streams.tombstoned(event.stream)) return event.revision === tombstoneRevision;
      return event.revision === this.streams.of(event.stream).last || !this.streams.hides(event);
    });
    this.#load(left);
    this.#scavengedTo = this.#end;
  }

  backup(): Backup {
    return { all: [...this.#all], end: this.#end, scavengedTo: this.#scavengedTo };
  }

  /** @param backup - without one it is the log of a new server, whose first record is its own */
  restore(backup = newDisk): void {
    this.#load(backup.all);
    this.#recent.clear();
    this.#end = backup.end;
    this.#scavengedTo = backup.scavengedTo;
    if (backup === newDisk) this.#write('$$$scavenges', metadataEvent('{"$maxAge":2592000}'));
    this.changes.emit('restored');
  }

  #cached(name: string, id: string): LoggedEvent | undefined {
    const event = this.#recent.get(id);
    return event?.stream === name ? event : undefined;
  }

  #refusesDeleting(name: string, expected: Expected): Refusal | undefined {
    if (this.streams.tombstoned(name)) return { refused: 'deleted' };
    const { last, deleted } = this.streams.of(name);
    const fits = typeof expected !== 'number' || expected === last || (expected === -1 && deleted);
    return fits ? undefined : { refused: 'version', current: last };
  }

  /** What was hidden while a stream was deleted stays hidden, and the rest of its metadata stays too. */
  #hideBefore(name: string, first: number): void {
    const metadata = { ...this.streams.of(name).metadata, $tb: first };
    this.#write(metadataStreamOf(name), metadataEvent(JSON.stringify(metadata)));
  }

  #write(stream: string, event: ProposedEvent, revision = this.streams.of(stream).last + 1): LoggedEvent {
    const logged = { ...event, stream, revision, position: this.#end, created: this.now() };
    this.#end += 87 + 2 * (stream.length + event.type.length) + event.data.length + event.metadata.length;
    this.#all.push(logged);
    this.streams.add(logged);
    this.#recent.set(logged.id, logged);
    return logged;
  }

  #load(events: readonly LoggedEvent[]): void {
    this.#all = [...events];
    this.streams.clear();
    for (const event of events) this.streams.add(event);
  }
}
