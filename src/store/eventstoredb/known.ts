import { LRUCache } from 'lru-cache';
import { StoreError } from '../port.js';
import type { Place } from './position.js';

/** Ids of this age stay known: with the allowance for clocks, those of events that were made just now are then never looked up. */
const keepMs = 150_000;
/** How far the clocks of routers and servers may be apart. */
const clockAllowanceMs = 60_000;
const maxEventsOfStream = 20_000;
const maxStreams = 10_000;
const maxEvents = 200_000;

/** Where an event of a stream is. */
export interface KnownEvent {
  readonly revision: bigint;
  /** Absent for the earlier events of an append: the server tells the last one's. */
  readonly place?: Place | undefined;
  /** When it was recorded, or its answer came: milliseconds since 1970. */
  readonly at: number;
}

/**
 * What is known of one stream: its last events without a gap, by id. EventStoreDB has no index by id and forgets the ids of
 * appends with `any`, so this tells whether events are there already.
 */
export class KnownStream {
  /** In the order of the stream. */
  readonly #byId = new Map<string, KnownEvent>();
  /** Of the first event that is known; the next revision when none is. */
  #first: bigint;
  /** When the newest event before those was recorded at the latest; undefined when there is none before. */
  #unknownUntil: number | undefined;

  /**
   * @param last - revision of the stream's last event, -1n without any
   * @param complete - no event lies before those that will be added
   */
  constructor(
    public last: bigint,
    complete: boolean,
  ) {
    this.#first = last + 1n;
    this.#unknownUntil = complete ? undefined : Number.POSITIVE_INFINITY;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** There is nothing in it that could be read, though its revisions may count on from before. */
  get isEmpty(): boolean {
    return this.#unknownUntil === undefined && this.#byId.size === 0;
  }

  /** Of the first event that is known: what lies before it was not looked at. */
  get first(): bigint {
    return this.#first;
  }

  find(id: string): KnownEvent | undefined {
    return this.#byId.get(id);
  }

  /** The stream has grown by this event. */
  add(id: string, event: KnownEvent): void {
    this.#byId.delete(id);
    this.#byId.set(id, event);
    this.last = event.revision;
    this.#forget(event.at);
  }

  /** Events before the first that is known, newest first. @param complete - there are none before these */
  addBefore(events: readonly (readonly [string, KnownEvent])[], complete: boolean): void {
    const later = [...this.#byId];
    this.#byId.clear();
    for (const [id, event] of events.toReversed()) this.#byId.set(id, event);
    for (const [id, event] of later) this.#byId.set(id, event);
    const oldest = events.at(-1)?.[1];
    if (oldest) this.#first = oldest.revision;
    if (complete) this.#unknownUntil = undefined;
    else if (oldest) this.#unknownUntil = oldest.at;
  }

  /** True when an event of this id would be among those that are known, if it were in the stream. */
  covers(id: string): boolean {
    if (this.#unknownUntil === undefined || this.#byId.has(id)) return true;
    const madeAt = timeOf(id);
    return madeAt !== undefined && madeAt - clockAllowanceMs > this.#unknownUntil;
  }

  #forget(now: number): void {
    for (const [id, event] of this.#byId) {
      if (now - event.at < keepMs && this.#byId.size <= maxEventsOfStream) return;
      this.#byId.delete(id);
      this.#first = event.revision + 1n;
      this.#unknownUntil = event.at;
    }
  }
}

/** The last of the events when they are in the stream; undefined when none is. @throws {StoreError} `invalid` for a part */
export const isRepetition = (
  events: readonly { readonly id: string }[],
  known: KnownStream,
): KnownEvent | undefined => {
  const found = events.map(({ id }) => known.find(id)).filter((event) => event !== undefined);
  if (found.length === 0 || found.length === events.length) return found.at(-1);
  throw new StoreError(
    'invalid',
    `${found.length} of the ${events.length} events of this append are stored already.`,
  );
};

/** Milliseconds since 1970 that a time-ordered id (version 7) begins with; undefined for any other. */
const timeOf = (id: string): number | undefined =>
  id[14] === '7' ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : undefined;

/** The streams used last. */
export class KnownStreams {
  readonly #streams = new LRUCache<string, KnownStream>({
    max: maxStreams,
    maxSize: maxEvents,
    sizeCalculation: (stream) => stream.size + 1,
  });

  get(name: string): KnownStream | undefined {
    return this.#streams.get(name);
  }

  /** Again after every change: its size counts. */
  set(name: string, stream: KnownStream): void {
    this.#streams.set(name, stream);
  }

  forget(name: string): void {
    this.#streams.delete(name);
  }

  forgetAll(): void {
    this.#streams.clear();
  }
}
