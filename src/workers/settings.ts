/** How the processes on one store keep track of each other; docs/configuration.md describes the keys. Milliseconds. */
export interface WorkerSettings {
  /** At most so long between two looks at how the others are. */
  readonly beatMs: number;
  /** Without a heartbeat for so long, the others take the shares. */
  readonly takeoverMs: number;
}

export const workerDefaults: WorkerSettings = { beatMs: 1_000, takeoverMs: 10_000 };

/** Into how many shares the conversations are spread: more processes than this have nothing to route. */
export const defaultShares = 32;

/** Of `takeoverMs`: between two heartbeats, each of which is a write to the store. */
export const heartbeatAfter = 1 / 3;

/** Of `takeoverMs`: without a heartbeat for so long a process puts its own shares down, so that it has when they are taken. */
export const restAfter = 0.6;

/** Of `takeoverMs`: at most so long between two looks, which cost the store no writes. */
export const lookAfter = 1 / 8;

export const lookMsOf = ({ beatMs, takeoverMs }: WorkerSettings): number =>
  Math.min(beatMs, takeoverMs * lookAfter);
