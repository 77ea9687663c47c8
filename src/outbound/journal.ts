import type { Clock } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import { type EventStore, StoreError } from '../store/port.js';
import type { Gate } from './gate.js';
import { probeDelay, type Random } from './policy.js';
import type { Outcome, Unrecorded } from './unrecorded.js';

/** Between two tries of an append. */
export const recordRetry = { firstMs: 100, maxMs: 10_000 };

/** False: given up, because the store is closed or the time to stop is over. */
export type Journal = (outcome: Outcome) => Promise<boolean>;

export interface JournalNeeds {
  readonly store: EventStore;
  readonly gate: Gate;
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
 * the text after the next start. Until it works the gate stays shut.
 */
export const createJournal =
  ({ store, gate, clock, random, log, unrecorded, cut }: JournalNeeds): Journal =>
  async (outcome) => {
    const { events, request } = outcome;
    const { stream } = request;
    for (let tries = 0; ; tries += 1) {
      try {
        await store.append(stream, events);
        if (tries > 0) {
          gate.storeWorks();
          log.info({ stream, tries: tries + 1 }, 'outcome recorded at last');
        }
        return true;
      } catch (error) {
        if (tries === 0) {
          gate.storeFailed();
          log.error({ stream, error }, 'outcome of an attempt cannot be recorded: lane waits for the store');
        }
        if (cut.aborted || (error instanceof StoreError && error.code === 'closed')) {
          unrecorded.keep(outcome);
          return false;
        }
        await clock.sleep(probeDelay(tries + 1, recordRetry, random), cut);
      }
    }
  };
