/** Which conversations a process routes: those of some of the partitions that they are spread over. */
export interface Assignment {
  /** Into how many partitions conversations are spread. */
  readonly partitionCount: number;
  /** By the number of each partition that is held: up to which position its messages are routed; undefined: none yet. */
  readonly held: ReadonlyMap<number, string | undefined>;
}

/** All conversations, from one place on: a process by itself. */
export const wholeAssignment = (mark?: string): Assignment => ({
  partitionCount: 1,
  held: new Map([[0, mark]]),
});

export const emptyAssignment: Assignment = { partitionCount: 1, held: new Map() };
