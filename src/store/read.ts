import type { RecordedEvent } from '../domain/event.js';
import { compileFilter } from './filter.js';
import { type Log, type Page, readPages } from './pages.js';
import type { ReadAllOptions, ReadStreamOptions } from './port.js';
import { logCursor, streamCursor } from './ranges.js';

export type ReadStreamPage = (
  stream: string,
  cursor: number,
  direction: 'forwards' | 'backwards',
  limit: number,
) => Promise<Page>;

export async function* readStream(
  readPage: ReadStreamPage,
  stream: string,
  options: ReadStreamOptions = {},
): AsyncGenerator<RecordedEvent, void, undefined> {
  const { direction = 'forwards', maxCount } = options;
  // Without a filter every event read is one that is wanted.
  const read = (cursor: number, limit: number, left: number) =>
    readPage(stream, cursor, direction, Math.min(limit, Math.ceil(left)));
  yield* readPages(read, streamCursor(options), maxCount);
}

export async function* readAll(
  log: Log,
  options: ReadAllOptions = {},
): AsyncGenerator<RecordedEvent, void, undefined> {
  const { direction = 'forwards', maxCount } = options;
  const filter = compileFilter(options.filter);
  const start = logCursor(options);
  const end = direction === 'forwards' ? await log.head() : 0;
  const read = async (cursor: number, limit: number): Promise<Page> => {
    const page = await log.page({ cursor, direction, filter, limit });
    return direction === 'forwards' ? until(page, end) : page;
  };
  yield* readPages(read, start, maxCount);
}

/** The page without what was stored after the reading began. */
const until = (page: Page, end: number): Page => {
  if (page.cursor < end) return page;
  return { ...page, events: page.events.filter(({ position }) => position <= end), more: false };
};
