import { type Clock, isoTime } from '../domain/clock.js';
import type { Conversation, Pending } from '../domain/conversation.js';
import { type Appends, decideRouting, type RoutingDecision } from '../domain/decide.js';
import type { NewEvent } from '../domain/event.js';
import type { Decider } from '../domain/events.js';
import type { Log } from '../domain/log.js';
import { type EventStore, StoreError } from '../store/port.js';
import type { Actor } from './actor.js';
import type { Actors } from './actors.js';
import { basisOf } from './basis.js';
import { type Deciding, decide } from './decide.js';
import type { RoutingListener } from './listener.js';
import { findWaiting, tellIfCut, type WaitingMessage } from './waiting.js';

export interface RouteNeeds {
  readonly store: EventStore;
  readonly actors: Actors;
  readonly deciding: Deciding;
  /** Who takes the decisions here; absent: that is not recorded. */
  readonly decider?: () => Decider | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly listener?: Pick<RoutingListener, 'decided'>;
}

/** How often a decision may meet another process's writing before the message is put off. */
const maxConflicts = 20;
/** Messages of one conversation whose decisions are stored in one append, at most, … */
const maxBatch = 32;
/** … and for how long, in milliseconds, another one is taken in: the first must not wait for slow apps. */
const batchMs = 5;

/**
 * Routes one message, and with it those of its conversation that wait behind it: the apps decide on one after the other, and what
 * they decide is stored in one append, once. A message that is no longer waiting (another process, an earlier run or
 * an operator settled it) is left alone.
 *
 * @throws {StoreError} that is `retryable` when the store cannot take the decision now: nothing is lost, ask again. Any
 * other: it can never be stored
 */
export const routeMessage = async (needs: RouteNeeds, waiting: WaitingMessage): Promise<void> => {
  const { event, messageId } = waiting;
  let before: Conversation | undefined;
  for (let conflicts = 0; conflicts < maxConflicts; conflicts += 1) {
    const actor = await needs.actors.of(event.stream);
    if (actor === undefined) return;
    await findWaiting(needs, actor, waiting);
    if (!actor.conversation.waiting.has(messageId)) return await tellIfCut(needs, waiting, before, actor);
    before = actor.conversation;
    const settled = await decideAndRecord(needs, actor, messageId);
    if (settled.includes(messageId)) return;
  }
  throw new StoreError('unavailable', `Another process kept writing to ${event.stream}.`);
};

interface Decided {
  readonly pending: Pending;
  readonly decision: RoutingDecision;
  readonly appends: Appends;
}

/** @returns the messages whose decisions are stored: none when they count for nothing, and are to be taken anew */
const decideAndRecord = async (
  needs: RouteNeeds,
  actor: Actor,
  messageId: string,
): Promise<readonly string[]> => {
  try {
    return await record(needs, actor, await decideWaiting(needs, actor));
  } catch (error) {
    if (error instanceof StoreError && error.code !== 'too-large' && error.code !== 'invalid') throw error;
    // One decision spoils the append, or the router itself is at fault: by itself, so that no other suffers.
    const pending = actor.conversation.waiting.get(messageId);
    return pending === undefined ? [] : await recordAlone(needs, actor, pending);
  }
};

/** The decisions on what waits, oldest first, each in the light of those before. */
const decideWaiting = async (needs: RouteNeeds, actor: Actor): Promise<readonly Decided[]> => {
  const { clock } = needs;
  const begun = clock.steady();
  const ahead = actor.copy();
  const decided: Decided[] = [];
  for (const pending of actor.conversation.waiting.values()) {
    const one = await decideOne(needs, ahead, pending, clock.now());
    decided.push(one);
    ahead.foresee(one.appends.at(-1)?.events ?? []);
    if (decided.length >= maxBatch || clock.steady() - begun > batchMs) break;
  }
  return decided;
};

const decideOne = async (
  needs: RouteNeeds,
  actor: Actor,
  pending: Pending,
  nowMs: number,
): Promise<Decided> => {
  const decision = await decide(needs.deciding, actor, pending, new Date(nowMs));
  return { pending, decision, appends: appendsOf(needs, actor, pending, decision, nowMs) };
};

const appendsOf = (
  { decider }: RouteNeeds,
  { connection, revision }: Actor,
  pending: Pending,
  decision: RoutingDecision,
  nowMs: number,
): Appends => decideRouting(connection, pending, decision, isoTime(nowMs), basisOf(decider?.(), revision));

const recordAlone = async (needs: RouteNeeds, actor: Actor, pending: Pending): Promise<readonly string[]> => {
  const nowMs = needs.clock.now();
  try {
    return await record(needs, actor, [await decideOne(needs, actor, pending, nowMs)]);
  } catch (error) {
    if (error instanceof StoreError && error.code !== 'too-large' && error.code !== 'invalid') throw error;
    const decision = unstorable(error);
    const appends = appendsOf(needs, actor, pending, decision, nowMs);
    return await record(needs, actor, [{ pending, decision, appends }]);
  }
};

const record = async (
  { store, log, listener }: RouteNeeds,
  actor: Actor,
  decided: readonly Decided[],
): Promise<readonly string[]> => {
  const own: NewEvent[] = [];
  // Texts to others go first: should the process end in between, the message is routed again, to the same ids.
  for (const { stream, events } of decided.flatMap(({ appends }) => appends)) {
    if (stream === actor.stream) own.push(...events);
    else await appendElsewhere(store, stream, events);
  }
  const messageIds = decided.map(({ pending }) => pending.message.messageId);
  if (!(await appendOwn(store, actor, messageIds, own))) return [];
  for (const { pending, decision } of decided) {
    tell(log, actor.stream, pending.message.messageId, decision);
    listener?.decided(actor.connection.backend, pending, decision);
  }
  return messageIds;
};

/** What can never be stored there is this message's own failure. */
const appendElsewhere = async (
  store: EventStore,
  stream: string,
  events: readonly NewEvent[],
): Promise<void> => {
  try {
    await store.append(stream, events);
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'deleted')) throw error;
    throw new StoreError('invalid', `A text to ${stream} cannot be stored: ${error.message}`, {
      cause: error,
    });
  }
};

const tell = (log: Log, stream: string, messageId: string, decision: RoutingDecision): void => {
  if (decision.kind === 'failed') {
    const { app, phase, error } = decision;
    log.error({ stream, messageId, app, phase, error }, 'routing failed');
  } else {
    const { outcome, app, texts } = decision;
    log.info({ stream, messageId, outcome, app, texts: texts.length }, 'routed');
  }
};

/**
 * Appends at the place where the decisions were taken. What others wrote meanwhile (the next message, a delivery report)
 * does not touch them as long as the apps' memory is the same and the messages still wait.
 *
 * @returns false when it does touch them: they count for nothing, and are taken anew
 */
const appendOwn = async (
  store: EventStore,
  actor: Actor,
  messageIds: readonly string[],
  events: readonly NewEvent[],
): Promise<boolean> => {
  const { memory } = actor;
  for (let conflicts = 0; conflicts < maxConflicts; conflicts += 1) {
    const { expectedRevision } = actor;
    try {
      const options = { expectedRevision, timeline: actor.timeline };
      const { stored, revision } = await store.append(actor.stream, events, options);
      // Of a stream that hid all it had, nobody knows what came before these events.
      const isNext = expectedRevision !== 'any' && actor.expectedRevision === expectedRevision;
      if (stored && isNext) actor.appended(events, revision);
      else if (!actor.knows(revision)) await actor.catchUp(store);
      return true;
    } catch (error) {
      if (error instanceof StoreError && error.code === 'restored') return false;
      if (!(error instanceof StoreError && error.code === 'conflict')) throw error;
      await actor.catchUp(store);
      const { waiting } = actor.conversation;
      if (actor.memory !== memory || !messageIds.every((messageId) => waiting.has(messageId))) return false;
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
