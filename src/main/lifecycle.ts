import type { Clock } from '../domain/clock.js';
import type { Log } from '../domain/log.js';

interface Part {
  readonly name: string;
  /**
   * @param inOrder - all parts before this one ended in time
   * @param leftMs - what is left of the time for all parts
   * @returns false when something was cut short
   */
  stop(inOrder: boolean, leftMs: number): unknown;
  /** When the time is up: ends it by force. */
  cut?(): void;
}

/** What was started, to be stopped in reverse, all of it within one limit of time. */
export class Lifecycle {
  readonly #parts: Part[] = [];
  #stopping: Promise<boolean> | undefined;

  /** @param budgetMs - for the whole stop */
  constructor(
    private readonly budgetMs: number,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  started(name: string, stop: Part['stop'], cut?: () => void): void {
    this.#parts.push({ name, stop, ...(cut === undefined ? {} : { cut }) });
  }

  /** @returns true when nothing was cut short */
  stop(): Promise<boolean> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<boolean> {
    const deadline = this.clock.steady() + this.budgetMs;
    let inOrder = true;
    for (const part of this.#parts.reverse()) {
      const leftMs = Math.max(0, deadline - this.clock.steady());
      const ended = await this.#stopPart(part, inOrder, leftMs);
      if (!ended) this.log.warn({ part: part.name }, 'not stopped in time');
      inOrder &&= ended;
    }
    return inOrder;
  }

  async #stopPart(part: Part, inOrder: boolean, leftMs: number): Promise<boolean> {
    const done = new AbortController();
    const late = Symbol('late');
    try {
      // A moment even when the time is up, since most parts need none.
      const limit = this.clock.sleep(leftMs + 100, done.signal).then(() => late);
      const result = await Promise.race([part.stop(inOrder, leftMs), limit]);
      if (result === late) part.cut?.();
      return result !== late && result !== false;
    } catch (error) {
      this.log.error({ err: error, part: part.name }, 'failed to stop');
      return false;
    } finally {
      done.abort();
    }
  }
}
