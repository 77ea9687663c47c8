import { isoTime } from '../../src/domain/clock.js';
import { conversationStream } from '../../src/domain/connection.js';
import { schemaVersion } from '../../src/domain/events.js';
import { gatewayId } from './ids.js';
import type { Person } from './people.js';
import type { World } from './world.js';

/** The schema of a version that is not written yet. */
const newerSchema = schemaVersion + 1;

type Happening = (world: World, person: Person) => void;

/** What the router finds in its store and has not written itself: by a newer version, by an app that is gone, by other programs. */
export const foreign = {
  'a message in the hands of a newer router': (world, { connection, phrases }) => {
    const node = world.someNode();
    const [messageId, routedId, sentId] = [world.newId(node), world.newId(node), world.newId(node)];
    const at = isoTime(world.clockOf(node));
    const stream = conversationStream(connection);
    const metadata = { $correlationId: messageId, schema: newerSchema };
    const caused = (by: string) => ({ ...metadata, $causationId: by });
    world.append(node, stream, [
      {
        type: 'MessageReceived',
        data: {
          messageId,
          text: { value: phrases.greeting, language: phrases.language },
          receivedAt: at,
          gateway: { id: gatewayId(world.random) },
        },
        id: messageId,
        metadata,
      },
    ]);
    world.append(node, stream, [
      {
        type: 'MessageRouted',
        data: { messageId, outcome: 'translated', by: ['translator'], routedAt: at },
        id: routedId,
        metadata: caused(messageId),
      },
      {
        type: 'MessageSent',
        data: { messageId: sentId, inResponseTo: messageId, texts: [phrases.greeting, '👋'], sentAt: at },
        id: sentId,
        metadata: caused(routedId),
      },
    ]);
  },

  'a message that a newer router decided on': (world, { connection, phrases }) => {
    const node = world.someNode();
    const messageId = world.newId(node);
    const at = isoTime(world.clockOf(node));
    const stream = conversationStream(connection);
    const received = { messageId, text: phrases.ask, receivedAt: at };
    world.append(node, stream, [
      {
        type: 'MessageReceived',
        data: received,
        id: messageId,
        metadata: { $correlationId: messageId, schema: schemaVersion },
      },
      {
        type: 'MessageRouted',
        data: { messageId, outcome: 'deferred', until: at, routedAt: at },
        id: world.newId(node),
        metadata: { $correlationId: messageId, $causationId: messageId, schema: newerSchema },
      },
    ]);
  },

  'a fact of an app that is gone': (world, { connection, name }) => {
    const node = world.someNode();
    const fact = { type: 'lottery.TicketDrawn', data: { name, ticket: world.random.below(10_000) } };
    world.appendFirst(node, conversationStream(connection), fact);
  },

  'an event of an unknown type': (world, { connection }) => {
    const node = world.someNode();
    const noted = { type: 'ConversationTagged', data: { tags: ['vip', 'ακρίβεια'], by: 'ann' } };
    world.appendFirst(node, conversationStream(connection), noted);
  },

  'another program': (world) => {
    const node = world.someNode();
    const issued = { type: 'InvoiceIssued', data: { total: world.random.below(1_000), currency: 'UGX' } };
    world.appendFirst(node, `billing-${isoTime(world.now).slice(0, 7)}`, issued);
  },
} as const satisfies Readonly<Record<string, Happening>>;
