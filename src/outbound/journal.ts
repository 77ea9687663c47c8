import type { Clock } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import { type EventStore, isFinal, isRestored, StoreError } from '../store/port.js';
import { tellFailure } from '../store/tell.js';
import type { CircuitBreaker } from './circuitBreaker.js';
import { probeDelay, type Random } from './policy.js';
import { type Outcome, record, recordRetry, tellUnrecordable } from './record.js';
import type { Unrecorded } from './unrecorded.js';

/**
 * `never`: it can never be stored, which was told. `given up`: the store is closed or the time to stop is over, and the
 * process still knows it.
 */
export type Recorded = 'recorded' | 'never' | 'given up';

export type Journal = (outcome: Outcome) => Promise<Recorded>;

export interface JournalNeeds {
  readonly store: EventStore;
  readonly breaker: CircuitBreaker;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Takes what is given up. */
  readonly unrecorded: Unrecorded;
  /** Aborts when the time to stop in order is over. */
  readonly cut: AbortSignal;
}

/**
 * Records what became of an attempt, however long that takes: an outcome that is not recorded would be a second copy of
 * the text after the next start. Until it works no attempt begins. What the store will never take ends at once: nobody
 * else's texts wait for it.
 */
export const createJournal =
  ({ store, breaker, clock, random, log, unrecorded, cut }: JournalNeeds): Journal =>
  async (outcome) => {
    const { stream } = outcome.request;
    let isWaiting = false;
    for (let tries = 0; ; tries += 1) {
      try {
        await record({ store, log }, outcome);
        if (isWaiting) log.info({ stream, tries: tries + 1 }, 'outcome recorded at last');
        break;
      } catch (error) {
        if (isFinal(error)) {
          tellUnrecordable(log, outcome, error);
          if (isWaiting) breaker.storeWorks();
          return 'never';
        }
        if (isRestored(error)) continue;
        if (!isWaiting) {
          breaker.storeFailed();
          isWaiting = true;
          tellFailure(
            log,
            'error',
            { stream, err: error },
            'outcome of an attempt cannot be recorded: lane waits for the store',
          );
        }
        if (cut.aborted || (error instanceof StoreError && error.code === 'closed')) {
          unrecorded.keep(outcome);
          return 'given up';
        }
        await clock.sleep(probeDelay(tries + 1, recordRetry, random), cut);
      }
    }
    if (isWaiting) breaker.storeWorks();
    return 'recorded';
  };
