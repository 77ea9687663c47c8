import type { Group } from './group.js';
import { heartbeatAfter, pollAfter } from './settings.js';

interface Heard {
  readonly signOfLife: string;
  forMs: number;
}

/** Of the takeover time: more than this between two polls is not counted as silence. */
const countedAtMost = 1 / 4;

/**
 * Who has not been heard of for how long, by this process's own steady clock: what the others' clocks say does not matter.
 * While this process could not listen, perhaps since the store was away, the others could not beat either: such a time
 * counts little.
 */
export class FailureDetector {
  readonly #heard = new Map<string, Heard>();
  #polledMs = Number.NEGATIVE_INFINITY;

  /** Whether this member is to be listened to: after its last heartbeat there is none for a while. */
  isDue(node: string, takeoverMs: number, nowMs: number): boolean {
    const { forMs } = this.#heard.get(node) ?? { forMs: Number.POSITIVE_INFINITY };
    return forMs + nowMs - this.#polledMs >= takeoverMs * (heartbeatAfter - pollAfter);
  }

  /**
   * @param signs - the last sign of life of each member that is listened to
   * @param nowMs - steady; never goes back
   * @returns the nodes that have given no new one for their takeover time
   */
  silent(members: Group['members'], signs: ReadonlyMap<string, string>, nowMs: number): ReadonlySet<string> {
    const passedMs = nowMs - this.#polledMs;
    this.#polledMs = nowMs;
    const silent = new Set<string>();
    for (const [node, signOfLife] of signs) {
      const takeoverMs = members[node]?.takeoverMs ?? Number.POSITIVE_INFINITY;
      const heard = this.#heard.get(node);
      if (heard?.signOfLife !== signOfLife) {
        this.#heard.set(node, { signOfLife, forMs: 0 });
        continue;
      }
      heard.forMs += Math.min(passedMs, takeoverMs * countedAtMost);
      if (heard.forMs > takeoverMs) silent.add(node);
    }
    for (const node of this.#heard.keys()) if (!signs.has(node)) this.#heard.delete(node);
    return silent;
  }
}
