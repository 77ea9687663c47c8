/** Time as an argument: what needs it gets a Clock, so that tests and replay choose it. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Milliseconds of a clock that nobody sets, since any moment: waiting goes by it, whatever becomes of the date. */
  steady(): number;
  /** Resolves after `ms` milliseconds, or at once (without rejecting) when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Makes the next id: a UUID, time-ordered (version 7). */
export type NewId = () => string;

/** Milliseconds since 1970 as event data holds them. */
export const isoTime = (ms: number): string => new Date(ms).toISOString();
