/** Of how many, and the times that half, nine of ten and ninety-nine of a hundred of them took at most, in milliseconds. */
export interface Spread {
  readonly n: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly longest: number;
}

/** Of how many, and the times that half, 95 and 99 of a hundred of them took at most, in milliseconds. */
export interface Quantiles {
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
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
    const at = this.#shares();
    return { n: this.#n, p50: at(0.5), p90: at(0.9), p99: at(0.99), longest: this.#longest };
  }

  /** Undefined without any. */
  quantiles(): Quantiles | undefined {
    if (this.#n === 0) return undefined;
    const at = this.#shares();
    return { n: this.#n, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }

  /** What a share of them took at most. */
  #shares(): (share: number) => number {
    const sorted = [...this.#counts].sort(([one], [other]) => one - other);
    return (share) => atShare(sorted, this.#n, share) ?? this.#longest;
  }
}

/**
 * What a share of the values is at most.
 *
 * @param sorted - values, growing, each with how many there are
 * @param n - of all
 */
export const atShare = (
  sorted: readonly (readonly [value: number, count: number])[],
  n: number,
  share: number,
): number | undefined => {
  let left = Math.ceil(n * share);
  for (const [value, count] of sorted) {
    left -= count;
    if (left <= 0) return value;
  }
  return undefined;
};
