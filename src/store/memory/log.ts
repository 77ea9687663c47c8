import { matches } from '../filter.js';
import type { Page, PageRequest } from '../pages.js';
import type { SerialisedEvent } from '../serialise.js';
import { decode, laterTime, type StoredEvent, storedEvent } from '../stored.js';

/** All events in an array, the place of each its position less one. */
export class MemoryLog {
  readonly #events: StoredEvent[] = [];
  readonly #streams = new Map<string, StoredEvent[]>();
  readonly #byId = new Map<string, StoredEvent>();

  get head(): number {
    return this.#events.length;
  }

  find(id: string): StoredEvent | undefined {
    return this.#byId.get(id);
  }

  /** Revision of the stream's last event, -1 without any. */
  revision(stream: string): number {
    return (this.#streams.get(stream)?.length ?? 0) - 1;
  }

  add(stream: string, events: readonly SerialisedEvent[], now: number): void {
    const inStream = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, inStream);
    const time = laterTime(now, this.#events.at(-1)?.time ?? 0);
    for (const event of events) {
      const stored = storedEvent(event, stream, inStream.length, this.#events.length + 1, time);
      this.#events.push(stored);
      inStream.push(stored);
      this.#byId.set(stored.id, stored);
    }
  }

  page({ cursor, direction, filter, limit }: PageRequest): Page {
    const page = slice(this.#events, cursor - 1, direction, limit);
    const end = direction === 'forwards' ? Math.max(cursor, this.head) : 0;
    return {
      events: page.events.filter((event) => matches(filter, event)),
      decode,
      cursor: page.more ? (page.events.at(-1)?.position ?? end) : end,
      more: page.more,
    };
  }

  /** @param cursor - a revision, exclusive */
  streamPage(stream: string, cursor: number, direction: 'forwards' | 'backwards', limit: number): Page {
    const { events, more } = slice(this.#streams.get(stream) ?? [], cursor, direction, limit);
    return { events, decode, cursor: events.at(-1)?.revision ?? cursor, more };
  }
}

/** At most `limit` elements beyond the index `after`. */
const slice = (
  all: readonly StoredEvent[],
  after: number,
  direction: 'forwards' | 'backwards',
  limit: number,
): { events: StoredEvent[]; more: boolean } => {
  if (direction === 'forwards') {
    return { events: all.slice(after + 1, after + 1 + limit), more: after + 1 + limit < all.length };
  }
  const end = Math.min(Math.max(after, 0), all.length);
  const begin = Math.max(end - limit, 0);
  return { events: all.slice(begin, end).reverse(), more: begin > 0 };
};
