import type { AnyApp } from '../apps/app.js';
import type { Connection } from '../domain/connection.js';
import type { NewEvent } from '../domain/event.js';
import { Folded } from './folded.js';

/** Events that were stored together. */
interface Entry {
  /** Revision of the first. */
  readonly revision: number;
  /** Of a decision: the revision up to which its apps knew the conversation. */
  readonly seen?: number;
  readonly events: readonly NewEvent[];
  /** They are known to be ours, without having been looked into. */
  readonly areOurs?: boolean;
}

/**
 * Entries that lie beyond what the last decision knew, at most. Only a decision that took very long is behind by more; it is
 * then taken in the light of a little more than was known.
 */
const maxAhead = 1_024;

/**
 * One conversation as it grows, to be looked at from each of its decisions: what was stored while apps were deciding, they
 * did not know.
 */
export class Story {
  #base: Folded;
  /** Not folded yet, in the order of the stream. */
  #ahead: Entry[] = [];

  constructor(
    readonly connection: Connection,
    private readonly apps: readonly AnyApp[],
  ) {
    this.#base = new Folded(connection, apps);
  }

  /** Another that goes its own way from here on. */
  fork(): Story {
    const other = new Story(this.connection, this.apps);
    other.#base = this.#base.copy();
    other.#ahead = [...this.#ahead];
    return other;
  }

  add(entry: Entry): void {
    this.#ahead.push(entry);
    if (this.#ahead.length > maxAhead) this.#fold(this.#ahead.shift());
  }

  /** What was known up to this revision, and of decisions that went by the same one what the earlier ones had decided. */
  seenAt(revision: number): Folded {
    for (let next = this.#ahead[0]; next !== undefined && next.revision <= revision; [next] = this.#ahead)
      this.#fold(this.#ahead.shift());
    if (!this.#ahead.some(({ seen }) => seen === revision)) return this.#base;
    const folded = this.#base.copy();
    for (const entry of this.#ahead) if (entry.seen === revision) folded.take(entry.events, entry.areOurs);
    return folded;
  }

  /** All of it. */
  whole(): Folded {
    return this.seenAt(Number.POSITIVE_INFINITY);
  }

  #fold(entry: Entry | undefined): void {
    if (entry !== undefined) this.#base.take(entry.events, entry.areOurs);
  }
}
