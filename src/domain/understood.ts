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

/** The same, to look up: a type may bear the name of anything that objects have. */
const ours: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(wordsOf));

/** All that the router itself writes to a conversation. */
export const conversationTypes: readonly string[] = Object.keys(wordsOf);

/**
 * A newer version of the router has written it: its fields may mean something else. It is kept, and whoever folds leaves the
 * message alone that it is about, for it is in the hands of that version.
 */
export const isNewer = ({ metadata }: Pick<Judged, 'metadata'>): boolean => metadata.schema > schemaVersion;

/** It bears the name of one of ours and says nothing of what that says: someone else's, and passed over. */
export const isForeign = (event: Judged): boolean => !isNewer(event) && !saysAll(event, ours.get(event.type));

/** It may be folded: one of ours, or of a type that is not ours at all. */
export const isUnderstood = (event: Judged): boolean => !isNewer(event) && !isForeign(event);

const saysAll = (event: Judged, words: readonly string[] | undefined): boolean => {
  if (words === undefined) return true;
  const said = event.data as Readonly<Record<string, unknown>> | null;
  if (typeof said?.messageId !== 'string') return false;
  for (const name of words) if (typeof said[name] !== 'string') return false;
  return true;
};
