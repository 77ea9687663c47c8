import type { RecordedEvent } from '../domain/event.js';
import { messageIdOf } from '../domain/events.js';
import { isForeign, isNewer } from '../domain/understood.js';
import type { EventStore } from '../store/port.js';
import { isA } from './conversationEvents.js';

export interface MessageHistory {
  /** All that happened to the message, in order, from its first event on. */
  readonly events: readonly RecordedEvent[];
  /** The last revision of its stream when it was read. */
  readonly revision: bigint;
}

/** Where a message begins: nothing is told about it before. */
const beginnings = ['MessageReceived', 'MessageSent'] as const;

/**
 * Reads a message's history, backwards: a conversation may be long, and its end is what people ask about.
 *
 * @returns undefined when there is none, or a newer version of the router has the message in hand
 */
export const readHistory = async (
  store: EventStore,
  stream: string,
  messageId: string,
): Promise<MessageHistory | undefined> => {
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
