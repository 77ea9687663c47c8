import type { LowWaterMarks, PartitionName } from './partitions.js';

// What the processes on one store agree on: who is there, and to whom which partition is assigned. Kept as one agreement, so
// every step (rebalance.ts) is taken by one of them at a time, on what all the others took before. That they live they tell
// elsewhere, by heartbeats: this changes only when something happens.

export interface Group {
  /** Into how many partitions the conversations are spread. */
  readonly partitionCount: number;
  /** By the name of the node. */
  readonly members: Readonly<Record<string, Member>>;
  readonly partitions: Readonly<Record<PartitionName, Partition>>;
  /** Why no one can be a member now, and who has closed it. */
  readonly closed?: Closed;
}

/** Nothing was agreed on yet. */
export const emptyGroup: Group = { partitionCount: 0, members: {}, partitions: {} };

export interface Closed {
  readonly why: string;
  /** Of who has closed it, and how long it may be silent: as of members. */
  readonly session: string;
  readonly takeoverMs: number;
}

export interface Member {
  /** Changes with each start of the node, and when the one before has expired. */
  readonly session: string;
  /** After this many milliseconds without a heartbeat the session expires, and the others take its partitions. */
  readonly takeoverMs: number;
  /** Partitions that it can take, or rooms of which it can take any. */
  readonly takes: readonly string[];
}

/** How far the work on a partition is; of one that is held, how far it was when its holder acquired it. */
export interface Checkpoint {
  /** The low-water mark: up to here its messages are routed. Absent: from the beginning. */
  readonly mark?: string;
  /** Nothing was cut short by whoever worked on it last. */
  readonly clean: boolean;
}

export interface Partition extends Checkpoint {
  /** The node that it is assigned to. Absent: it is free. */
  readonly holder?: string;
}

export interface Me {
  readonly node: string;
  readonly session: string;
  readonly takeoverMs: number;
  readonly takes: readonly string[];
}

/** What one of the partitions that I hold is like for me. */
export interface HeldPartition extends Checkpoint {
  /** Nothing of it is in flight: it may be assigned to another. */
  readonly idle: boolean;
}

export const heldBy = ({ partitions }: Group, node: string): readonly PartitionName[] =>
  Object.keys(partitions).filter((name) => partitions[name]?.holder === node);

export const lowWaterMarksOf = (held: ReadonlyMap<PartitionName, HeldPartition>): LowWaterMarks => {
  const marks: Record<string, PartitionName[]> = {};
  for (const [name, { mark }] of held) {
    if (mark === undefined) continue;
    marks[mark] ??= [];
    marks[mark].push(name);
  }
  return marks;
};
