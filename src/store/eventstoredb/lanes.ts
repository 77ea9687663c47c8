interface Waiting {
  readonly conditional: boolean;
  start(): void;
}

/**
 * Work on a stream one at a time, in the order of the calls, but what expects a revision before what does not: an actor
 * then has no conflict with a message that comes in meanwhile. Over all streams at most so much at once.
 */
export class StreamLanes {
  /** Streams with work under way, and what waits for it to end. */
  readonly #lanes = new Map<string, Waiting[]>();
  readonly #waitingForSlot: (() => void)[] = [];
  #free: number;
  #idle: (() => void)[] = [];

  constructor(slots: number) {
    this.#free = slots;
  }

  async run<Result>(stream: string, conditional: boolean, work: () => Promise<Result>): Promise<Result> {
    const lane = this.#lanes.get(stream);
    if (lane) await new Promise<void>((start) => lane.push({ conditional, start }));
    else this.#lanes.set(stream, []);
    try {
      if (this.#free > 0) this.#free -= 1;
      else await this.#slot();
      return await work();
    } finally {
      this.#giveSlot();
      this.#next(stream);
    }
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    if (this.#lanes.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #next(stream: string): void {
    const lane = this.#lanes.get(stream) ?? [];
    const place = Math.max(
      lane.findIndex(({ conditional }) => conditional),
      0,
    );
    const [next] = lane.splice(place, 1);
    if (next) next.start();
    else this.#lanes.delete(stream);
    if (this.#lanes.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #slot(): Promise<void> {
    return new Promise((resolve) => this.#waitingForSlot.push(resolve));
  }

  /** To who waits for it, if anyone does. */
  #giveSlot(): void {
    const next = this.#waitingForSlot.shift();
    if (next) next();
    else this.#free += 1;
  }
}
