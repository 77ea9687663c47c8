import type { DomainEvent, RecordedEvent } from '../domain/event.js';
import type { ConversationEvent } from '../domain/events.js';
import { isForeign, isNewer, isUnderstood } from '../domain/understood.js';
import type { EventStore } from '../store/port.js';

/** An event of a conversation, as stored. Types of apps are among them: narrow before use. */
export type Told<Type extends ConversationEvent['type'] = ConversationEvent['type']> = RecordedEvent<
  Extract<ConversationEvent, { type: Type }>
>;

/** Narrows a stored event to one that this version of the router writes. */
export const isA = <Type extends ConversationEvent['type']>(
  event: RecordedEvent,
  ...types: readonly Type[]
): event is Told<Type> => (types as readonly string[]).includes(event.type) && isUnderstood(event);

/** What asks for attempts: the decision to send, or a person who put a dead letter back. */
export type Request = Told<'MessageSent' | 'MessageRequeued'>;

/** The message that an event is about; undefined for what apps recorded. */
export const messageIdOf = ({ data }: DomainEvent): string | undefined => {
  const { messageId }: { messageId?: unknown } = data;
  return typeof messageId === 'string' ? messageId : undefined;
};

export interface Story {
  /** All that happened to the message, in order, from its first event on. */
  readonly events: readonly RecordedEvent[];
  /** The last revision of its stream when it was read. */
  readonly revision: bigint;
}

/** Where a message begins: nothing is told about it before. */
const beginnings = ['MessageReceived', 'MessageSent'] as const;

/**
 * Reads a message's story, backwards: a conversation may be long, and its end is what people ask about.
 *
 * @returns undefined when there is none, or a newer version of the router has the message in hand
 */
export const readStory = async (
  store: EventStore,
  stream: string,
  messageId: string,
): Promise<Story | undefined> => {
  const events: RecordedEvent[] = [];
  let revision: bigint | undefined;
  for await (const event of store.readStream(stream, { direction: 'backwards' })) {
    revision ??= event.revision;
    if (messageIdOf(event) !== messageId || isForeign(event)) continue;
    if (isNewer(event)) return undefined;
    events.push(event);
    if (isA(event, ...beginnings)) break;
  }
  return revision === undefined ? undefined : { events: events.reverse(), revision };
};
