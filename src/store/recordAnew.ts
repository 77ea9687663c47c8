import type { Clock } from '../domain/clock.js';
import type { RecordedEvent } from '../domain/event.js';
import type { Log } from '../domain/log.js';
import { type EventStore, isFinal, isNoPlace, StoreError } from './port.js';
import { tellFailure } from './tell.js';

const pauseMs = 500;

export interface RecordAnewNeeds {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** One event, unless the store still has it: where it was, or in its stream under its id. */
export const storeAnew = async (
  { store, log }: Pick<RecordAnewNeeds, 'store' | 'log'>,
  event: RecordedEvent,
): Promise<void> => {
  if (await isWhereItWas(store, event)) return;
  const { stream, id, type, data, metadata } = event;
  const { stored } = await store.append(stream, [{ id, type, data, metadata }]);
  if (stored) log.warn({ stream, id, type }, 'the store had lost this: recorded anew');
};

/** A stream that was cut shows less than the store has: there an id is not found, though the store has lost nothing of it. */
const isWhereItWas = async (store: EventStore, { id, position }: RecordedEvent): Promise<boolean> => {
  try {
    for await (const event of store.readAll({ from: position, maxCount: 1 })) return event.id === id;
  } catch (error) {
    if (!isNoPlace(error)) throw error;
  }
  return false;
};

/**
 * Stores once more what a store that was restored to an earlier state has lost and this process still has in hand, in this order.
 * What the store still has is recognised by its id. Goes on until it has worked, or `stop` aborts.
 */
export const recordAnew = async (
  needs: RecordAnewNeeds,
  inHand: readonly RecordedEvent[],
  stop: AbortSignal,
): Promise<void> => {
  const { clock, log } = needs;
  for (const event of inHand) {
    const { stream, id, type } = event;
    for (let done = false; !done && !stop.aborted; ) {
      try {
        await storeAnew(needs, event);
        done = true;
      } catch (error) {
        if (error instanceof StoreError && error.code === 'closed') return;
        done = isFinal(error);
        const fields = { err: error, stream, id, type };
        tellFailure(log, 'warn', fields, 'what the store has lost is not recorded anew yet');
        if (!done) await clock.sleep(pauseMs, stop);
      }
    }
  }
};

/**
 * For work that is released, perhaps since the store is away: when the store answers, it may be one that was restored meanwhile.
 * Then what this process had in hand is recorded anew, whoever goes on with it.
 *
 * @param timeline - of the store, when it was read
 */
export const recordAnewIfRestored = async (
  needs: RecordAnewNeeds,
  inHand: readonly RecordedEvent[],
  timeline: number,
): Promise<void> => {
  const [first] = inHand;
  if (first === undefined || !(await answers(needs, first.stream))) return;
  if (needs.store.timeline !== timeline) await recordAnew(needs, inHand, new AbortController().signal);
};

/** @returns false when the store is closed before it has answered */
const answers = async ({ store, clock }: RecordAnewNeeds, stream: string): Promise<boolean> => {
  for (;;) {
    try {
      for await (const _ of store.readStream(stream, { direction: 'backwards', maxCount: 1 })) break;
      return true;
    } catch (error) {
      if (error instanceof StoreError && error.code === 'closed') return false;
      await clock.sleep(pauseMs);
    }
  }
};
