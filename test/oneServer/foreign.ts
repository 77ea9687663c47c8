// Other people's events: what a server has that was not put up for us. To put them on a real one:
// EVENTSTORE_URL=… node dist/test/oneServer/foreign.js
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { binaryEvent, type EventData, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { conversationStream } from '../../src/domain/connection.js';

interface Written {
  readonly stream: string;
  readonly events: readonly EventData[];
}

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, nth) => nth);

const json = (type: string, data: unknown, metadata?: object): EventData =>
  jsonEvent({ type, data: data as Record<string, string>, ...(metadata === undefined ? {} : { metadata }) });

/** A shop: categories and types that mean nothing to us. */
const orders = range(40).map((nth): Written => {
  const metadata = { $correlationId: `order ${nth}`, user: 'anna' };
  return {
    stream: `order-${nth}`,
    events: [
      json('OrderPlaced', { nth, lines: [{ sku: 'A-1', price: 9.5 }] }, metadata),
      json('Order Paid', { nth, by: 'card' }),
      json('Shop.Orders.OrderShipped, Shop', { nth, to: null }, metadata),
    ],
  };
});

/** Types of our names, in streams that are no conversations, and with data of another kind. */
const chats = range(20).map(
  (nth): Written => ({
    stream: `chat-${nth}`,
    events: [
      json('MessageReceived', { from: 'anna', body: 'hi' }),
      json('MessageSent', ['hi', nth], { schema: 7 }),
      json('MessageRouted', { messageId: 7 }),
      json('MessageRequeued', { direction: 'inbound' }),
    ],
  }),
);

/** Streams of our category's name that are nobody's conversation. */
const alike: readonly Written[] = [
  ...['conversation-7', 'conversation-a:b:c', 'conversation-%', 'conversation-'].map((stream) => ({
    stream,
    events: [json('MessageReceived', { messageId: 'x', text: 'echo x' }), json('MessageSent', ['array'])],
  })),
  { stream: 'conversations-1', events: [json('MessageSent', { messageId: 'x', text: 'x' })] },
  { stream: 'router-elsewhere', events: [json('RouterStarted', {})] },
  { stream: 'inbound', events: [json('InboundRejected', 'a text alone')] },
];

const odd: readonly Written[] = [
  {
    stream: 'photo-1',
    events: range(3).map((nth) =>
      binaryEvent({ type: 'PhotoTaken', data: Buffer.from([0, 255, nth]), metadata: Buffer.from('{') }),
    ),
  },
  { stream: 'audit', events: range(30).map((nth) => json('Logged in', { nth })) },
  { stream: 'ünï cöde/stream-💬', events: [json('Größe', { '': '\0' }), json('Nothing', null)] },
  { stream: 'large-1', events: [json('Grown', { text: 'x'.repeat(200_000) })] },
];

/** Conversations of another router's backend, in which everything is said and done. */
const conversations = range(20).map((nth): Written => {
  const [messageId, sentId] = [randomUUID(), randomUUID()];
  const at = '2026-01-01T00:00:00.000Z';
  const metadata = { $correlationId: messageId, schema: 1 };
  return {
    stream: conversationStream({ backend: 'elsewhere', identity: `+4930${nth}` }),
    events: [
      json('MessageReceived', { messageId, text: 'echo hi', receivedAt: at }, metadata),
      json('MessageRouted', { messageId, outcome: 'handled', trace: [], routedAt: at }, metadata),
      json('MessageSent', { messageId: sentId, inResponseTo: messageId, text: 'hi', sentAt: at }, metadata),
      json('MessageDispatched', { messageId: sentId, attempt: 1, answer: '0', dispatchedAt: at }, metadata),
    ],
  };
});

/** What its owner has cut, deleted, and deleted for good. */
const cutDown = async (client: EventStoreDBClient): Promise<void> => {
  await client.setStreamMetadata('order-1', { maxCount: 1 });
  await client.setStreamMetadata('order-2', { truncateBefore: 2 });
  await client.deleteStream('order-3');
  await client.tombstoneStream(`order-gone-${randomUUID()}`);
};

/** @returns how many events were written */
export const writeForeignEvents = async (connectionString: string): Promise<number> => {
  const client = EventStoreDBClient.connectionString(connectionString);
  const written = [...orders, ...chats, ...alike, ...odd, ...conversations];
  for (const { stream, events } of written) await client.appendToStream(stream, [...events]);
  await cutDown(client);
  await client.dispose();
  return written.reduce((count, { events }) => count + events.length, 0);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(`${await writeForeignEvents(process.env.EVENTSTORE_URL ?? '')} foreign events are there now`);
}
