// The calls that were put aside: what is listed, and what is sent again.
import { type Clock, isoTime, type NewId } from '../domain/clock.js';
import type { NewEvent, RecordedEvent } from '../domain/event.js';
import { type EventStore, StoreError } from '../store/port.js';
import {
  aboutCall,
  type CallOrigin,
  isOurs,
  type WebhookCallAbandoned,
  type WebhookCallRequeued,
  webhookStream,
} from './events.js';

/** A call that waits for a person. */
export type FailedCall = Omit<WebhookCallAbandoned['data'], 'webhook'> & {
  /** Where the next page begins ({@link FailedOptions}). */
  readonly place: string;
  readonly correlationId: string;
};

export interface FailedOptions {
  /** The place of the last call of the page before. */
  readonly before?: string;
  readonly limit?: number;
}

export interface FailedPage {
  readonly calls: readonly FailedCall[];
  /** There are more, older ones. */
  readonly hasMore: boolean;
}

export interface Signature {
  readonly by: string;
  readonly why?: string;
}

/** What became of a call that was to be sent again. */
export interface SentAgain {
  readonly eventId: string;
  /** Why it cannot be. */
  readonly problem?: string;
}

/** The newest first. Who has it sent again takes it from the list; refused once more, it comes back. */
export const failedCalls = async (
  store: Pick<EventStore, 'readStream'>,
  webhook: string,
  { before, limit = 50 }: FailedOptions = {},
): Promise<FailedPage> => {
  const calls: FailedCall[] = [];
  const from = before === undefined ? undefined : BigInt(before);
  for await (const call of failedIn(store, webhook)) {
    if (from !== undefined && BigInt(call.place) >= from) continue;
    if (calls.length >= limit) return { calls, hasMore: true };
    calls.push(call);
  }
  return { calls, hasMore: false };
};

/** So many events are read to count what waits: more is seldom, and said to be more. */
const countedIn = 10_000;

export const countFailed = async (
  store: Pick<EventStore, 'readStream'>,
  webhook: string,
): Promise<{ readonly putAside: number; readonly orMore: boolean }> => {
  let putAside = 0;
  for await (const _ of failedIn(store, webhook, countedIn)) putAside += 1;
  const last = { direction: 'backwards', maxCount: 1 } as const;
  for await (const { revision } of store.readStream(webhookStream(webhook), last))
    return { putAside, orMore: revision >= countedIn };
  return { putAside, orMore: false };
};

/** Backwards: what was sent again since is known before it is met. */
async function* failedIn(
  store: Pick<EventStore, 'readStream'>,
  webhook: string,
  maxCount?: number,
): AsyncGenerator<FailedCall> {
  const known = new Set<string>();
  const reading = { direction: 'backwards' as const, ...(maxCount === undefined ? {} : { maxCount }) };
  for await (const event of store.readStream(webhookStream(webhook), reading)) {
    const eventId = callIn(event);
    if (eventId === undefined || known.has(eventId)) continue;
    known.add(eventId);
    if (isOurs(event, 'WebhookCallAbandoned')) yield failedCall(event);
  }
}

const callIn = (event: RecordedEvent): string | undefined =>
  isOurs(event, 'WebhookCallAbandoned') || isOurs(event, 'WebhookCallRequeued')
    ? event.data.eventId
    : undefined;

const failedCall = ({ data, revision, metadata }: RecordedEvent<WebhookCallAbandoned>): FailedCall => {
  const { webhook: _, ...call } = data;
  return { ...call, place: String(revision), correlationId: metadata.$correlationId };
};

/** Ids of calls, or all that wait: those that were put aside up to a place, which whoever chose has seen. */
export type Chosen = readonly string[] | { readonly upTo?: string };

export interface Resending {
  readonly store: Pick<EventStore, 'readStream' | 'append'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: NewId;
}

/** Of one append. */
const batchSize = 200;
/** How often it is tried again when someone else writes at the same time. */
const tries = 5;

/**
 * Has calls sent again, by whichever process works on the webhook, in the order in which they were put aside.
 *
 * @throws {StoreError} `conflict` when others keep doing the same
 */
export const sendAgain = async (
  needs: Resending,
  webhook: string,
  chosen: Chosen,
  signature: Signature,
): Promise<readonly SentAgain[]> => {
  const isChosen = choosing(chosen);
  const done = new Set<string>();
  for (let failures = 0; ; ) {
    try {
      const count = await sendBatch(needs, webhook, isChosen, signature, done);
      if (count < batchSize) break;
    } catch (error) {
      failures += 1;
      if (!(error instanceof StoreError && error.code === 'conflict') || failures >= tries) throw error;
    }
  }
  const ids = isList(chosen) ? [...new Set(chosen)] : [...done];
  return ids.map((eventId) =>
    done.has(eventId) ? { eventId } : { eventId, problem: `no call ${eventId} waits to be sent again` },
  );
};

const isList = (chosen: Chosen): chosen is readonly string[] => Array.isArray(chosen);

const choosing = (chosen: Chosen): ((call: FailedCall) => boolean) => {
  if (isList(chosen)) {
    const ids = new Set(chosen);
    return ({ eventId }) => ids.has(eventId);
  }
  const upTo = chosen.upTo === undefined ? undefined : BigInt(chosen.upTo);
  return ({ place }) => upTo === undefined || BigInt(place) <= upTo;
};

/** The oldest of those that wait and are chosen. @returns how many */
const sendBatch = async (
  { store, clock, newId }: Resending,
  webhook: string,
  isChosen: (call: FailedCall) => boolean,
  { by, why }: Signature,
  done: Set<string>,
): Promise<number> => {
  const { revision, waiting } = await waitingIn(store, webhook);
  const batch = waiting.filter((call) => !done.has(call.eventId) && isChosen(call)).slice(0, batchSize);
  if (batch.length === 0 || revision === undefined) return 0;
  const events = batch.map(({ eventId, stream, revision, correlationId }): NewEvent<WebhookCallRequeued> => {
    const origin: CallOrigin = { webhook, eventId, stream, revision };
    const told = why === undefined || why === '' ? {} : { why };
    return {
      type: 'WebhookCallRequeued',
      data: { ...origin, by, ...told, requeuedAt: isoTime(clock.now()) },
      id: newId(),
      metadata: aboutCall(eventId, correlationId),
    };
  });
  // Two who do the same at the same time: the second finds the stream moved on, and the calls sent.
  await store.append(webhookStream(webhook), events, { expectedRevision: revision });
  for (const { eventId } of batch) done.add(eventId);
  return batch.length;
};

/** The oldest first, and up to which revision of the stream that is so. */
const waitingIn = async (
  store: Pick<EventStore, 'readStream'>,
  webhook: string,
): Promise<{ readonly revision: bigint | undefined; readonly waiting: readonly FailedCall[] }> => {
  const waiting = new Map<string, FailedCall>();
  let last: bigint | undefined;
  for await (const event of store.readStream(webhookStream(webhook))) {
    last = event.revision;
    const eventId = callIn(event);
    if (eventId !== undefined) waiting.delete(eventId);
    if (isOurs(event, 'WebhookCallAbandoned')) waiting.set(event.data.eventId, failedCall(event));
  }
  return { revision: last, waiting: [...waiting.values()] };
};
