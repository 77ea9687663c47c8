/** Something that will happen. */
interface Item {
  readonly at: number;
  /** Of things at the same time the one that was put down first comes first. */
  readonly nth: number;
  readonly weight: number;
  readonly happen: () => void | Promise<void>;
}

const isBefore = (a: Item, b: Item): boolean => a.at < b.at || (a.at === b.at && a.nth < b.nth);

/** What will happen when, earliest first: a heap, since there are millions of them. */
export class Agenda {
  readonly #heap: Item[] = [];
  #nth = 0;
  #weight = 0;

  /** Time of the next item, in ms since 1970; undefined when nothing is left. */
  get next(): number | undefined {
    return this.#heap[0]?.at;
  }
  /** Events that may follow from what is left, at most. */
  get weight(): number {
    return this.#weight;
  }

  /** @param weight - events that may follow from it, at most */
  add(at: number, weight: number, happen: Item['happen']): void {
    this.#nth += 1;
    this.#weight += weight;
    const heap = this.#heap;
    const item = { at, nth: this.#nth, weight, happen };
    let place = heap.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(item, parent)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = item;
  }

  /** Takes the next item from the list. */
  take(): Item | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined) return undefined;
    if (heap.length > 0) this.#sink(last);
    this.#weight -= first.weight;
    return first;
  }

  #sink(item: Item): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      const [a, b] = [heap[left], heap[right]];
      if (a === undefined) break;
      const [below, child] = b !== undefined && isBefore(b, a) ? [right, b] : [left, a];
      if (!isBefore(child, item)) break;
      heap[place] = child;
      place = below;
    }
    heap[place] = item;
  }
}
