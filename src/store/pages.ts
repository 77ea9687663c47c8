import { setImmediate } from 'node:timers/promises';
import type { RecordedEvent } from '../domain/event.js';
import type { CompiledFilter } from './filter.js';
import type { StoredEvent } from './stored.js';

/** One piece of a log, read in one go. */
export interface Page {
  /** Those that match, in the order asked for. */
  readonly events: readonly StoredEvent[];
  /** How to parse them: a page from the tail in memory shares what it has parsed. */
  decode(stored: StoredEvent): RecordedEvent;
  /** Where the next page begins: everything up to here was looked at, what the filter passed over included. */
  readonly cursor: number;
  /** False when nothing lay beyond the cursor. */
  readonly more: boolean;
}

export interface PageRequest {
  /** Exclusive. */
  readonly cursor: number;
  readonly direction: 'forwards' | 'backwards';
  readonly filter: CompiledFilter;
  /** Of events looked at, so that a filter which matches little cannot hold up the event loop. */
  readonly limit: number;
}

/** What the embedded engines offer to the code they share. */
export interface Log {
  /** Position of the last event, 0 without any. */
  head(): Promise<number>;
  page(request: PageRequest): Promise<Page>;
}

/** How much one page may hold: it is what a reader keeps in memory, and how long it holds the event loop. */
const pageEvents = 256;
const pageChars = 4_000_000;
/** Enough for the whole stream of most conversations. */
export const firstPageEvents = 64;

/** The size of the next page, by the size of the events on this one: an event may be 1 MB. */
export const nextLimit = ({ events }: Page): number => {
  const chars = events.reduce((sum, { data }) => sum + data.length, 0);
  if (chars <= (pageChars / pageEvents) * events.length) return pageEvents;
  return Math.max(1, Math.floor((pageChars * events.length) / chars));
};

/** The events page by page, until a page says that there is no more or `maxCount` is reached. */
export async function* readPages(
  read: (cursor: number, limit: number, left: number) => Promise<Page>,
  start: number,
  maxCount = Number.POSITIVE_INFINITY,
): AsyncGenerator<RecordedEvent, void, undefined> {
  let cursor = start;
  let limit = firstPageEvents;
  let left = maxCount;
  while (left > 0) {
    const page = await read(cursor, limit, left);
    for (const stored of page.events) {
      yield page.decode(stored);
      left -= 1;
      if (left <= 0) return;
    }
    if (!page.more) return;
    cursor = page.cursor;
    limit = nextLimit(page);
    await setImmediate();
  }
}
