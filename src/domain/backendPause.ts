import type { RecordedEvent } from './event.js';
import type { BackendPaused, BackendResumed } from './events.js';
import { isNewer } from './understood.js';

/** The category of what is told of backends as such. */
export const backendCategory = 'backend';

/** Where it is told what people do with a backend. */
export const backendStream = (backend: string): string =>
  `${backendCategory}-${encodeURIComponent(backend.toWellFormed())}`;

/** The backend that this stream tells of; undefined for every other stream. */
export const backendOf = (stream: string): string | undefined => {
  const [, name] = /^backend-(.+)$/.exec(stream) ?? [];
  try {
    return name === undefined ? undefined : decodeURIComponent(name);
  } catch {
    return undefined;
  }
};

/** A person has stopped the lane of a backend. */
export interface Pause {
  readonly by: string;
  readonly why: string;
  /** ISO, UTC. */
  readonly since: string;
}

export const pauseTypes = ['BackendPaused', 'BackendResumed'] as const satisfies readonly (
  | BackendPaused
  | BackendResumed
)['type'][];

/**
 * How it is after this event: paused, `resumed`, or undefined when the event says nothing of that. What a newer version wrote is taken by
 * its name, whatever it says beside: texts that leave in spite of a pause cannot be taken back.
 */
export const pauseTold = (event: RecordedEvent): Pause | 'resumed' | undefined => {
  const { by, why, pausedAt } = event.data as Partial<Record<string, unknown>>;
  if (!(typeof by === 'string' || isNewer(event))) return undefined;
  if (event.type === 'BackendResumed') return 'resumed';
  if (event.type !== 'BackendPaused') return undefined;
  return {
    by: typeof by === 'string' ? by : 'someone',
    why: typeof why === 'string' ? why : '',
    since: isTime(pausedAt) ? pausedAt : event.recordedAt,
  };
};

const isTime = (at: unknown): at is string => typeof at === 'string' && !Number.isNaN(Date.parse(at));
