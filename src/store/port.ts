import type { NewEvent, RecordedEvent } from '../domain/event.js';
import type { StoreReason } from './reason.js';

/**
 * Where events live. Engines: memory, sqlite, eventstoredb; `test/store/contract.ts` is what all of them promise.
 *
 * Not promised: an order of events of different streams that were appended at the same time, and one
 * atomic append over several streams.
 *
 * Events are handed out parsed from what is stored, never as the caller's objects. Readers may share one: do not
 * change it.
 */
export interface EventStore {
  /**
   * Append events to one stream, all or none. Resolves when they are on disk (engine permitting). The events are
   * serialised before the call returns, with the rules of JSON: what JSON leaves out (undefined, functions) is gone.
   *
   * Idempotent by event id, for ever: an event whose id is in the stream already is not stored again. A call all of
   * whose ids are there succeeds, whatever its `expectedRevision`, and tells where they are (`stored: false`). The
   * embedded engines look in all streams; eventstoredb, which has no index by id, in that stream alone. So an id belongs
   * to one stream.
   *
   * @throws {StoreError} `conflict` when the stream is not at `expectedRevision`; `unavailable` when it cannot be
   * stored now: nothing was stored (locked, disk full), or nobody answered and it cannot be known (eventstoredb), then
   * repeat it with the same ids; `too-large` past {@link limits}; `invalid` for no events, data
   * that is no JSON object or array, an id that is no UUID, an id twice in one call, a name (stream, type, correlation,
   * causation) that is empty, holds NUL or is not well-formed Unicode, or a batch of which only a part is stored already; `deleted` for a
   * stream that can never be written again; `refused` for one that this user may not write; `restored`, see {@link timeline}; `closed`.
   */
  append(stream: string, events: readonly NewEvent[], options?: AppendOptions): Promise<AppendResult>;

  /** The events of a stream, in order; none for a stream that does not exist. Pages are read as they are consumed. */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent>;

  /**
   * The events of all streams in the order they were stored. Forwards it ends with what was the last event when it
   * began, so that it ends beside a busy writer too. A store closed meanwhile: `closed`, never a short answer.
   *
   * @throws {StoreError} `invalid` for a position that is none of this store, or a time that cannot be read; `unavailable`;
   * `restored`; `closed`
   */
  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent>;

  /**
   * Everything stored after `from`, then what is stored from now on, by whichever process: no gap, no duplicate.
   * It keeps no process alive, but for the connection that an engine with a server needs. The iteration throws as `readAll` does; whoever reads it may then subscribe again
   * from the last position handled.
   */
  subscribe(options?: SubscribeOptions): Subscription;

  /**
   * Grows when the store is found to hold less than it did: restored from a backup, or replaced by another, under a running
   * process. What was read of it before, its places and revisions, means nothing any more. Subscriptions and readings that began
   * before throw `restored`, and so does an append that expects a revision or a timeline; later calls find what there is. 0 at first.
   * The embedded engines are restored with the router stopped: there it stays 0.
   */
  readonly timeline: number;

  /** False for what this engine gives out for no event, such as what a server says in place of a position. */
  isPosition(text: string): boolean;

  /**
   * The same as {@link readAll}, by what the engine keeps beside the events to find some of many: for questions, where a look at that
   * first is worth it. Absent: an engine whose `readAll` finds them.
   */
  find?(options?: ReadAllOptions): AsyncIterable<RecordedEvent>;

  /**
   * Why what a filter asks for is not found at once here, in a sentence, with what it costs; undefined when it is. Absent: an engine
   * that always finds it.
   */
  whyFindingIsSlow?(filter: EventFilter): Promise<string | undefined>;

  /** Finishes the appends under way, ends subscriptions, then frees the store. Every later call: `closed`. */
  close(): Promise<void>;
}

/** What an engine opens: the events, and beside them how far their readers have got and what its processes agree on. */
export interface OpenStore extends EventStore {
  readonly checkpoints: Checkpoints;
  readonly agreements: Agreements;
  /** The same, under names of their own, for texts that are replaced every few seconds: an engine keeps little of those that were. */
  readonly heartbeats: Agreements;
  /**
   * What the server refuses this user at present, in sentences, so that the work stands still: that it begins and that it ends is
   * told by whoever opened the store. Absent: an engine without rights.
   */
  readonly refusals?: readonly string[];
  /** Transactions that this process has committed, each with all that waited for it. Absent: an engine that makes none here. */
  readonly commits?: number;
}

export interface AppendOptions {
  /**
   * The revision of the stream's last event, `'none'` for a stream without events, `'any'` (default) for no check.
   */
  readonly expectedRevision?: bigint | 'none' | 'any';
  /** The store's {@link EventStore.timeline} that the caller goes by: on any other nothing is stored, `restored` is thrown. */
  readonly timeline?: number;
}

export interface AppendResult {
  /** Revision of the last of the events. */
  readonly revision: bigint;
  /** Position of the last of the events; of a later one, when the stream is set to hide what is written to it. */
  readonly position: string;
  /** False when all of them were stored before. */
  readonly stored: boolean;
}

export interface ReadStreamOptions {
  /** Inclusive. Default: the first event, or backwards the last. */
  readonly from?: bigint;
  readonly direction?: 'forwards' | 'backwards';
  readonly maxCount?: number;
}

/** What an event must match: every given part. An empty list matches nothing. */
export interface EventFilter {
  readonly types?: readonly string[];
  /** What stands before the first `-` in the stream's name; a stream without `-` has no category. */
  readonly categories?: readonly string[];
  readonly correlationId?: string;
  /** Stored at or after: ISO, UTC. */
  readonly since?: string;
  /** Stored before: ISO, UTC. */
  readonly until?: string;
}

export interface ReadAllOptions {
  /** A position to read from, inclusive. Default: the beginning, or backwards the end. */
  readonly from?: string;
  readonly filter?: EventFilter;
  readonly direction?: 'forwards' | 'backwards';
  readonly maxCount?: number;
}

export interface SubscribeOptions {
  /** The last position already handled, exclusive. Default: before the first event. `'end'`: only what comes from now on. */
  readonly from?: string;
  readonly filter?: EventFilter;
}

/** Pulled, so a slow reader holds back its own subscription and nothing else; memory stays bounded. Iterate it once. */
export interface Subscription extends AsyncIterable<SubscriptionItem> {
  /** Ends the iteration. */
  close(): void;
}

export type SubscriptionItem =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  /**
   * Everything stored up to `position` has been handed over. Comes once after the catch-up, and again each time
   * that the reader has caught up after falling behind. `position` is absent in an empty store.
   */
  | { readonly kind: 'caught-up'; readonly position?: string };

/** Where a reader had got to, kept beside the events. Disposable: a lost checkpoint costs time, nothing else. */
export interface Checkpoints {
  load(name: string): Promise<string | undefined>;
  /**
   * Overwrites. Need not be on disk when it resolves.
   *
   * @param timeline - {@link EventStore.timeline} that the position is of: on any other `restored` is thrown
   */
  save(name: string, position: string, timeline?: number): Promise<void>;
}

/** Small texts that the processes on one store agree on: each replaces the one before, unless someone else has replaced it meanwhile. Durable. */
export interface Agreements {
  /** Undefined when there is none yet. */
  read(name: string): Promise<Agreement | undefined>;
  /**
   * @param expected - the version that is to be replaced; `'none'` when there is none yet
   * @returns the new version
   * @throws {StoreError} `conflict` when it is at another version
   */
  replace(name: string, text: string, expected: string): Promise<string>;
}

export interface Agreement {
  readonly text: string;
  readonly version: string;
}

/** One append: at most this much. EventStoreDB's defaults, so that a store can move there. */
export const limits = {
  /** Bytes of one append: data and metadata of all its events as JSON in UTF-8. */
  appendBytes: 1_000_000,
  /** Events of one append. */
  appendEvents: 1_000,
  /** UTF-16 units of a stream's name, and of an event's type. */
  streamName: 1_000,
} as const;

const retryableByCode = {
  /** The stream has moved on: read it again, decide again. */
  conflict: true,
  /** Locked, disk full, no connection: later it may work. */
  unavailable: true,
  /** What was known of the store counts no more, see `EventStore.timeline`: read again, decide again. */
  restored: true,
  'too-large': false,
  invalid: false,
  /** The stream was deleted for good: nothing can be written to it any more. */
  deleted: false,
  /** The user may not do it with this one stream, though with others of its kind: only a person can change that. */
  refused: false,
  /** Written by a newer version, or not a store at all. */
  unsupported: false,
  closed: false,
} as const;

export type StoreErrorCode = keyof typeof retryableByCode;

interface StoreErrorOptions {
  readonly cause?: unknown;
  readonly isTold?: boolean;
  readonly reason?: StoreReason | undefined;
}

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  /** True when the same call may succeed later. */
  readonly retryable: boolean;
  /** Whoever opened the store tells it, once for all: one of its `refusals`, or that it was restored. */
  readonly isTold: boolean;
  /** What a person can do something about; undefined where it is told by the message alone. */
  readonly reason: StoreReason | undefined;

  constructor(code: StoreErrorCode, message: string, options: StoreErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.reason = options.reason;
    this.retryable = retryableByCode[code];
    this.isTold = options.isTold ?? code === 'restored';
  }
}

/** What was known of the store counts no more: see `EventStore.timeline`. */
export const isRestored = (error: unknown): error is StoreError =>
  error instanceof StoreError && error.code === 'restored';

/** Whoever opened the store tells it once for all: who meets it need not. */
export const isTold = (error: unknown): boolean => error instanceof StoreError && error.isTold;

/** A reading was to begin at a position that is none of this store. */
export const isNoPlace = (error: unknown): error is StoreError =>
  error instanceof StoreError && error.code === 'invalid';

/** Another try is of no use, though the store is open: what was asked for will never be stored. */
export const isFinal = (error: unknown): error is StoreError =>
  error instanceof StoreError && !error.retryable && error.code !== 'closed';
