import type { RecordedEvent } from '../../domain/event.js';
import { matches } from '../filter.js';
import type { Page, PageRequest } from '../pages.js';
import { decode, type StoredEvent } from '../stored.js';

const maxEvents = 4_096;
const maxChars = 8_000_000;

/**
 * The last events that this process stored, so that its live subscribers need not read the disk. Always without a gap:
 * when another process wrote in between, it begins anew.
 */
export class Tail {
  /** Position p is at p % maxEvents. */
  readonly #ring: (StoredEvent | undefined)[] = Array.from({ length: maxEvents });
  /** What a subscriber has parsed, for the others. Gone with the event. */
  readonly #decoded = new WeakMap<StoredEvent, RecordedEvent>();
  #first = 1;
  #last = 0;
  #chars = 0;

  readonly #decodeOnce = (stored: StoredEvent): RecordedEvent => {
    const known = this.#decoded.get(stored);
    if (known) return known;
    const event = decode(stored);
    this.#decoded.set(stored, event);
    return event;
  };

  add(event: StoredEvent): void {
    if (event.position !== this.#last + 1) this.#restartAt(event.position);
    if (this.#last - this.#first + 1 === maxEvents) this.#dropFirst();
    this.#ring[event.position % maxEvents] = event;
    this.#last = event.position;
    this.#chars += event.data.length;
    while (this.#chars > maxChars && this.#first < this.#last) this.#dropFirst();
  }

  /**
   * Undefined when what follows the cursor is not here.
   *
   * @param head - asked only then: position of the store's last event, which may be another process's
   */
  page({ cursor, direction, filter, limit }: PageRequest, head: () => number): Page | undefined {
    if (direction !== 'forwards' || cursor + 1 < this.#first || cursor >= this.#last) return undefined;
    const end = Math.min(cursor + limit, this.#last);
    const events: StoredEvent[] = [];
    for (let position = cursor + 1; position <= end; position += 1) {
      const event = this.#ring[position % maxEvents];
      if (event && matches(filter, event)) events.push(event);
    }
    return { events, decode: this.#decodeOnce, cursor: end, more: end < head() };
  }

  #dropFirst(): void {
    this.#chars -= this.#ring[this.#first % maxEvents]?.data.length ?? 0;
    this.#ring[this.#first % maxEvents] = undefined;
    this.#first += 1;
  }

  #restartAt(position: number): void {
    this.#ring.fill(undefined);
    this.#chars = 0;
    this.#first = position;
    this.#last = position - 1;
  }
}
