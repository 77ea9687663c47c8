import { ClaimsTally } from '../../replay/claims.js';
import type { JobResults } from '../../replay/protocol.js';
import { Tally } from '../../replay/tally.js';
import type { PutAside } from './resume.js';

/** How far a replay is, over an interruption. */
export class Progress {
  readonly tally: Tally;
  readonly claims: ClaimsTally;
  /** What is to be run yet. */
  readonly left: readonly { readonly stream: string; readonly told: number }[];
  readonly #places: readonly number[];
  readonly #done: Set<number>;
  readonly #partly: Map<number, number>;

  constructor(
    private readonly streams: readonly string[],
    aside: PutAside | undefined,
    limit: number,
  ) {
    this.#done = new Set(aside?.done);
    this.#partly = new Map(aside?.partly);
    this.tally = new Tally(limit, aside?.tally);
    this.claims = new ClaimsTally(limit);
    this.#places = [...streams.keys()].filter((place) => !this.#done.has(place));
    this.left = this.#places.map((place) => ({
      stream: streams[place] ?? '',
      told: this.#partly.get(place) ?? 0,
    }));
  }

  get done(): number {
    return this.#done.size;
  }

  get isWhole(): boolean {
    return this.#done.size === this.streams.length;
  }

  /** @param nth - of those that were {@link left} */
  take(nth: number, { counts, shown, claims, isEnded }: JobResults): void {
    const place = this.#places[nth] ?? 0;
    this.tally.count(counts);
    for (const replayed of shown) this.tally.differ(replayed);
    for (const claim of claims) this.claims.add(claim);
    const told = Object.values(counts).reduce((sum, count) => sum + count, this.#partly.get(place) ?? 0);
    this.#partly.set(place, told);
    if (!isEnded) return;
    this.#done.add(place);
    this.#partly.delete(place);
    this.tally.close(this.streams[place] ?? '');
  }

  aside(end: string): PutAside {
    return { end, done: [...this.#done], partly: [...this.#partly], tally: this.tally.state() };
  }
}
