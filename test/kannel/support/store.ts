// The event store from outside the router.
import type { RecordedEvent } from '../../../src/domain/event.js';
import type { ConversationEvent } from '../../../src/domain/events.js';
import type { StoreEngine } from './engine.js';

/** All conversations' events of a router, in the order they were stored. The router may be running. */
export const readEvents = async (engine: StoreEngine): Promise<RecordedEvent<ConversationEvent>[]> => {
  const store = await engine.open();
  const events: RecordedEvent<ConversationEvent>[] = [];
  try {
    for await (const event of store.readAll({ filter: { categories: ['conversation'] } })) {
      events.push(event as RecordedEvent<ConversationEvent>);
    }
  } finally {
    await store.close();
  }
  return events;
};

type DataOf<Type extends ConversationEvent['type']> = Extract<ConversationEvent, { type: Type }>['data'];

/** The data of the events of one type. */
export const dataOf = <Type extends ConversationEvent['type']>(
  events: readonly ConversationEvent[],
  type: Type,
): DataOf<Type>[] => events.filter((event) => event.type === type).map(({ data }) => data as DataOf<Type>);
