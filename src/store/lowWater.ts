/**
 * Up to where everything is done, when work that was taken in order ends out of order. What stands at or before the mark
 * need never be read again.
 */
export class LowWater {
  readonly #open: { readonly position: string; done: boolean }[] = [];
  #first = 0;
  #mark: string | undefined;

  /** The last position with nothing unfinished at or before it. */
  get mark(): string | undefined {
    return this.#mark;
  }

  /** One position further, with nothing to do for it. */
  pass(position: string): void {
    if (this.#first === this.#open.length) this.#mark = position;
    else this.#open.push({ position, done: true });
  }

  /** One position further; call what is returned when its work is done. */
  take(position: string): () => void {
    const entry = { position, done: false };
    this.#open.push(entry);
    return () => {
      entry.done = true;
      this.#advance();
    };
  }

  #advance(): void {
    for (let entry = this.#open[this.#first]; entry?.done === true; entry = this.#open[this.#first]) {
      this.#mark = entry.position;
      this.#first += 1;
    }
    // Shifting the array each time would cost its length; now and then costs nothing.
    if (this.#first > 1_024 || this.#first === this.#open.length) {
      this.#open.splice(0, this.#first);
      this.#first = 0;
    }
  }
}
