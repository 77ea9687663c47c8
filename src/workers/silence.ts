import type { Group } from './group.js';
import { heartbeatAfter, lookAfter } from './settings.js';

interface Heard {
  readonly life: string;
  forMs: number;
}

/** Of the takeover time: more than this between two looks is not counted as silence. */
const countedAtMost = 1 / 4;

/**
 * Who has not been heard of for how long, by this process's own steady clock: what the others' clocks say does not matter.
 * While this process could not listen, perhaps since the store was away, the others could not beat either: such a time
 * counts little.
 */
export class Silence {
  readonly #heard = new Map<string, Heard>();
  #lookedMs = Number.NEGATIVE_INFINITY;

  /** Whether this member is to be listened to: after its last heartbeat there is none for a while. */
  isDue(node: string, takeoverMs: number, nowMs: number): boolean {
    const { forMs } = this.#heard.get(node) ?? { forMs: Number.POSITIVE_INFINITY };
    return forMs + nowMs - this.#lookedMs >= takeoverMs * (heartbeatAfter - lookAfter);
  }

  /**
   * @param lives - of the members that are listened to; what changes with each heartbeat
   * @param nowMs - steady; never goes back
   * @returns the nodes whose life has stood still for their takeover time
   */
  of(members: Group['members'], lives: ReadonlyMap<string, string>, nowMs: number): ReadonlySet<string> {
    const passedMs = nowMs - this.#lookedMs;
    this.#lookedMs = nowMs;
    const silent = new Set<string>();
    for (const [node, life] of lives) {
      const takeoverMs = members[node]?.takeoverMs ?? Number.POSITIVE_INFINITY;
      const heard = this.#heard.get(node);
      if (heard?.life !== life) {
        this.#heard.set(node, { life, forMs: 0 });
        continue;
      }
      heard.forMs += Math.min(passedMs, takeoverMs * countedAtMost);
      if (heard.forMs > takeoverMs) silent.add(node);
    }
    for (const node of this.#heard.keys()) if (!lives.has(node)) this.#heard.delete(node);
    return silent;
  }
}
