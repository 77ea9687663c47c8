/** How the processes on one store keep track of each other; docs/configuration.md describes the keys. Milliseconds. */
export interface WorkerSettings {
  /** Between two signs of life. */
  readonly beatMs: number;
  /** Without one for so long, the others take the shares. */
  readonly takeoverMs: number;
}

export const workerDefaults: WorkerSettings = { beatMs: 1_000, takeoverMs: 10_000 };

/** Into how many shares the conversations are spread: more processes than this have nothing to route. */
export const defaultShares = 32;

/** Of `takeoverMs`: without a sign of life for so long a process puts its own shares down, so that it has when they are taken. */
export const restAfter = 0.6;
