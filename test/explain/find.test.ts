import test from 'ava';
import { conversationStream } from '../../src/domain/connection.js';
import { findMessage, type Lookup } from '../../src/explain/find.js';
import { openMemoryStore } from '../../src/store/memory/open.js';
import type { EventStore } from '../../src/store/port.js';
import { event } from '../store/events.js';

const connection = { backend: 'kannel', identity: '123' };
const messageId = '01a21400-0000-7000-8000-0000000000aa';

/** A store with one message, in which nothing may be looked through. */
const withMessage = async (): Promise<EventStore> => {
  const store = await openMemoryStore();
  await store.append(conversationStream(connection), [
    event({
      type: 'MessageReceived',
      data: { messageId, text: 'x', receivedAt: '2026-01-01T00:00:00.000Z' },
    }),
  ]);
  return store;
};

const without = (store: EventStore): EventStore =>
  Object.assign(Object.create(store) as EventStore, {
    readAll: () => {
      throw new Error('The store is looked through.');
    },
  });

const knowing = (conversationOf: Lookup['conversationOf']): Lookup => ({
  correlations: false,
  conversationOf,
});

test('what knows the conversation of a message saves looking through the store', async (t) => {
  const store = without(await withMessage());
  const found = await findMessage(
    store,
    messageId,
    knowing((id) => (id === messageId ? connection : undefined)),
  );
  t.is(found.stream, conversationStream(connection));
});

test('what knows it wrongly, or not, is no harm', async (t) => {
  const store = await withMessage();
  for (const known of [undefined, { backend: 'kannel', identity: '999' }]) {
    const found = await findMessage(
      store,
      messageId,
      knowing(() => known),
    );
    t.is(found.stream, conversationStream(connection));
  }
});
