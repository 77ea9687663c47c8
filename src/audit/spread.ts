/** Of how many, and the times that half, nine of ten and ninety-nine of a hundred of them took at most, in milliseconds. */
export interface Spread {
  readonly n: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly longest: number;
}

/**
 * Durations, in memory that does not grow with how many there are: up to 2,047 ms each is kept, longer ones to a thousandth. One below
 * zero, measured by clocks that differ, counts as none.
 */
export class Durations {
  readonly #counts = new Map<number, number>();
  #n = 0;
  #longest = 0;

  add(took: number): void {
    const ms = Math.max(0, took);
    const step = 2 ** Math.max(0, Math.floor(Math.log2(ms + 1)) - 10);
    const kept = Math.floor(ms / step) * step;
    this.#counts.set(kept, (this.#counts.get(kept) ?? 0) + 1);
    this.#n += 1;
    this.#longest = Math.max(this.#longest, ms);
  }

  /** Undefined without any. */
  spread(): Spread | undefined {
    if (this.#n === 0) return undefined;
    const sorted = [...this.#counts].sort(([one], [other]) => one - other);
    const at = (share: number): number => {
      let left = Math.ceil(this.#n * share);
      for (const [ms, count] of sorted) {
        left -= count;
        if (left <= 0) return ms;
      }
      return this.#longest;
    };
    return { n: this.#n, p50: at(0.5), p90: at(0.9), p99: at(0.99), longest: this.#longest };
  }
}
