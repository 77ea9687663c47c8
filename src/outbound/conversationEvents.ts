import type { RecordedEvent } from '../domain/event.js';
import type { ConversationEvent } from '../domain/events.js';
import { asksForAttempts } from '../domain/outboundMessage.js';
import { isUnderstood } from '../domain/understood.js';

/** An event of a conversation, as stored. Types of apps are among them: narrow before use. */
export type EventOf<Type extends ConversationEvent['type'] = ConversationEvent['type']> = RecordedEvent<
  Extract<ConversationEvent, { type: Type }>
>;

/** Narrows a stored event to one that this version of the router writes. */
export const isA = <Type extends ConversationEvent['type']>(
  event: RecordedEvent,
  ...types: readonly Type[]
): event is EventOf<Type> => (types as readonly string[]).includes(event.type) && isUnderstood(event);

/** What asks for attempts: the decision to send, or a person who put a dead letter back. */
export type Request = EventOf<'MessageSent' | 'MessageRequeued'>;

export const isRequest = (event: RecordedEvent): event is Request =>
  asksForAttempts(event) && isUnderstood(event);
