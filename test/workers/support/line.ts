import type { Clock } from '../../../src/domain/clock.js';
import { type Agreement, type Agreements, StoreError } from '../../../src/store/port.js';

/** What processes have asked of a store. */
export class Tally {
  reads = 0;
  /** Heartbeats by the node that wrote them. */
  readonly heartbeats = new Map<string, number>();
  replaced = 0;
  refused = 0;
  /** Calls that are not answered yet. */
  underWay = 0;
}

/** One process's way to the store and to its clock. It can be cut, and the process can be frozen at any moment. */
export class Line {
  /** The store cannot be reached. */
  cut = false;
  /** What is asked for is done, and the answer gets lost. */
  losesAnswers = false;
  /** The group that it reads instead of the one that there is: from a node of the store that is behind. */
  behind: Agreement | undefined;
  readonly agreements: Agreements;
  readonly heartbeats: Agreements;
  readonly clock: Clock;
  #frozen: Promise<void> | undefined;
  #thaw = () => {};

  constructor(
    store: () => { readonly agreements: Agreements; readonly heartbeats: Agreements },
    clock: Clock,
    tally: Tally,
    node: string,
    /** Awaited before and after each call. */
    private readonly delay: () => Promise<void> = async () => {},
  ) {
    const { heartbeats } = tally;
    this.agreements = this.#counted(
      () => store().agreements,
      tally,
      () => {
        tally.replaced += 1;
      },
    );
    this.heartbeats = this.#counted(
      () => store().heartbeats,
      tally,
      () => {
        heartbeats.set(node, (heartbeats.get(node) ?? 0) + 1);
      },
    );
    this.clock = {
      now: () => clock.now(),
      steady: () => clock.steady(),
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal);
        await this.#frozen;
      },
    };
  }

  /** From now on nothing happens in it. What it has asked for is done all the same. */
  freeze(): void {
    this.#frozen ??= new Promise((resolve) => {
      this.#thaw = resolve;
    });
  }

  thaw(): void {
    this.#frozen = undefined;
    this.#thaw();
  }

  get isFrozen(): boolean {
    return this.#frozen !== undefined;
  }

  #counted(agreements: () => Agreements, tally: Tally, replaced: () => void): Agreements {
    return {
      read: (name) =>
        this.#through(tally, () => {
          tally.reads += 1;
          return name === 'workers' && this.behind ? Promise.resolve(this.behind) : agreements().read(name);
        }),
      replace: (...args) =>
        this.#through(tally, async () => {
          try {
            const version = await agreements().replace(...args);
            replaced();
            return version;
          } catch (error) {
            if (error instanceof StoreError && error.code === 'conflict') tally.refused += 1;
            throw error;
          }
        }),
    };
  }

  async #through<Result>(tally: Tally, call: () => Promise<Result>): Promise<Result> {
    tally.underWay += 1;
    try {
      this.#check();
      await this.delay();
      const result = await call();
      await this.delay();
      this.#check();
      if (this.losesAnswers) throw new StoreError('unavailable', 'No answer.');
      return result;
    } finally {
      tally.underWay -= 1;
      await this.#frozen;
    }
  }

  #check(): void {
    if (this.cut) throw new StoreError('unavailable', 'Away.');
  }
}
