import { Signal } from '../store/signal.js';
import type { KeptLine } from './checkpoint.js';
import { Line, type LineName, type LineSource, lineKey } from './line.js';

/** For each first attempt that can be made at the same time, so many conversations may wait for theirs. */
const untriedPerSlot = 4;

/** So often a call was refused while others were accepted meanwhile: the receiver takes others, and not this one. */
const refusedBesideOthers = 3;

/** Beyond the window calls are put aside; at so many times the window nothing more is read, and less is enough for that. */
const fullAt = 2;

export interface Limits {
  readonly concurrency: number;
  readonly window: number;
}

/** The conversations that have calls waiting, and nothing of those that have not. */
export class Lines {
  readonly #lines = new Map<string, Line>();
  /** Those whose first call was tried in vain. */
  readonly #failing = new Set<Line>();
  readonly #changed = new Signal();

  /** @param work - begins to make the calls of a line */
  constructor(
    private readonly limits: Limits,
    private readonly sourceOf: (name: LineName) => LineSource,
    private readonly work: (line: Line) => void,
  ) {}

  get all(): Iterable<Line> {
    return this.#lines.values();
  }

  get failing(): ReadonlySet<Line> {
    return this.#failing;
  }

  /** The line of that name, a new one if there is none. */
  of(name: LineName, waiting?: KeptLine): { readonly line: Line; readonly isNew: boolean } {
    const key = lineKey(name);
    const known = this.#lines.get(key);
    if (known !== undefined) return { line: known, isNew: false };
    const line = new Line(name, this.sourceOf(name), waiting);
    this.#lines.set(key, line);
    return { line, isNew: true };
  }

  begin(line: Line): void {
    this.work(line);
  }

  failed(line: Line): void {
    this.#failing.add(line);
    this.#changed.notify();
  }

  /** Its first call is done with. */
  settled(line: Line): void {
    this.#failing.delete(line);
    this.#changed.notify();
  }

  end(line: Line): void {
    this.#lines.delete(lineKey(line.name));
    this.#changed.notify();
  }

  /** What pauses goes on. */
  wakeAll(which: (line: Line) => boolean = () => true): void {
    for (const line of this.#lines.values()) if (which(line)) line.wake();
    this.#changed.notify();
  }

  /**
   * Resolves when another line may be opened, or it is stopped. Calls that fail hold up nobody, unless none is accepted any more:
   * then what is left in the store waits there.
   */
  async room(isStopped: () => boolean): Promise<void> {
    for (;;) {
      const { version } = this.#changed;
      this.#crowdOut();
      if (isStopped() || this.#hasRoom) return;
      await this.#changed.changedSince(version);
    }
  }

  get #hasRoom(): boolean {
    const { concurrency, window } = this.limits;
    const failing = this.#failing.size;
    return failing < window * fullAt && this.#lines.size - failing < concurrency * untriedPerSlot;
  }

  /** Of those that are refused while others are accepted, the ones that were refused for the longest have to go. */
  #crowdOut(): void {
    const { window } = this.limits;
    if (this.#failing.size <= window) return;
    const failing = [...this.#failing];
    const enough = failing.length < window * fullAt ? refusedBesideOthers : 1;
    const going = failing.filter(({ isCrowdedOut }) => isCrowdedOut).length;
    const tooMany = failing.length - window - going;
    if (tooMany <= 0) return;
    const oldest = failing
      .filter((line) => !line.isCrowdedOut && line.refusedBesideOthers >= enough)
      .sort((a, b) => (a.refusedSinceMs ?? 0) - (b.refusedSinceMs ?? 0))
      .slice(0, tooMany);
    for (const line of oldest) {
      line.isCrowdedOut = true;
      line.wake();
    }
  }
}
