import type { LoggedEvent } from './log.js';

/** One stream of the stand-in. Deleting hides events from its readers; $all keeps them until a scavenge. */
export class StreamState {
  readonly events: LoggedEvent[] = [];
  /** Revision of the last event that was ever written; -1 without any. */
  last = -1;
  tombstoned = false;
  #deleted = false;
  #truncateBefore = 0;
  #maxCount = Number.POSITIVE_INFINITY;

  add(event: LoggedEvent): void {
    this.events.push(event);
    this.last = event.revision;
    this.#deleted = false;
  }

  /** Soft: what is written next carries on with the revisions. */
  delete(): void {
    this.#deleted = true;
    this.#truncateBefore = this.last + 1;
  }

  /** What was written to its metadata stream. */
  configure(metadata: { readonly $maxCount?: number; readonly $tb?: number }): void {
    this.#maxCount = metadata.$maxCount ?? Number.POSITIVE_INFINITY;
    this.#truncateBefore = Math.max(this.#truncateBefore, metadata.$tb ?? 0);
  }

  get exists(): boolean {
    return this.last >= 0 && !this.#deleted;
  }

  /** What its readers get. */
  visible(): readonly LoggedEvent[] {
    const first = Math.max(this.#truncateBefore, this.last + 1 - this.#maxCount);
    return first <= 0 ? this.events : this.events.filter(({ revision }) => revision >= first);
  }
}
