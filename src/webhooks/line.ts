import type { RecordedEvent } from '../domain/event.js';
import type { EventStore } from '../store/port.js';
import type { KeptLine } from './checkpoint.js';
import type { Refusal } from './post.js';

/** Events that are kept of one line; of more than that only how far they go. */
const keptAtMost = 8;

/** Which calls belong together: they are made in their order, one at a time. */
export interface LineName {
  /** The stream of the conversation. */
  readonly conversation: string;
  /** They were put aside before, and are to be sent again: their conversation has gone on meanwhile. */
  readonly again: boolean;
}

export const lineKey = ({ conversation, again }: LineName): string =>
  again ? `again ${conversation}` : conversation;

/** Where the events are that ask for the calls of a line. */
export interface LineSource {
  readonly store: Pick<EventStore, 'readStream'>;
  readonly stream: string;
  /** Among others of that stream. */
  readonly belongs: (event: RecordedEvent) => boolean;
}

/** The calls of one conversation that wait. Memory is bounded however many they are: they are read from the store again. */
export class Line {
  readonly #kept: RecordedEvent[] = [];
  #first: bigint;
  #last: bigint;
  #count: number;
  /** More wait in the store than are kept. */
  #hasMore: boolean;
  /** Of the first that waits. */
  #attempts = 0;
  #failure: Refusal | undefined;
  #refusedSinceMs: number | undefined;
  #unreachableSinceMs: number | undefined;
  /** Ends a pause. */
  #awake = new AbortController();
  /** How often the first was refused while others were accepted since it was refused before. */
  refusedBesideOthers = 0;
  /** So many refused calls wait that this one has to go. */
  isCrowdedOut = false;

  constructor(
    readonly name: LineName,
    private readonly source: LineSource,
    waiting?: KeptLine,
  ) {
    this.#first = BigInt(waiting?.first ?? 0);
    this.#last = BigInt(waiting?.last ?? -1);
    this.#count = waiting?.count ?? 0;
    this.#hasMore = waiting !== undefined;
    this.#refusedSinceMs = waiting?.refusedSinceMs;
    this.#unreachableSinceMs = waiting?.unreachableSinceMs;
  }

  /** One more, behind the others. */
  add(event: RecordedEvent): void {
    if (this.isEmpty) this.#first = event.revision;
    this.#last = event.revision;
    this.#count += 1;
    if (this.#hasMore || this.#kept.length >= keptAtMost) this.#hasMore = true;
    else this.#kept.push(event);
  }

  get isEmpty(): boolean {
    return this.#kept.length === 0 && !this.#hasMore;
  }

  /** The first that waits, if it is kept: else {@link fetch} it. */
  get head(): RecordedEvent | undefined {
    return this.#kept[0];
  }

  get count(): number {
    return this.#count;
  }

  get attempts(): number {
    return this.#attempts;
  }

  /** Of the last attempt at the first. */
  get failure(): Refusal | undefined {
    return this.#failure;
  }

  /** Of the first, later by as long as nobody answered since. */
  get refusedSinceMs(): number | undefined {
    return this.#refusedSinceMs;
  }

  /** For the checkpoint. */
  get waiting(): KeptLine {
    const { conversation, again } = this.name;
    return {
      conversation,
      ...(again ? { again } : {}),
      first: String(this.#first),
      last: String(this.#last),
      count: this.#count,
      ...(this.#refusedSinceMs === undefined ? {} : { refusedSinceMs: this.#refusedSinceMs }),
      ...(this.#unreachableSinceMs === undefined ? {} : { unreachableSinceMs: this.#unreachableSinceMs }),
    };
  }

  /** Reads the first of those that are in the store only. What was cut away there is left out. @throws {StoreError} */
  async fetch(): Promise<void> {
    const { store, stream, belongs } = this.source;
    const until = this.#last;
    const found: RecordedEvent[] = [];
    let isWhole = true;
    for await (const event of store.readStream(stream, { from: this.#first })) {
      if (event.revision > until) break;
      if (!belongs(event)) continue;
      isWhole = found.length < keptAtMost;
      if (!isWhole) break;
      found.push(event);
    }
    this.#kept.push(...found);
    this.#hasMore = !isWhole || this.#last > until;
    if (isWhole && this.#last > until && found.length === 0) this.#first = until + 1n;
  }

  /** The first is done with. */
  settled(): void {
    const done = this.#kept.shift();
    if (done !== undefined) this.#first = this.#kept[0]?.revision ?? done.revision + 1n;
    this.#count = Math.max(this.isEmpty ? 0 : 1, this.#count - 1);
    this.#attempts = 0;
    this.#failure = undefined;
    this.#refusedSinceMs = undefined;
    this.#unreachableSinceMs = undefined;
    this.refusedBesideOthers = 0;
    this.isCrowdedOut = false;
  }

  /** The first waits for another attempt. The others need not be kept meanwhile. */
  failed(failure: Refusal, nowMs: number): void {
    this.#attempts += 1;
    this.#failure = failure;
    if (failure.code === 'unreachable') this.#unreachableSinceMs ??= nowMs;
    else this.#countRefusal(nowMs);
    if (this.#kept.length > 1) this.#hasMore = true;
    this.#kept.length = Math.min(1, this.#kept.length);
  }

  /** As long as nobody answers, nobody refuses. */
  #countRefusal(nowMs: number): void {
    const awayMs = nowMs - (this.#unreachableSinceMs ?? nowMs);
    this.#refusedSinceMs = this.#refusedSinceMs === undefined ? nowMs : this.#refusedSinceMs + awayMs;
    this.#unreachableSinceMs = undefined;
  }

  /** @param sleep - until the time is over, or the signal aborts */
  async pause(sleep: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#awake = new AbortController();
    await sleep(this.#awake.signal);
  }

  /** What pauses goes on. */
  wake(): void {
    this.#awake.abort();
  }
}
