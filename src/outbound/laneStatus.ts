import { isoTime } from '../domain/clock.js';
import type { BreakerStatus } from './circuitBreaker.js';

/** How a lane is. */
export type LaneState =
  /** Not started, stopped, or crashed and about to start again. */
  | 'stopped'
  /** It reads what was stored before, and hands over what is left to do of that. */
  | 'catching-up'
  | 'running'
  /** The gateway or the store is away: it is tried now and then. Or a person has paused it, who resumes it too. */
  | 'paused'
  /** The gateway refuses us: a person must mend the settings. */
  | 'held';

/** What may follow on what, as docs/architecture.md shows it. */
export const laneLife: Readonly<Record<LaneState, readonly LaneState[]>> = {
  stopped: ['catching-up', 'paused'],
  'catching-up': ['running', 'paused', 'held', 'stopped'],
  running: ['paused', 'held', 'stopped'],
  paused: ['catching-up', 'running', 'held', 'stopped'],
  held: ['catching-up', 'running', 'paused', 'stopped'],
};

/** How a lane is, for those who watch the router: `/readyz` says it in these words. */
export interface LaneStatus {
  readonly backend: string;
  readonly state: LaneState;
  /** ISO, UTC. */
  readonly since: string;
  readonly reason?: string;
  /** The person who has paused it, of whom `reason` is; absent where it did so by itself. */
  readonly by?: string;
  /** When the gateway is tried next: ISO, UTC. */
  readonly retryAt?: string;
  /** Taken up, not final, and not with the gateway. At most the window: more may wait in the store. */
  readonly waiting: number;
  readonly inFlight: number;
  /** Since when the oldest of them waits: ISO, UTC. */
  readonly oldest?: string;
}

interface Run {
  readonly breaker: { readonly status: BreakerStatus };
  readonly isCatchingUp: boolean;
  readonly waiting: number;
  readonly inFlight: number;
  readonly oldest?: string | undefined;
}

export const statusOfRun = (
  backend: string,
  { breaker, isCatchingUp, waiting, inFlight, oldest }: Run,
): LaneStatus => {
  const { sinceMs, retryAtMs, ...told } = breaker.status;
  const state = isCatchingUp && told.state === 'running' ? 'catching-up' : told.state;
  return {
    backend,
    ...told,
    state,
    since: isoTime(sinceMs),
    ...(retryAtMs === undefined ? {} : { retryAt: isoTime(retryAtMs) }),
    waiting,
    inFlight,
    ...(oldest === undefined ? {} : { oldest }),
  };
};

export const stoppedStatus = (
  backend: string,
  { sinceMs, reason }: { readonly sinceMs: number; readonly reason: string },
): LaneStatus => ({ backend, state: 'stopped', since: isoTime(sinceMs), reason, waiting: 0, inFlight: 0 });
