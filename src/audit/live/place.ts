import type { RecordedEvent } from '../../domain/event.js';
import { type EventStore, isNoPlace } from '../../store/port.js';

/** Where a reader left off, as it is told and comes back: the position of an event, and its id, since other stores have such positions too. */
export const placeOf = ({ position, id }: Pick<RecordedEvent, 'position' | 'id'>): string =>
  `${position}@${id}`;

export interface FoundPlace {
  /** The position to go on after; undefined: it is none of this store. */
  readonly after: string | undefined;
  /** What is not as it was told, in a sentence. */
  readonly notice?: string;
}

/**
 * Finds where a reader left off.
 *
 * @param told - as {@link placeOf}, or the position alone
 */
export const findPlace = async (store: EventStore, told: string): Promise<FoundPlace> => {
  const [position = '', id] = told.split('@');
  const event = store.isPosition(position) ? await firstFrom(store, position) : undefined;
  if (event === undefined || (event.position === position && id !== undefined && event.id !== id))
    return {
      after: undefined,
      notice: `There is no event at ${told} in this store: it may have been restored, or be another one.`,
    };
  if (event.position === position) return { after: position };
  return { after: position, notice: `The event at ${told} is in this store no more.` };
};

const firstFrom = async (store: EventStore, from: string): Promise<RecordedEvent | undefined> => {
  try {
    for await (const event of store.readAll({ from, maxCount: 1 })) return event;
    return undefined;
  } catch (error) {
    if (isNoPlace(error)) return undefined;
    throw error;
  }
};
