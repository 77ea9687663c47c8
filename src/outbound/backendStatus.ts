import type { Pause } from '../domain/backendPause.js';
import type { LaneState } from './laneStatus.js';
import type { LaneReport } from './outbound.js';
import { nobodyDelivers } from './reasons.js';

/** A backend, as people and programs see it, whichever process delivers for it. */
export interface BackendStatus {
  readonly name: string;
  readonly engine: string;
  readonly state: LaneState;
  /** ISO, UTC; absent where nobody tells it. */
  readonly since?: string;
  /** Why it is so: what the gateway said, or a person. */
  readonly reason?: string;
  /** The person who has paused it. */
  readonly by?: string;
  /** When the gateway is tried next: ISO, UTC. */
  readonly retryAt?: string;
  /** The process that delivers for it. */
  readonly node?: string;
  /** Absent: no process has them in hand. */
  readonly work?: {
    readonly waiting: number;
    /** Its window is full: more may wait in the store. */
    readonly isMore: boolean;
    readonly inFlight: number;
    /** Since when the oldest waits: ISO, UTC. */
    readonly oldest?: string;
  };
  /** Texts that the gateway took in each of the last 30 minutes, since `since` at the earliest; the last minute is not over. */
  readonly taken?: { readonly since: string; readonly minutes: readonly number[] };
  readonly lastTaken?: string;
  readonly lastFailure?: LastFailure;
  /** Its keys of the configuration, secrets blanked. */
  readonly configuration: object;
}

export interface LastFailure {
  readonly at: string;
  readonly code: string;
  readonly detail: string;
}

/** What of the configuration is told of a backend. */
export interface ConfiguredLane {
  readonly name: string;
  readonly engine: string;
  /** See `LaneSettings.window`. */
  readonly window: number;
  /** Secrets blanked. */
  readonly configuration: object;
}

/** A lane, and the process that has told of it. */
export interface ToldLane {
  readonly node: string;
  readonly lane: LaneReport;
}

/** From events: what was before any process began to count. */
export interface History {
  readonly lastTaken?: string;
  readonly lastFailure?: LastFailure;
}

interface Known {
  readonly pause: Pause | undefined;
  /** Undefined: no process delivers for it. */
  readonly told: ToldLane | undefined;
  /** Of texts that no process has in hand. */
  readonly waiting: Waiting | undefined;
  readonly history: History;
}

export type Waiting = Pick<NonNullable<BackendStatus['work']>, 'waiting' | 'isMore' | 'oldest'>;

/** A pause is what the events tell: what a process has told may be some seconds old. */
export const backendStatus = (
  { name, engine, window, configuration }: ConfiguredLane,
  { pause, told, waiting, history }: Known,
): BackendStatus => ({
  name,
  engine,
  ...stateOf(pause, told?.lane),
  ...(waiting === undefined ? {} : { work: { ...waiting, inFlight: 0 } }),
  ...(told === undefined ? {} : partsOf(told, window)),
  ...lastOf(history, told?.lane.recent),
  configuration,
});

type State = Pick<BackendStatus, 'state' | 'since' | 'reason' | 'by' | 'retryAt'>;

const stateOf = (pause: Pause | undefined, lane: LaneReport | undefined): State => {
  if (pause !== undefined) return { state: 'paused', since: pause.since, reason: pause.why, by: pause.by };
  if (lane === undefined) return { state: 'stopped', reason: nobodyDelivers };
  const { state, since, reason, by, retryAt } = lane;
  // It was resumed a moment ago.
  if (by !== undefined) return { state: 'running' };
  return {
    state,
    since,
    ...(reason === undefined ? {} : { reason }),
    ...(retryAt === undefined ? {} : { retryAt }),
  };
};

const partsOf = (
  { node, lane: { waiting, inFlight, oldest, recent } }: ToldLane,
  window: number,
): Pick<BackendStatus, 'node' | 'work' | 'taken'> => ({
  node,
  work: {
    waiting,
    isMore: waiting + inFlight >= window,
    inFlight,
    ...(oldest === undefined ? {} : { oldest }),
  },
  taken: { since: recent.since, minutes: recent.minutes },
});

/** The later of what a process has seen and what the events tell. */
const lastOf = (
  history: History,
  seen: History | undefined,
): Pick<BackendStatus, 'lastTaken' | 'lastFailure'> => {
  const lastTaken = [seen?.lastTaken, history.lastTaken]
    .flatMap((at) => at ?? [])
    .toSorted()
    .at(-1);
  const lastFailure = [seen?.lastFailure, history.lastFailure]
    .flatMap((failure) => failure ?? [])
    .toSorted((one, other) => one.at.localeCompare(other.at))
    .at(-1);
  return {
    ...(lastTaken === undefined ? {} : { lastTaken }),
    ...(lastFailure === undefined ? {} : { lastFailure }),
  };
};
