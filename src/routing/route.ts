import { type Clock, isoTime } from '../domain/clock.js';
import { conversationStream } from '../domain/connection.js';
import type { Pending } from '../domain/conversation.js';
import { decideRouting, type RoutingDecision } from '../domain/decide.js';
import type { NewEvent } from '../domain/event.js';
import type { Log } from '../domain/log.js';
import { type EventStore, StoreError } from '../store/port.js';
import type { Actor } from './actor.js';
import type { Actors } from './actors.js';
import { type Deciding, decide } from './decide.js';

export interface RouteNeeds {
  readonly store: EventStore;
  readonly actors: Actors;
  readonly deciding: Deciding;
  readonly clock: Clock;
  readonly log: Log;
}

/** How often a decision may meet another process's writing before the message is put off. */
const maxConflicts = 20;

/**
 * Routes one message: lets the apps decide and stores what they decided, once. A message that is no longer waiting
 * (another process, an earlier run or an operator settled it) is left alone.
 *
 * @throws {StoreError} `unavailable` when the store cannot take the decision now: nothing is lost, ask again
 */
export const routeMessage = async (needs: RouteNeeds, stream: string, messageId: string): Promise<void> => {
  const actor = await needs.actors.of(stream);
  if (actor === undefined) return;
  if (!actor.conversation.waiting.has(messageId)) await actor.catchUp(needs.store);
  for (let conflicts = 0; conflicts < maxConflicts; conflicts += 1) {
    const pending = actor.conversation.waiting.get(messageId);
    if (pending === undefined) return;
    if (await decideAndRecord(needs, actor, pending)) return;
  }
  throw new StoreError('unavailable', `Another process kept writing to ${stream}.`);
};

/** @returns false when someone else changed what the decision went by */
const decideAndRecord = async (needs: RouteNeeds, actor: Actor, pending: Pending): Promise<boolean> => {
  const now = new Date(needs.clock.now());
  const { conversation, memory } = actor;
  const isCurrent = () => actor.memory === memory;
  try {
    const decision = await decide(needs.deciding, { conversation, memory }, pending, now);
    return await record(needs, actor, pending, decision, now, isCurrent);
  } catch (error) {
    if (error instanceof StoreError && error.code !== 'too-large' && error.code !== 'invalid') throw error;
    return await record(needs, actor, pending, unstorable(error), now, isCurrent);
  }
};

const record = async (
  { store, log }: RouteNeeds,
  actor: Actor,
  pending: Pending,
  decision: RoutingDecision,
  now: Date,
  isCurrent: () => boolean,
): Promise<boolean> => {
  const own = conversationStream(actor.connection);
  // Texts to others go first: should the process end in between, the message is routed again, to the same ids.
  for (const { stream, events } of decideRouting(
    actor.connection,
    pending,
    decision,
    isoTime(now.getTime()),
  )) {
    if (stream !== own) await store.append(stream, events);
    else if (!(await appendOwn(store, actor, pending, events, isCurrent))) return false;
  }
  if (decision.kind === 'failed') {
    const { app, phase, error } = decision;
    log.error({ stream: own, messageId: pending.message.messageId, app, phase, error }, 'routing failed');
  }
  return true;
};

/**
 * Appends at the place where the decision was taken. What others wrote meanwhile (the next message, a delivery report)
 * does not touch the decision as long as the apps' memory is the same and the message still waits.
 */
const appendOwn = async (
  store: EventStore,
  actor: Actor,
  { message }: Pending,
  events: readonly NewEvent[],
  isCurrent: () => boolean,
): Promise<boolean> => {
  for (let conflicts = 0; conflicts < maxConflicts; conflicts += 1) {
    const { expectedRevision } = actor;
    try {
      const { stored, revision } = await store.append(actor.stream, events, { expectedRevision });
      if (stored && actor.expectedRevision === expectedRevision) actor.appended(events);
      else if (!actor.knows(revision)) await actor.catchUp(store);
      return true;
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'conflict')) throw error;
      await actor.catchUp(store);
      if (!actor.conversation.waiting.has(message.messageId)) return true;
      if (!isCurrent()) return false;
    }
  }
  throw new StoreError('unavailable', `Another process kept writing to ${actor.stream}.`);
};

/** What the apps decided cannot be stored (too much, not JSON), or the router itself is at fault: a person has to see it. */
const unstorable = (error: unknown): RoutingDecision => ({
  kind: 'failed',
  app: 'router',
  phase: 'handle',
  error: error instanceof Error ? error.message : String(error),
  trace: [],
});
