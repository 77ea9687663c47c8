import type { Clock } from '../domain/clock.js';
import type { RecordedEvent } from '../domain/event.js';
import type { Subscription } from '../store/port.js';
import type { EventRow } from './inside/folding.js';

/** What is folded in one go and kept in one transaction. */
export interface Batch {
  /** Each event as JSON of an `EventRow`. */
  readonly rows: readonly string[];
  readonly marks: readonly EventMark[];
  /** How far the store has been read: at least to the last event. Absent in a store without any. */
  readonly position: string | undefined;
  /** All that was stored has been read, perhaps before the last of these events. */
  readonly caughtUp: boolean;
}

export interface EventMark {
  readonly position: string;
  readonly id: string;
  readonly recordedAt: string;
  /** For people. */
  readonly label: string;
}

/** Bounds what is in memory, and how long a batch holds its thread. */
const [maxEvents, maxChars] = [1_024, 4_000_000];
/**
 * How long the first event of a live batch waits for company, and how long after that the batch is closed. Meanwhile
 * nothing is read: a store under load commits many times in that time, and to look after each costs more than folding.
 */
const [pauseMs, closeMs] = [200, 10];

/**
 * Reads a subscription ahead of who folds it, as far as one batch: whatever has come in meanwhile is the next one. There is
 * no promise for each event, which would cost as much as folding it.
 */
export class Feed {
  #rows: string[] = [];
  #marks: EventMark[] = [];
  #chars = 0;
  #position: string | undefined;
  #caughtUp = false;
  /** It has caught up and not fallen behind since. */
  #live = false;
  readonly #closed = new AbortController();
  #ended = false;
  #failure: unknown;
  #wakeReader: (() => void) | undefined;
  #wakeTaker: (() => void) | undefined;

  constructor(
    private readonly subscription: Subscription,
    private readonly streams: ReadonlySet<string> | undefined,
    private readonly clock: Clock,
  ) {
    void this.#read();
  }

  /** @returns the next batch; undefined when the subscription has ended. Throws what it throws. */
  async take(): Promise<Batch | undefined> {
    while (!this.#hasSomething()) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wakeTaker = resolve;
      });
    }
    if (!this.#full && !this.#caughtUp && !this.#ended) await this.#company();
    return this.#takeAll();
  }

  /** When the first that waits to be folded was recorded; undefined when none does. */
  get waitingSince(): string | undefined {
    return this.#marks[0]?.recordedAt;
  }

  close(): void {
    this.subscription.close();
    this.#closed.abort();
    this.#ended = true;
    this.#wake();
  }

  get #full(): boolean {
    return this.#rows.length >= maxEvents || this.#chars >= maxChars;
  }

  async #read(): Promise<void> {
    try {
      for await (const item of this.subscription) {
        if (this.#ended) break;
        if (item.kind === 'event') this.#add(item.event);
        else this.#catchUp(item.position);
        if (this.#full || item.kind === 'caught-up' || this.#rows.length === 1) this.#wakeTaker?.();
        if (this.#live && this.#rows.length === 1) await this.clock.sleep(pauseMs, this.#closed.signal);
        if (this.#full) await new Promise<void>((resolve) => this.#readOn(resolve));
      }
    } catch (error) {
      this.#failure = error;
    }
    this.#ended = true;
    this.#wake();
  }

  #readOn(resolve: () => void): void {
    if (!this.#full || this.#ended) resolve();
    else this.#wakeReader = resolve;
  }

  #catchUp(position: string | undefined): void {
    this.#caughtUp = true;
    this.#live = true;
    this.#position = position ?? this.#position;
  }

  #add({ id, type, data, metadata, stream, revision, position, recordedAt }: RecordedEvent): void {
    this.#position = position;
    if (this.streams !== undefined && !this.streams.has(stream)) return;
    const row = JSON.stringify([data, metadata, stream, Number(revision), type, id] satisfies EventRow);
    this.#rows.push(row);
    this.#chars += row.length;
    this.#marks.push({ position, id, recordedAt, label: `${type} ${id} in ${stream}` });
  }

  /** Waits a moment for more, unless there is enough. */
  async #company(): Promise<void> {
    const enough = new AbortController();
    this.#wakeTaker = () => {
      if (this.#full || this.#caughtUp || this.#ended) enough.abort();
    };
    await this.clock.sleep(this.#live ? pauseMs + closeMs : pauseMs, enough.signal);
    this.#wakeTaker = undefined;
  }

  #hasSomething(): boolean {
    return this.#rows.length > 0 || this.#caughtUp;
  }

  #takeAll(): Batch {
    if (this.#full) this.#live = false;
    const batch = {
      rows: this.#rows,
      marks: this.#marks,
      position: this.#position,
      caughtUp: this.#caughtUp,
    };
    this.#rows = [];
    this.#marks = [];
    this.#chars = 0;
    this.#caughtUp = false;
    this.#wakeReader?.();
    return batch;
  }

  #wake(): void {
    this.#wakeReader?.();
    this.#wakeTaker?.();
  }
}
