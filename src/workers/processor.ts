import type { Checkpoint } from './group.js';
import type { PartitionName } from './partitions.js';

/** What does the work of the partitions of one room. */
export interface Processor {
  /**
   * Works on exactly these from now on. May be called again before it has resolved.
   *
   * @param on - each with its checkpoint when it was acquired; for what was released here and held ever since, what this returned
   * @param partitionCount - into how many partitions the conversations are spread
   * @param withinMs - for what has to be released; later it is cut short
   * @returns the checkpoints of what is released, once nothing of it is in flight any more
   */
  work(
    on: ReadonlyMap<PartitionName, Checkpoint>,
    partitionCount: number,
    withinMs?: number,
  ): Promise<ReadonlyMap<PartitionName, Checkpoint>>;
  /** How far a partition is that is worked on. */
  lowWaterMark(partition: PartitionName): string | undefined;
}
