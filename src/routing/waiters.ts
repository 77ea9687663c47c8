import type { Clock } from '../domain/clock.js';

/** How often it is looked whether someone has waited long enough, in milliseconds. */
const sweepMs = 250;

/**
 * Who waits for which message, and for how long. One sweep serves all: a timer for each message would cost more than
 * routing it.
 */
export class Waiters {
  readonly #waiting = new Map<string, { readonly resolve: () => void; readonly until: number }>();
  #sweeping = false;

  constructor(private readonly clock: Clock) {}

  /** Resolves when the message is told, or after about `withinMs`. */
  for(messageId: string, withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(messageId, { resolve, until: this.clock.steady() + withinMs });
      if (!this.#sweeping) void this.#sweep();
    });
  }

  get size(): number {
    return this.#waiting.size;
  }

  tell(messageId: string): void {
    const waiter = this.#waiting.get(messageId);
    if (waiter === undefined) return;
    this.#waiting.delete(messageId);
    waiter.resolve();
  }

  tellAll(): void {
    for (const messageId of this.#waiting.keys()) this.tell(messageId);
  }

  async #sweep(): Promise<void> {
    this.#sweeping = true;
    while (this.#waiting.size > 0) {
      await this.clock.sleep(sweepMs);
      const now = this.clock.steady();
      for (const [messageId, { until }] of this.#waiting) if (until <= now) this.tell(messageId);
    }
    this.#sweeping = false;
  }
}
