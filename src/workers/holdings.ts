import type { Duty } from './duty.js';
import type { Group, Own, Standing } from './group.js';
import { roomOf, type ShareName } from './shares.js';

interface Held {
  standing: Standing;
  state: 'working' | 'stopping' | 'resting';
}

/** What this process holds, and the duties that work on it. */
export class Holdings {
  readonly #held = new Map<ShareName, Held>();
  readonly #underWay = new Set<Promise<void>>();

  /**
   * @param duties - by room
   * @param rested - called when something has come to rest
   */
  constructor(
    private readonly duties: ReadonlyMap<string, Duty>,
    private readonly rested: () => void,
  ) {}

  /** All of it, as it stands this moment. */
  get own(): ReadonlyMap<ShareName, Own> {
    const own = new Map<ShareName, Own>();
    for (const [share, { standing, state }] of this.#held) {
      const mark = state === 'working' ? this.duties.get(roomOf(share))?.mark(share) : standing.mark;
      const { clean } = standing;
      own.set(share, { clean, resting: state === 'resting', ...(mark === undefined ? {} : { mark }) });
    }
    return own;
  }

  get atRest(): boolean {
    return [...this.#held.values()].every(({ state }) => state === 'resting');
  }

  /** What a group says that I hold; nothing more, and what is new as it stood in the group before. */
  hold(shares: readonly ShareName[], before: Group): void {
    for (const share of this.#held.keys()) if (!shares.includes(share)) this.#held.delete(share);
    for (const share of shares) {
      if (this.#held.has(share)) continue;
      const { mark, clean } = before.work[share] ?? { clean: true };
      this.#held.set(share, {
        standing: { clean, ...(mark === undefined ? {} : { mark }) },
        state: 'resting',
      });
    }
  }

  /** Works on these and puts the others down. */
  work(on: ReadonlySet<ShareName>, shares: number, withinMs?: number): void {
    for (const [room, duty] of this.duties) {
      const done = this.#workIn(room, duty, on, shares, withinMs).finally(() => this.#underWay.delete(done));
      this.#underWay.add(done);
    }
  }

  /** Resolves when all that has been put down is at rest. */
  async rest(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #workIn(
    room: string,
    duty: Duty,
    on: ReadonlySet<ShareName>,
    shares: number,
    withinMs?: number,
  ): Promise<void> {
    let changed = false;
    const working = new Map<ShareName, Standing>();
    for (const [share, held] of this.#held) {
      if (roomOf(share) !== room) continue;
      const go = on.has(share) && held.state !== 'stopping';
      if (go) working.set(share, held.standing);
      if (go === (held.state === 'working') || held.state === 'stopping') continue;
      if (!go && held.state === 'resting') continue;
      held.state = go ? 'working' : 'stopping';
      changed = true;
    }
    if (!changed) return;
    for (const [share, standing] of await duty.work(working, shares, withinMs)) {
      const held = this.#held.get(share);
      if (held?.state !== 'stopping') continue;
      held.standing = standing;
      held.state = 'resting';
      this.rested();
    }
  }
}
