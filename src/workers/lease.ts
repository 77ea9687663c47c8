import { releaseAfter, type WorkerSettings } from './settings.js';

/**
 * How long this process may go on with what it holds: from a heartbeat that reached the store on, for less than the others
 * wait before they take over. Asked before what cannot be undone, since a process that was stopped in its tracks
 * finds the world changed between two of its steps.
 */
export class Lease {
  readonly #limitMs: number;
  #renewedMs = Number.NEGATIVE_INFINITY;

  /** @param steadyMs - milliseconds of a clock that nobody sets */
  constructor(
    { takeoverMs }: WorkerSettings,
    readonly steadyMs: () => number,
  ) {
    this.#limitMs = takeoverMs * releaseAfter;
  }

  /** @param sinceMs - when the heartbeat was begun */
  renew(sinceMs: number): void {
    this.#renewedMs = sinceMs;
  }

  /** Milliseconds since the store last took a heartbeat: each is a write to its disk. */
  get silentMs(): number {
    return this.steadyMs() - this.#renewedMs;
  }

  get holds(): boolean {
    return this.silentMs <= this.#limitMs;
  }
}
