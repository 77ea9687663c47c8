import type { Connection } from './connection.js';
import type { NewEvent } from './event.js';
import type { ConversationEvent, GatewayFacts, MessageReceived } from './events.js';
import { type GatewayIds, messageWith, noGatewayIds, withGatewayId } from './gatewayIds.js';
import { inboundStatusAfter } from './inboundMessage.js';
import { isForeign, isNewer } from './understood.js';

/** A message that waits for routing, or failed in it. */
export interface Pending {
  readonly message: MessageReceived['data'];
  /** Set when its gateway id came before: the message that it repeats. */
  readonly duplicateOf?: string;
  /** Id of the event that makes it wait: of its MessageReceived, or of the MessageRequeued that brought it back. */
  readonly causeId: string;
}

/** What routing must know of a conversation. Grows with the ids of its gateway, not with its texts. */
export interface Conversation {
  readonly connection: Connection;
  readonly received: number;
  readonly sent: number;
  readonly firstReceivedAt?: string;
  /** Received and not routed, oldest first. */
  readonly waiting: ReadonlyMap<string, Pending>;
  /** In the inbound dead letters. */
  readonly failed: ReadonlyMap<string, Pending>;
  readonly gatewayIds: GatewayIds;
  /** Events that were cut away before the first that is left. */
  readonly missing: number;
}

export const newConversation = (connection: Connection): Conversation => ({
  connection,
  received: 0,
  sent: 0,
  waiting: new Map(),
  failed: new Map(),
  gatewayIds: noGatewayIds(),
  missing: 0,
});

/** An event of the stream: with its id, for what is caused by it. */
export type StoredConversationEvent = ConversationEvent & { readonly id: string };

/** The conversation after one more event. Never throws; an event of an unknown type changes nothing. */
export const evolve = (conversation: Conversation, event: StoredConversationEvent): Conversation => {
  const { messageId } = event.data;
  switch (inboundStatusAfter(event)) {
    case 'waiting':
      return event.type === 'MessageReceived'
        ? received(conversation, event)
        : requeued(conversation, messageId, event.id);
    case 'routed':
    case 'discarded':
      return settled(conversation, messageId);
    case 'failed':
      return failed(conversation, messageId);
    case undefined:
      return event.type === 'MessageSent' ? { ...conversation, sent: conversation.sent + 1 } : conversation;
  }
};

/** As {@link evolve}, for whatever a stream holds: a message in the hands of a newer version waits for nothing here. */
export const evolveAny = (conversation: Conversation, event: NewEvent): Conversation => {
  if (!isNewer(event))
    return isForeign(event) ? conversation : evolve(conversation, event as StoredConversationEvent);
  const { messageId, gateway }: { messageId?: unknown; gateway?: GatewayFacts } = event.data;
  if (typeof messageId !== 'string') return conversation;
  // Whoever routes it: when the gateway repeats it, it has been here.
  const gatewayIds = withIdOf(
    conversation,
    messageId,
    event.type === 'MessageReceived' ? gateway?.id : undefined,
  );
  return { ...settled(conversation, messageId), gatewayIds };
};

const withIdOf = ({ gatewayIds }: Conversation, messageId: string, id: string | undefined): GatewayIds =>
  id === undefined ? gatewayIds : withGatewayId(gatewayIds, id, messageId);

const received = (
  conversation: Conversation,
  { id, data }: MessageReceived & { readonly id: string },
): Conversation => {
  const gatewayId = data.gateway?.id;
  const duplicateOf = gatewayId === undefined ? undefined : messageWith(conversation.gatewayIds, gatewayId);
  const waits = { message: data, causeId: id };
  const pending = duplicateOf === undefined ? waits : { ...waits, duplicateOf };
  return {
    ...conversation,
    received: conversation.received + 1,
    firstReceivedAt: conversation.firstReceivedAt ?? data.receivedAt,
    waiting: withOne(conversation.waiting, data.messageId, pending),
    failed: without(conversation.failed, data.messageId),
    gatewayIds: withIdOf(conversation, data.messageId, gatewayId),
  };
};

const settled = (conversation: Conversation, messageId: string): Conversation => ({
  ...conversation,
  waiting: without(conversation.waiting, messageId),
  failed: without(conversation.failed, messageId),
});

const failed = (conversation: Conversation, messageId: string): Conversation => {
  const pending = conversation.waiting.get(messageId);
  if (pending === undefined) return conversation;
  return {
    ...conversation,
    waiting: without(conversation.waiting, messageId),
    failed: withOne(conversation.failed, messageId, pending),
  };
};

const requeued = (conversation: Conversation, messageId: string, causeId: string): Conversation => {
  const pending = conversation.failed.get(messageId);
  if (pending === undefined) return conversation;
  return {
    ...conversation,
    failed: without(conversation.failed, messageId),
    waiting: withOne(conversation.waiting, messageId, { ...pending, causeId }),
  };
};

const none = new Map<string, never>();

const withOne = <Value>(
  map: ReadonlyMap<string, Value>,
  key: string,
  value: Value,
): ReadonlyMap<string, Value> => (map.size === 0 ? new Map() : new Map(map)).set(key, value);

const without = <Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> => {
  if (!map.has(key)) return map;
  if (map.size === 1) return none;
  const rest = new Map(map);
  rest.delete(key);
  return rest;
};
