import type { Conversation } from '../domain/conversation.js';
import type { RecordedEvent } from '../domain/event.js';
import type { Log } from '../domain/log.js';
import type { EventStore } from '../store/port.js';
import { storeAnew } from '../store/recordAnew.js';
import type { Actor } from './actor.js';

/** A message to route: the event that makes it wait. */
export interface WaitingMessage {
  readonly event: RecordedEvent;
  readonly messageId: string;
  /** It was stored this moment. */
  readonly isNew: boolean;
  /** Of the store, when it was read. */
  readonly timeline: number;
}

/** A message to route, and whom to tell how that ended. */
export interface Task extends WaitingMessage {
  /** `routed`: it need not be taken up again. */
  readonly end: (how: 'routed' | 'put off') => void;
}

interface FindNeeds {
  readonly store: EventStore;
  readonly log: Log;
}

/** Has the actor know the message, if it waits. */
export const findWaiting = async (needs: FindNeeds, actor: Actor, waiting: WaitingMessage): Promise<void> => {
  const { event, messageId, isNew } = waiting;
  if (actor.conversation.waiting.has(messageId)) return;
  const mayBeHidden = await lookFor(needs, actor, waiting);
  if (actor.conversation.waiting.has(messageId) || !isNew || !mayBeHidden) return;
  // A stream may be set to keep its last events only, or to hide what is written to it: then it is answered all the same.
  if (!(await isToldOf(needs.store, event.stream, messageId))) actor.remind(event);
};

/** @returns true when the stream may not show the message, though the store has it */
const lookFor = async (
  needs: FindNeeds,
  actor: Actor,
  { event, timeline }: WaitingMessage,
): Promise<boolean> => {
  if (timeline !== actor.timeline) {
    // A store that was restored since has either still got the message or lost it; its revision says nothing there. What a
    // person put back is theirs to put back again.
    const isReceived = event.type === 'MessageReceived';
    if (isReceived) await storeAnew(needs, event);
    await actor.catchUp(needs.store);
    return isReceived;
  }
  const knowsIt = actor.knows(event.revision) && !actor.isCutAway(event.revision);
  if (!knowsIt) await actor.catchUp(needs.store);
  return actor.isCutAway(event.revision);
};

/** Something of what became of the message is left. */
const isToldOf = async (store: EventStore, stream: string, messageId: string): Promise<boolean> => {
  for await (const { data } of store.readStream(stream))
    if ((data as { readonly messageId?: unknown }).messageId === messageId) return true;
  return false;
};

/**
 * Someone else has routed it, unless its conversation was deleted or cut while it waited.
 *
 * @param before - the conversation when it was decided on, if it was
 */
export const tellIfCut = async (
  { store, log }: FindNeeds,
  { event, messageId, isNew, timeline }: WaitingMessage,
  before: Conversation | undefined,
  actor: Actor,
): Promise<void> => {
  const { stream, revision } = event;
  if (before === undefined) {
    const mayBeHidden = !isNew && (timeline !== actor.timeline || actor.isCutAway(revision));
    if (!mayBeHidden || (await isToldOf(store, stream, messageId))) return;
  } else if (before.received <= actor.conversation.received) return;
  log.warn({ stream, messageId }, 'not routed: its conversation was deleted or cut meanwhile');
};
