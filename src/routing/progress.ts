import { LowWater } from '../store/lowWater.js';
import { comparePositions, earliestPosition, laterPosition } from '../store/positions.js';
import type { Assignment } from './assignment.js';
import { partitionOf } from './partitioning.js';

/** How far one run of the pipeline is: which messages are its own, and which of them are done. */
export class RunProgress<Thing> {
  /** Where the run begins: the earliest low-water mark of its partitions. */
  readonly from: string | undefined;
  readonly lowWater: LowWater<Thing>;
  readonly #holdsAll: boolean;
  /** Past the marks of all its partitions: each message of theirs is to be routed. */
  #isPastMarks = false;

  /** @param timeline - of the store, that the marks are of */
  constructor(
    private readonly assignment: Assignment,
    readonly timeline = 0,
  ) {
    const { partitionCount, held } = assignment;
    this.#holdsAll = held.size === partitionCount;
    this.from = earliestPosition(held.values());
    this.lowWater = new LowWater(this.from);
    this.#isPastMarks = new Set(held.values()).size === 1;
  }

  /** From here on everything is new. */
  caughtUp(): void {
    this.#isPastMarks = true;
  }

  /** True when a message that was stored there is for this run. Asked for each: without a look at positions once it can. */
  isOwn(stream: string, position: string): boolean {
    if (this.#isPastMarks && this.#holdsAll) return true;
    const { partitionCount, held } = this.assignment;
    const partition = partitionOf(stream, partitionCount);
    if (!held.has(partition)) return false;
    if (this.#isPastMarks) return true;
    const mark = held.get(partition);
    return mark === undefined || comparePositions(position, mark) > 0;
  }

  /** Up to where the messages of a partition are routed. */
  markOf(partition: number): string | undefined {
    return laterPosition(this.assignment.held.get(partition), this.lowWater.mark);
  }
}
