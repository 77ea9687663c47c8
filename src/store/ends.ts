import type { RecordedEvent } from '../domain/event.js';
import type { EventFilter, EventStore, ReadAllOptions } from './port.js';

type Readable = Pick<EventStore, 'readAll'>;

/** The first event that there is, or of those that match; undefined when there is none. */
export const firstEvent = (store: Readable, filter?: EventFilter): Promise<RecordedEvent | undefined> =>
  oneEvent(store, 'forwards', filter);

/** The last one. */
export const lastEvent = (store: Readable, filter?: EventFilter): Promise<RecordedEvent | undefined> =>
  oneEvent(store, 'backwards', filter);

const oneEvent = async (
  store: Readable,
  direction: 'forwards' | 'backwards',
  filter?: EventFilter,
): Promise<RecordedEvent | undefined> => {
  const matching = filter === undefined ? {} : { filter };
  for await (const event of store.readAll({ direction, maxCount: 1, ...matching })) return event;
  return undefined;
};

/** All that match, as quickly as the engine can find them. */
export const foundIn = (
  store: Pick<EventStore, 'readAll' | 'find'>,
  options: ReadAllOptions,
): AsyncIterable<RecordedEvent> => store.find?.(options) ?? store.readAll(options);
