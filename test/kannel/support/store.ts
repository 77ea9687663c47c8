// The event store from outside the router.
import { join } from 'node:path';
import type { RecordedEvent } from '../../../src/domain/event.js';
import type { ConversationEvent } from '../../../src/domain/events.js';
import { openDatabase } from '../../../src/store/sqlite/driver.js';
import { openSqliteStore } from '../../../src/store/sqlite/open.js';
import { eventually } from './wait.js';

const storeFile = (dataDir: string): string => join(dataDir, 'events.sqlite');

/** All conversations' events of a router's data directory, in the order they were stored. The router may be running. */
export const readEvents = async (dataDir: string): Promise<RecordedEvent<ConversationEvent>[]> => {
  const store = await openSqliteStore({ path: storeFile(dataDir) });
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

/** Holds the store's write lock, so that nothing can be stored. @returns how to let it go */
export const lockStore = async (dataDir: string): Promise<() => void> => {
  const database = await openDatabase(storeFile(dataDir));
  await eventually('the lock of the store', 10_000, () => {
    // Throws while the router is writing.
    database.exec('BEGIN EXCLUSIVE');
    return true;
  });
  return () => {
    database.exec('ROLLBACK');
    database.close();
  };
};
