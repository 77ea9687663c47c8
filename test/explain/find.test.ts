import test from 'ava';
import { type Connection, conversationStream } from '../../src/domain/connection.js';
import { dialled, isSameNumber } from '../../src/domain/numbers.js';
import { findConversation, findMessage, type Lookup } from '../../src/explain/find.js';
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

test('a message is found by the beginning of its id, or by both ends', async (t) => {
  const store = await withMessage();
  const nothing = knowing(() => undefined);
  for (const asked of ['01a21400', '01A21400-0000-7', '01a21400…00aa', '01a21400...aa'])
    t.is((await findMessage(store, asked, nothing)).stream, conversationStream(connection), asked);
  await t.throwsAsync(findMessage(store, '01a21401', nothing), { message: /no message 01a21401/ });
  await t.throwsAsync(findMessage(store, '01a214', nothing), { message: /no message 01a214/ });
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

const uganda = { backend: 'kannel', identity: '+256772000375' };
const kenya = { backend: 'kannel', identity: '+254772000375' };

/** As the projection of the messages knows numbers: it keeps them as they are dialled. */
const known = (number: string): readonly string[] =>
  isSameNumber(number, uganda.identity) || isSameNumber(number, kenya.identity)
    ? [uganda, kenya].map(({ identity }) => dialled(identity)).filter((own) => isSameNumber(number, own))
    : [];

const holding = async (...connections: readonly Connection[]): Promise<EventStore> => {
  const store = await openMemoryStore();
  for (const connection of connections) await store.append(conversationStream(connection), [event()]);
  return store;
};

test('a conversation is found by its number in any spelling, by itself or on its backend', async (t) => {
  const store = await holding(uganda);
  const find = (asked: string) => findConversation(store, asked, ['http', 'kannel'], known);
  for (const number of ['+256 772 000375', '256772000375', '00256772000375', '0772000375', '0772 000-375'])
    for (const asked of [number, `kannel:${number}`]) t.deepEqual(await find(asked), uganda, asked);
  await t.throwsAsync(find('http:0772000375'), {
    message: /no conversation with 0772000375 on the backend http/,
  });
  await t.throwsAsync(find('0772000376'), { message: /no conversation with 0772000376 in any of/ });
});

test('a number without its country that is there in two countries must be named whole', async (t) => {
  const store = await holding(uganda, kenya);
  await t.throwsAsync(findConversation(store, '0772000375', ['kannel'], known), {
    message: /several conversations .*: name one of kannel:\+256772000375, kannel:\+254772000375\./,
  });
});

test('an identity may look like a name with its backend', async (t) => {
  const odd = { backend: 'kannel', identity: 'tel:0772000375' };
  const store = await holding(odd);
  t.deepEqual(await findConversation(store, odd.identity, ['http', 'kannel'], known), odd);
});
