import { isIPv6 } from 'node:net';

/** So many wrong passwords in a row, then a pause. */
const perName = 5;
/** Several people may sit behind one address. */
const perAddress = 20;
const pauseMs = 15 * 60_000;
/** Names and addresses that are remembered, each. */
const remembered = 10_000;

/** `left`: how many more tries there are after this one. */
export type Try =
  | { readonly allowed: true; readonly left: number }
  | { readonly allowed: false; readonly waitMs: number };

/**
 * Counts the wrong tries to log in, per name and per address, in memory of a fixed size. A try counts when it begins, so that many
 * at the same moment are no more than many one after the other.
 */
export class Attempts {
  readonly #names: Counts;
  readonly #addresses: Counts;

  /** @param steady - milliseconds of a clock that nobody sets */
  constructor(steady: () => number) {
    this.#names = new Counts(steady, perName);
    this.#addresses = new Counts(steady, perAddress);
  }

  /** @param name - as it is compared */
  begin(name: string, address: string): Try {
    const key = networkOf(address);
    const waitMs = Math.max(this.#names.waitMs(name), this.#addresses.waitMs(key));
    if (waitMs > 0) return { allowed: false, waitMs };
    const left = Math.min(this.#names.count(name), this.#addresses.count(key));
    return { allowed: true, left };
  }

  /** It was no wrong one. Those of others from the same address stay counted. */
  succeeded(name: string, address: string): void {
    this.#names.forget(name);
    this.#addresses.uncount(networkOf(address));
  }
}

/** Whoever has one address of IPv6 has the 2^64 beside it. */
const networkOf = (address: string): string => {
  if (!isIPv6(address) || /^::ffff:/i.test(address)) return address.replace(/^::ffff:/i, '');
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const [before, after] = [head, tail ?? ''].map((part) => part.split(':').filter((word) => word !== ''));
  const zeros = Array.from({ length: 8 - (before?.length ?? 0) - (after?.length ?? 0) }, () => '0');
  const groups = tail === undefined ? (before ?? []) : [...(before ?? []), ...zeros, ...(after ?? [])];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
};

interface Count {
  readonly tries: number;
  readonly lastMs: number;
}

class Counts {
  /** The one that was tried last comes last. */
  readonly #counts = new Map<string, Count>();

  constructor(
    private readonly steady: () => number,
    private readonly most: number,
  ) {}

  /** 0: a try is free. */
  waitMs(key: string): number {
    const { tries, lastMs } = this.#current(key);
    return tries < this.most ? 0 : Math.ceil(lastMs + pauseMs - this.steady());
  }

  /** @returns how many are left */
  count(key: string): number {
    const tries = this.#current(key).tries + 1;
    this.#counts.delete(key);
    this.#counts.set(key, { tries, lastMs: this.steady() });
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > remembered && oldest !== undefined) this.#counts.delete(oldest);
    return this.most - tries;
  }

  uncount(key: string): void {
    const { tries, lastMs } = this.#current(key);
    if (tries <= 1) this.#counts.delete(key);
    else this.#counts.set(key, { tries: tries - 1, lastMs });
  }

  forget(key: string): void {
    this.#counts.delete(key);
  }

  /** What is a pause ago is forgotten. */
  #current(key: string): Count {
    const count = this.#counts.get(key);
    return count === undefined || this.steady() >= count.lastMs + pauseMs ? { tries: 0, lastMs: 0 } : count;
  }
}
