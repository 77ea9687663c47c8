import type { Clock } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import { type EventStore, isFinal, isRestored, StoreError } from '../store/port.js';
import { storeAnew } from '../store/recordAnew.js';
import { tellFailure } from '../store/tell.js';
import type { Gate } from './gate.js';
import { probeDelay, type Random } from './policy.js';
import type { Outcome, Unrecorded } from './unrecorded.js';

/** Between two tries of an append. */
export const recordRetry = { firstMs: 100, maxMs: 10_000 };

/**
 * `never`: it can never be stored, which was told. `given up`: the store is closed or the time to stop is over, and the
 * process still knows it.
 */
export type Recorded = 'recorded' | 'never' | 'given up';

export type Journal = (outcome: Outcome) => Promise<Recorded>;

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
 * the text after the next start. Until it works the gate stays shut. What the store will never take ends at once: nobody
 * else's texts wait for it.
 */
export const createJournal =
  ({ store, gate, clock, random, log, unrecorded, cut }: JournalNeeds): Journal =>
  async (outcome) => {
    const { stream } = outcome.request;
    let isShut = false;
    for (let tries = 0; ; tries += 1) {
      try {
        await record({ store, log }, outcome);
        if (isShut) log.info({ stream, tries: tries + 1 }, 'outcome recorded at last');
        break;
      } catch (error) {
        if (isFinal(error)) {
          tellUnrecordable(log, outcome, error);
          if (isShut) gate.storeWorks();
          return 'never';
        }
        if (isRestored(error)) continue;
        if (!isShut) {
          gate.storeFailed();
          isShut = true;
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
    if (isShut) gate.storeWorks();
    return 'recorded';
  };

/** @throws {StoreError} */
export const record = async (
  needs: Pick<JournalNeeds, 'store' | 'log'>,
  { request, events, timeline }: Outcome,
): Promise<void> => {
  const { store } = needs;
  const { stream } = request;
  if (timeline === store.timeline) {
    await store.append(stream, events, { timeline });
    return;
  }
  // A store that was restored may have lost what the outcome is of. First that, if it has.
  await storeAnew(needs, request);
  await store.append(stream, events);
};

/** The log is then the only place that tells it. */
export const tellUnrecordable = (log: Log, { request, events }: Outcome, error: StoreError): void => {
  const outcome = events.map(({ type, data }) => ({ type, data }));
  log.error(
    { stream: request.stream, err: error, asked: request.data, outcome },
    'what became of a text can never be stored: this is all that is known of it',
  );
};
