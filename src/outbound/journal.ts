import type { Clock } from '../domain/clock.js';
import type { NewEvent } from '../domain/event.js';
import type { Log } from '../domain/log.js';
import { type EventStore, StoreError } from '../store/port.js';
import type { Gate } from './gate.js';
import { probeDelay, type Random } from './policy.js';

/** Between two tries of an append. */
const retry = { firstMs: 100, maxMs: 10_000 };

/** False: given up, because the store is closed or the time to stop is over. The outcome is lost. */
export type Journal = (stream: string, events: readonly NewEvent[]) => Promise<boolean>;

/**
 * Records what became of an attempt, however long that takes: an outcome that is not recorded would be a second copy of
 * the text after the next start. Until it works the gate stays shut.
 *
 * @param cut - aborts when the time to stop in order is over
 */
export const createJournal =
  (store: EventStore, gate: Gate, clock: Clock, random: Random, log: Log, cut: AbortSignal): Journal =>
  async (stream, events) => {
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
        if (cut.aborted || (error instanceof StoreError && error.code === 'closed')) return false;
        await clock.sleep(probeDelay(tries + 1, retry, random), cut);
      }
    }
  };
