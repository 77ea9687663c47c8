import type { Group } from './group.js';

interface Heard {
  readonly beat: string;
  readonly atMs: number;
}

/**
 * Who has not been heard of for how long, by this process's own steady clock: what the others' clocks say does not matter.
 * Whoever acts on it replaces the very version it was read from, so a beat that comes meanwhile wins.
 */
export class Silence {
  readonly #heard = new Map<string, Heard>();
  #lookedMs = Number.NEGATIVE_INFINITY;

  /**
   * @param nowMs - steady; never goes back
   * @returns the nodes whose beat has stood still for their takeover time
   */
  of({ members }: Group, self: string, nowMs: number): ReadonlySet<string> {
    const deafMs = nowMs - this.#lookedMs;
    this.#lookedMs = nowMs;
    const silent = new Set<string>();
    for (const [node, { session, beat, takeoverMs }] of Object.entries(members)) {
      if (node === self) continue;
      const told = `${session} ${beat}`;
      const heard = this.#heard.get(node);
      // While this process could not listen, perhaps since the store was away, the others could not beat either.
      if (heard?.beat !== told || deafMs > takeoverMs / 2) this.#heard.set(node, { beat: told, atMs: nowMs });
      else if (nowMs - heard.atMs > takeoverMs) silent.add(node);
    }
    for (const node of this.#heard.keys()) if (members[node] === undefined) this.#heard.delete(node);
    return silent;
  }
}
