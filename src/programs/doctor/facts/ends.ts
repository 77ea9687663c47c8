import type { RecordedEvent } from '../../../domain/event.js';
import type { OpenStore } from '../../../store/port.js';

/** Undefined for a store without events. */
export const firstEvent = (store: Pick<OpenStore, 'readAll'>): Promise<RecordedEvent | undefined> =>
  oneEvent(store, 'forwards');

/** Undefined for a store without events. */
export const lastEvent = (store: Pick<OpenStore, 'readAll'>): Promise<RecordedEvent | undefined> =>
  oneEvent(store, 'backwards');

const oneEvent = async (
  store: Pick<OpenStore, 'readAll'>,
  direction: 'forwards' | 'backwards',
): Promise<RecordedEvent | undefined> => {
  for await (const event of store.readAll({ direction, maxCount: 1 })) return event;
  return undefined;
};
