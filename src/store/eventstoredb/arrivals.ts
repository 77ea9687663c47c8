import type { Readable } from 'node:stream';
import { NoAnswer } from './batch.js';

/** A reading or a subscription of the client. */
export interface Reading<Item> extends Readable {
  cancel?(): Promise<void>;
  unsubscribe?(): Promise<void>;
  read(): Item | null;
}

/** Tells when more can be read from a reading, that there is no more, or why not. */
export class Arrivals {
  #error: unknown;
  #over = false;
  #changed = false;
  #wake: (() => void) | undefined;

  /** @param patienceMs - how long the server may send nothing, while it is waited for; may change */
  constructor(
    private readonly reading: Reading<unknown>,
    public patienceMs: number,
  ) {
    reading.on('readable', () => this.nudge());
    reading.on('end', () => this.#end());
    reading.on('close', () => this.#closed());
    reading.on('error', (error) => {
      this.#error ??= error;
      this.#end();
    });
  }

  /** Waits for a change. @returns true when nothing will come any more */
  async ended(): Promise<boolean> {
    if (!this.#changed && !this.#over) await this.#wait();
    this.#changed = false;
    if (this.#error !== undefined) throw this.#error;
    return this.#over && this.reading.readableLength === 0;
  }

  /** Something changed that the reading itself does not tell. */
  nudge(): void {
    this.#changed = true;
    this.#wake?.();
  }

  /**
   * Ends the call: one that is left alone counts among the hundred that a connection may have. Not awaited: while the
   * client connects there is no call yet, and it may connect for long. Destroyed only then: before, what lies unread keeps the
   * call's memory for ever.
   */
  leave(): void {
    const { reading } = this;
    const destroy = () => {
      reading.destroy();
    };
    const cancelled = reading.cancel?.() ?? reading.unsubscribe?.();
    if (cancelled === undefined) destroy();
    else cancelled.then(destroy, destroy);
    this.#end();
  }

  async #wait(): Promise<void> {
    const late = () => {
      this.#error ??= new NoAnswer(`Nothing came for ${this.patienceMs} ms.`);
      this.#end();
    };
    const timer = Number.isFinite(this.patienceMs) ? setTimeout(late, this.patienceMs) : undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    clearTimeout(timer);
  }

  /** Without an end before: cut off, and the client does not say so when it was it that cancelled the call. */
  #closed(): void {
    if (!this.#over) this.#error ??= Object.assign(new Error('The reading was cut off.'), { code: 14 });
    this.#end();
  }

  #end(): void {
    this.#over = true;
    this.nudge();
  }
}

/** The items of a reading as they come. Leaving it, early or not, ends the call. */
export async function* itemsOf<Item>(
  reading: Reading<Item>,
  patienceMs: number,
): AsyncGenerator<Item, void, undefined> {
  const arrivals = new Arrivals(reading, patienceMs);
  try {
    for (;;) {
      const item = reading.read();
      if (item !== null) yield item;
      else if (await arrivals.ended()) return;
    }
  } finally {
    arrivals.leave();
  }
}
