import type { LoggedEvent } from './log.js';
import { firstFrom } from './order.js';
import { type StreamMetadata, tombstoneRevision } from './streamMetadata.js';

/** One stream of the stand-in. What its metadata hides from its readers is in $all until a scavenge. */
export class StreamState {
  /** In order; a scavenge leaves gaps. */
  readonly events: LoggedEvent[] = [];
  /** Revision of the last event that was ever written, hidden or not; -1 without any. */
  last = -1;
  tombstoned = false;
  #metadata: StreamMetadata = {};

  /** @param isMetadata - of another stream: only its last event counts */
  constructor(private readonly isMetadata: boolean) {}

  add(event: LoggedEvent): void {
    this.events.push(event);
    if (event.revision === tombstoneRevision) this.tombstoned = true;
    else this.last = event.revision;
  }

  configure(metadata: StreamMetadata): void {
    this.#metadata = metadata;
  }

  get metadata(): StreamMetadata {
    return this.#metadata;
  }

  /** Soft: there is nothing to read, and what is written next carries on with the revisions. */
  get deleted(): boolean {
    return (this.#metadata.$tb ?? 0) >= tombstoneRevision;
  }

  /** To its readers. One whose events are all hidden exists, and is empty. */
  get exists(): boolean {
    return this.last >= 0 && !this.deleted;
  }

  /** @param now - milliseconds since 1970 */
  hides({ revision, created }: LoggedEvent, now: number): boolean {
    const { $tb = 0, $maxCount = Number.POSITIVE_INFINITY, $maxAge } = this.#metadata;
    if (revision === tombstoneRevision) return false;
    if (this.isMetadata && revision < this.last) return true;
    if (revision < $tb || revision <= this.last - $maxCount) return true;
    return $maxAge !== undefined && created < now - $maxAge * 1_000;
  }

  /** The event at a revision, hidden or not, as long as no scavenge took it. */
  at(revision: number): LoggedEvent | undefined {
    const event = this.events[firstFrom(this.events, revision, (one) => one.revision)];
    return event?.revision === revision ? event : undefined;
  }
}
