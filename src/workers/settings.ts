/** How the processes on one store keep track of each other; docs/configuration.md describes the keys. Milliseconds. */
export interface WorkerSettings {
  /** At most so long between two polls of how the others are. */
  readonly beatMs: number;
  /** Without a heartbeat for so long a session expires, and the others take its partitions. */
  readonly takeoverMs: number;
}

export const workerDefaults: WorkerSettings = { beatMs: 1_000, takeoverMs: 10_000 };

/** Into how many partitions the conversations are spread: more processes than this have nothing to route. */
export const defaultPartitions = 32;

/** Of `takeoverMs`: between two heartbeats, each of which is a write to the store. */
export const heartbeatAfter = 1 / 3;

/** Of `takeoverMs`: for so long a heartbeat is a lease. Then a process releases its partitions, so that it has when they are taken. */
export const releaseAfter = 0.6;

/** Of `takeoverMs`: at most so long between two polls, which cost the store no writes. */
export const pollAfter = 1 / 8;

export const pollMsOf = ({ beatMs, takeoverMs }: WorkerSettings): number =>
  Math.min(beatMs, takeoverMs * pollAfter);
