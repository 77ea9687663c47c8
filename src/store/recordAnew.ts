import type { Clock } from '../domain/clock.js';
import type { RecordedEvent } from '../domain/event.js';
import type { Log } from '../domain/log.js';
import { type EventStore, isFinal } from './port.js';

const pauseMs = 500;

export interface RecordAnewNeeds {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Stores once more what a store that was restored to an earlier state has lost and this process still has in hand, in this order.
 * What the store still has is recognised by its id. Goes on until it has worked, or `stop` aborts.
 */
export const recordAnew = async (
  { store, clock, log }: RecordAnewNeeds,
  inHand: readonly RecordedEvent[],
  stop: AbortSignal,
): Promise<void> => {
  for (const { stream, id, type, data, metadata } of inHand) {
    for (let done = false; !done && !stop.aborted; ) {
      try {
        const { stored } = await store.append(stream, [{ id, type, data, metadata }]);
        if (stored) log.warn({ stream, id, type }, 'the store had lost this: recorded anew');
        done = true;
      } catch (error) {
        done = isFinal(error);
        log.warn({ err: error, stream, id, type }, 'what the store has lost is not recorded anew yet');
        if (!done) await clock.sleep(pauseMs, stop);
      }
    }
  }
};
