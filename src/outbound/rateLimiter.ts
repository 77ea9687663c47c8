import type { Clock } from '../domain/clock.js';

/** Waits for its turn; at once when there is no limit. */
export type RateLimiter = (signal: AbortSignal) => Promise<void> | undefined;

/**
 * Spreads turns evenly: one each 1000/perSecond ms, no burst after a silence. Turns are handed out on an absolute scale,
 * so a timer that fires late costs nothing in the long run.
 */
export const createRateLimiter = (perSecond: number | undefined, clock: Clock): RateLimiter => {
  if (perSecond === undefined) return () => undefined;
  const spacing = 1_000 / perSecond;
  let next = Number.NEGATIVE_INFINITY;
  return (signal) => {
    const now = clock.steady();
    const turn = Math.max(now, next);
    next = turn + spacing;
    // Timers know no less than a millisecond.
    return turn - now < 1 ? undefined : clock.sleep(Math.ceil(turn - now), signal);
  };
};
