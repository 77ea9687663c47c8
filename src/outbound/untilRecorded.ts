import type { Clock } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import { type EventStore, isFinal, isRestored, StoreError } from '../store/port.js';
import { tellFailure } from '../store/tell.js';
import type { CircuitBreaker } from './circuitBreaker.js';
import { probeDelay, type Random } from './policy.js';
import { type Outcome, recordOutcome, recordRetry, tellUnrecordable } from './recordOutcome.js';
import type { UnrecordedOutcomes } from './unrecordedOutcomes.js';

/**
 * `never`: it can never be stored, which was told. `given up`: the store is closed or the time to stop is over, and the
 * process still knows it.
 */
export type Recorded = 'recorded' | 'never' | 'given up';

export interface RecordingNeeds {
  readonly store: EventStore;
  readonly breaker: CircuitBreaker;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Takes what is given up. */
  readonly unrecorded: UnrecordedOutcomes;
  /** Aborts when the time to stop in order is over. */
  readonly hardStop: AbortSignal;
}

/**
 * Records what became of an attempt, however long that takes: an outcome that is not recorded would be a second copy of
 * the text after the next start. Until it works no attempt begins. What the store will never take ends at once: nobody
 * else's texts wait for it.
 */
export const untilRecorded = async (needs: RecordingNeeds, outcome: Outcome): Promise<Recorded> => {
  const { breaker, clock, random, log, unrecorded, hardStop } = needs;
  const { stream } = outcome.request;
  let isWaiting = false;
  for (let tries = 0; ; tries += 1) {
    try {
      await recordOutcome(needs, outcome);
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
        const fields = { stream, err: error };
        tellFailure(
          log,
          'error',
          fields,
          'outcome of an attempt cannot be recorded: lane waits for the store',
        );
      }
      if (hardStop.aborted || (error instanceof StoreError && error.code === 'closed')) {
        unrecorded.keep(outcome);
        return 'given up';
      }
      await clock.sleep(probeDelay(tries + 1, recordRetry, random), hardStop);
    }
  }
  if (isWaiting) breaker.storeWorks();
  return 'recorded';
};
