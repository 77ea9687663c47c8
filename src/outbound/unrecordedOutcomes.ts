import type { Clock } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import { type EventStore, isFinal } from '../store/port.js';
import { tellFailure } from '../store/tell.js';
import { probeDelay, type Random } from './policy.js';
import { Progress } from './progress.js';
import { type Outcome, recordOutcome, recordRetry, tellUnrecordable } from './recordOutcome.js';

export interface UnrecordedOutcomesNeeds {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/**
 * Outcomes that the store did not take before their lane had to be released. As long as the process lives it knows them: the
 * next lane of the backend begins by recording them, and hands nothing over again that the gateway has.
 */
export class UnrecordedOutcomes {
  readonly #outcomes = new Set<Outcome>();

  keep(outcome: Outcome): void {
    this.#outcomes.add(outcome);
  }

  /** Until all are recorded, or `stop` aborts: then the others stay. */
  async recordAll(needs: UnrecordedOutcomesNeeds, stop: AbortSignal): Promise<void> {
    const { clock, random, log } = needs;
    for (const outcome of this.#outcomes) {
      for (let tries = 1; this.#outcomes.has(outcome); tries += 1) {
        if (stop.aborted) return;
        try {
          await this.#recordOne(needs, outcome);
        } catch (error) {
          const { stream } = outcome.request;
          tellFailure(
            log,
            'warn',
            { stream, err: error },
            'outcome of an earlier attempt cannot be recorded',
          );
          await clock.sleep(probeDelay(tries, recordRetry, random), stop);
        }
      }
    }
  }

  /** Another process may have ended the message meanwhile. */
  async #recordOne({ store, log }: UnrecordedOutcomesNeeds, outcome: Outcome): Promise<void> {
    const { request, timeline } = outcome;
    const isOpen = timeline !== store.timeline || (await new Progress(store).of(request)) !== undefined;
    try {
      if (isOpen) {
        await recordOutcome({ store, log }, outcome);
        log.info({ stream: request.stream }, 'outcome recorded at last');
      }
    } catch (error) {
      if (!isFinal(error)) throw error;
      tellUnrecordable(log, outcome, error);
    }
    this.#outcomes.delete(outcome);
  }
}
