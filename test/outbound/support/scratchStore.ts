// Throw-away: the memory engine takes its place, in `openStore` (store.ts).
import type { NewEvent, RecordedEvent } from '../../../src/domain/event.js';
import {
  type AppendOptions,
  type AppendResult,
  type EventFilter,
  type EventStore,
  type ReadAllOptions,
  type ReadStreamOptions,
  StoreError,
  type SubscribeOptions,
  type Subscription,
  type SubscriptionItem,
} from '../../../src/store/port.js';

const matches = ({ types, categories }: EventFilter = {}, { type, stream }: RecordedEvent): boolean =>
  (types?.includes(type) ?? true) && (categories?.includes(stream.split('-')[0] ?? '') ?? true);

export class ScratchStore implements EventStore {
  readonly #all: RecordedEvent[] = [];
  readonly #streams = new Map<string, RecordedEvent[]>();
  readonly #ids = new Map<string, RecordedEvent>();
  readonly #news = new Set<() => void>();
  #closed = false;

  async append(
    stream: string,
    events: readonly NewEvent[],
    { expectedRevision = 'any' }: AppendOptions = {},
  ): Promise<AppendResult> {
    if (this.#closed) throw new StoreError('closed', 'closed');
    const known = events.at(-1) && this.#ids.get(events.at(-1)?.id ?? '');
    if (known !== undefined) return { revision: known.revision, position: known.position, stored: false };
    const its = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, its);
    const at = its.length === 0 ? 'none' : BigInt(its.length - 1);
    if (expectedRevision !== 'any' && expectedRevision !== at) throw new StoreError('conflict', `at ${at}`);
    for (const event of events) {
      const recorded: RecordedEvent = {
        ...event,
        stream,
        revision: BigInt(its.length),
        position: String(this.#all.length),
        recordedAt: '2026-01-01T00:00:00.000Z',
      };
      its.push(recorded);
      this.#all.push(recorded);
      this.#ids.set(event.id, recorded);
    }
    for (const tell of this.#news) tell();
    return { revision: BigInt(its.length - 1), position: String(this.#all.length - 1), stored: true };
  }

  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncGenerator<RecordedEvent> {
    const its = this.#streams.get(stream) ?? [];
    if (options.direction === 'backwards') {
      for (let n = Number(options.from ?? its.length - 1); n >= 0; n -= 1) yield* its.slice(n, n + 1);
    } else {
      for (let n = Number(options.from ?? 0); n < its.length; n += 1) yield* its.slice(n, n + 1);
    }
  }

  async *readAll({ from, filter, direction }: ReadAllOptions = {}): AsyncGenerator<RecordedEvent> {
    const backwards = direction === 'backwards';
    const events = this.#all.filter((event) => matches(filter, event));
    for (const event of backwards ? events.reverse() : events) {
      if (from !== undefined && Number(event.position) < Number(from)) continue;
      yield event;
    }
  }

  subscribe({ from, filter }: SubscribeOptions = {}): Subscription {
    let closed = false;
    let wake = () => {};
    const tell = () => wake();
    this.#news.add(tell);
    const items = async function* (store: ScratchStore): AsyncGenerator<SubscriptionItem> {
      let at = from === undefined ? 0 : Number(from) + 1;
      let behind = true;
      while (!closed) {
        const event = store.#all[at];
        if (event !== undefined) {
          at += 1;
          behind = true;
          if (matches(filter, event)) yield { kind: 'event', event };
        } else if (behind) {
          behind = false;
          yield { kind: 'caught-up', ...(at > 0 ? { position: String(at - 1) } : {}) };
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    };
    return {
      close: () => {
        closed = true;
        this.#news.delete(tell);
        wake();
      },
      [Symbol.asyncIterator]: () => items(this),
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}
