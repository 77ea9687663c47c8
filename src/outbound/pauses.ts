import { backendStream, type Pause, pauseTold, pauseTypes } from '../domain/backendPause.js';
import { type Clock, isoTime, type NewId } from '../domain/clock.js';
import type { RecordedEvent } from '../domain/event.js';
import { type BackendPaused, type BackendResumed, schemaVersion } from '../domain/events.js';
import { type EventStore, StoreError } from '../store/port.js';

/** How a backend is, as its stream tells it. */
export interface Told {
  /** Undefined: nobody has paused it. */
  readonly pause?: Pause;
  /** Of the last event that says so; undefined: none does. */
  readonly revision?: bigint;
}

export const isPauseEvent = ({ type }: Pick<RecordedEvent, 'type'>): boolean =>
  (pauseTypes as readonly string[]).includes(type);

export const toldBy = (event: RecordedEvent): Told | undefined => {
  const pause = pauseTold(event);
  if (pause === undefined) return undefined;
  return { revision: event.revision, ...(pause === 'resumed' ? {} : { pause }) };
};

/** @throws {StoreError} */
export const readPause = async (store: Pick<EventStore, 'readStream'>, backend: string): Promise<Told> => {
  for await (const event of store.readStream(backendStream(backend), { direction: 'backwards' })) {
    const told = toldBy(event);
    if (told !== undefined) return told;
  }
  return {};
};

export type PauseErrorCode =
  /** It is paused already. */
  | 'paused'
  /** Nobody has paused it. */
  | 'not-paused'
  /** Others keep pausing and resuming it. */
  | 'busy';

export class PauseError extends Error {
  override readonly name = 'PauseError';

  constructor(
    readonly code: PauseErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** Stops and starts lanes for people. It works on the store: whichever process has the lane hears of it. */
export interface Pauses {
  /** @throws {PauseError} */
  pause(backend: string, by: string, why: string): Promise<void>;
  /** @throws {PauseError} */
  resume(backend: string, by: string, why?: string): Promise<void>;
}

/** How often it is decided again because someone else was quicker. */
const tries = 5;

export const createPauses = (store: EventStore, clock: Clock, newId: NewId): Pauses => {
  /** @param next - from how it is, or the error that says why not */
  const decide = async (
    backend: string,
    next: (pause: Pause | undefined) => BackendPaused | BackendResumed | PauseError,
  ): Promise<void> => {
    const stream = backendStream(backend);
    for (let n = 0; n < tries; n += 1) {
      const expectedRevision = await lastRevision(store, stream);
      const event = next((await readPause(store, backend)).pause);
      if (event instanceof PauseError) throw event;
      const id = newId();
      try {
        await store.append(
          stream,
          [{ ...event, id, metadata: { $correlationId: id, schema: schemaVersion } }],
          {
            expectedRevision,
          },
        );
        return;
      } catch (error) {
        if (!(error instanceof StoreError && error.code === 'conflict')) throw error;
      }
    }
    throw new PauseError('busy', `Others pause and resume ${backend} just now: look at it, then try again.`);
  };
  return {
    pause: (backend, by, why) =>
      decide(backend, (pause) =>
        pause === undefined
          ? { type: 'BackendPaused', data: { backend, by, why, pausedAt: isoTime(clock.now()) } }
          : new PauseError('paused', `${backend} is paused already, by ${pause.by}: ${pause.why}`),
      ),
    resume: (backend, by, why) =>
      decide(backend, (pause) =>
        pause === undefined
          ? new PauseError('not-paused', `Nobody has paused ${backend}.`)
          : {
              type: 'BackendResumed',
              data: { backend, by, ...(why === undefined ? {} : { why }), resumedAt: isoTime(clock.now()) },
            },
      ),
  };
};

const lastRevision = async (store: EventStore, stream: string): Promise<bigint | 'none'> => {
  for await (const { revision } of store.readStream(stream, { direction: 'backwards', maxCount: 1 }))
    return revision;
  return 'none';
};
