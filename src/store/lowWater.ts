/**
 * The checkpoint of a reader that finishes things out of order: the last position such that everything at or before it
 * is done. Holds what is open and nothing else, so that one message waiting for an hour costs no memory.
 */
export class LowWater<Thing> {
  #seen: string | undefined;
  /** Per open thing, in reading order: the position before its own. */
  readonly #open = new Map<Thing, string | undefined>();

  constructor(from: string | undefined) {
    this.#seen = from;
  }

  /** Everything up to `position` was read. */
  seen(position: string): void {
    this.#seen = position;
  }

  /** `thing` was read at `position` and is not done. */
  open(thing: Thing, position: string): void {
    this.#open.set(thing, this.#seen);
    this.#seen = position;
  }

  done(thing: Thing): void {
    this.#open.delete(thing);
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Of those that are open the one that was read first. */
  get first(): Thing | undefined {
    const [first] = this.#open.keys();
    return first;
  }

  /** Those that are open, in reading order. */
  get all(): readonly Thing[] {
    return [...this.#open.keys()];
  }

  get mark(): string | undefined {
    const first = this.#open.values().next();
    return first.done === true ? this.#seen : first.value;
  }
}
