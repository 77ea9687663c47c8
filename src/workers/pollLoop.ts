import type { Clock } from '../domain/clock.js';

export interface PollLoopNeeds {
  readonly clock: Clock;
  /** From 0 to below 1: so that processes that got in each other's way do not do so again. */
  readonly random: () => number;
}

/** Does the same again and again, with pauses in between. */
export class PollLoop {
  #nap = new AbortController();

  constructor(
    private readonly needs: PollLoopNeeds,
    private readonly everyMs: number,
  ) {}

  /** The next one begins at once, or as soon as the one that runs has ended. */
  wake(): void {
    this.#nap.abort();
  }

  /** Tries until it is done. @param once - resolves to false when another process was quicker */
  async untilDone(once: () => Promise<boolean>): Promise<void> {
    while (!(await once())) await this.needs.clock.sleep(this.#soonMs);
  }

  /** @param once - resolves to false when another process was quicker: the next one comes sooner then. Never rejects */
  async run(stop: AbortSignal, once: () => Promise<boolean>): Promise<void> {
    const wake = () => this.wake();
    stop.addEventListener('abort', wake, { once: true });
    for (let pauseMs = this.everyMs; ; ) {
      await this.needs.clock.sleep(pauseMs, this.#nap.signal);
      if (stop.aborted) return;
      this.#nap = new AbortController();
      pauseMs = (await once()) ? this.everyMs : this.#soonMs;
    }
  }

  get #soonMs(): number {
    return this.needs.random() * this.everyMs;
  }
}
