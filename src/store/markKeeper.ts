import type { Clock } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import { type Checkpoints, isRestored, isTold } from './port.js';
import { tellFailure } from './tell.js';

/** A checkpoint behind the truth costs a little reading at the next start, so once a second is enough. */
const everyMs = 1_000;

export interface MarkKeeperNeeds {
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly log: Log;
}

/** Keeps a reader's low-water mark as its checkpoint. One that is not saved costs time at the next start, nothing else. */
export class MarkKeeper {
  #saved: string | undefined;
  /** That it cannot be saved, until it can. */
  #told = false;

  /**
   * @param name - of the checkpoint
   * @param from - the mark that is saved already
   * @param timeline - of the store, that the marks are of
   */
  constructor(
    private readonly needs: MarkKeeperNeeds,
    private readonly name: string,
    private readonly lowWater: { readonly mark: string | undefined },
    from: string | undefined,
    private readonly timeline: number,
  ) {
    this.#saved = from;
  }

  /** Saves it now and then until `stop` aborts; the last time is the caller's. */
  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await this.needs.clock.sleep(everyMs, stop);
      await this.save();
    }
  }

  async save(): Promise<void> {
    const { mark } = this.lowWater;
    if (mark === undefined || mark === this.#saved) return;
    try {
      await this.needs.checkpoints.save(this.name, mark, this.timeline);
      this.#saved = mark;
      this.#told = false;
    } catch (error) {
      if (isRestored(error) || this.#told) return;
      this.#told = !isTold(error);
      tellFailure(this.needs.log, 'warn', { err: error, checkpoint: this.name }, 'checkpoint not saved');
    }
  }
}
