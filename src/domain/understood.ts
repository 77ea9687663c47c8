import type { RecordedEvent } from './event.js';
import { type ConversationEvent, schemaVersion } from './events.js';

type Judged = Pick<RecordedEvent, 'type' | 'data' | 'metadata'>;

/** What each of our events says in words, beside `messageId`: without them nothing can be made of it. */
const wordsOf = {
  MessageReceived: ['text'],
  MessageRouted: [],
  RoutingFailed: [],
  MessageSent: ['text'],
  MessageCancelled: ['text'],
  MessageDispatched: [],
  DispatchFailed: [],
  DispatchUnclear: [],
  MessageAbandoned: [],
  DeliveryReported: ['status'],
  MessageRequeued: ['direction'],
  MessageDiscarded: ['direction'],
} as const satisfies Record<ConversationEvent['type'], readonly string[]>;

/** All that the router itself writes to a conversation. */
export const conversationTypes: readonly string[] = Object.keys(wordsOf);

/**
 * A newer version of the router has written it: its fields may mean something else. It is kept, and whoever folds leaves the
 * message alone that it is about, for it is in the hands of that version.
 */
export const isNewer = ({ metadata }: Pick<Judged, 'metadata'>): boolean => metadata.schema > schemaVersion;

/** It bears the name of one of ours and says nothing of what that says: someone else's, and passed over. */
export const isForeign = (event: Judged): boolean =>
  !isNewer(event) && Object.hasOwn(wordsOf, event.type) && !saysAll(event);

/** It may be folded: one of ours, or of a type that is not ours at all. */
export const isUnderstood = (event: Judged): boolean => !isNewer(event) && !isForeign(event);

const saysAll = ({ type, data }: Judged): boolean => {
  const said = data as Readonly<Record<string, unknown>> | null;
  const words = wordsOf[type as keyof typeof wordsOf];
  return typeof said?.messageId === 'string' && words.every((name) => typeof said[name] === 'string');
};
