// The event store from outside the router.
import { connectionOf } from '../../../src/domain/connection.js';
import type { RecordedEvent } from '../../../src/domain/event.js';
import type { ConversationEvent } from '../../../src/domain/events.js';
import { collect } from '../../store/events.js';
import type { RouterProcess } from './router.js';

/** The events of all conversations of a router's backends, in the order they were stored. The router may be running. */
export const readEvents = async ({
  engine,
  backends,
}: RouterProcess): Promise<RecordedEvent<ConversationEvent>[]> => {
  const store = await engine.open();
  try {
    // What others had stored before it was started is passed over.
    const [started] = await collect(store.readStream(`router-${engine.node}`, { maxCount: 1 }));
    if (started === undefined) return [];
    const filter = { categories: ['conversation'] };
    const events = await collect(store.readAll({ from: started.position, filter }));
    return (events as RecordedEvent<ConversationEvent>[]).filter(({ stream }) =>
      backends.has(connectionOf(stream)?.backend ?? ''),
    );
  } finally {
    await store.close();
  }
};

type DataOf<Type extends ConversationEvent['type']> = Extract<ConversationEvent, { type: Type }>['data'];

/** The data of the events of one type. */
export const dataOf = <Type extends ConversationEvent['type']>(
  events: readonly ConversationEvent[],
  type: Type,
): DataOf<Type>[] => events.filter((event) => event.type === type).map(({ data }) => data as DataOf<Type>);
