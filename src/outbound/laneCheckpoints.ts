import { parseKept } from '../store/kept.js';
import type { Checkpoints } from '../store/port.js';

// What a lane keeps in the store as checkpoints.

/** Of its low-water mark: every text that was sent up to there has ended. */
export const checkpointName = (backend: string): string => `outbound-${backend}`;

/** Of which open texts the outcome of an attempt of an earlier run is unknown: of all, after a run that was cut short. */
export type UnknownOutcomes = 'all' | ReadonlySet<string>;

export const isUnknown = (outcomes: UnknownOutcomes, messageId: string): boolean =>
  outcomes === 'all' || outcomes.has(messageId);

/** The ids of the texts that a run which ended in order has left so. */
const unknownName = (backend: string): string => `${checkpointName(backend)}-doubt`;

export const loadUnknown = async (checkpoints: Checkpoints, backend: string): Promise<UnknownOutcomes> => {
  const kept = await checkpoints.load(unknownName(backend));
  return new Set(
    kept === undefined
      ? []
      : parseKept<string[]>(`the list of texts of ${backend} whose outcome is unknown`, kept),
  );
};

export const saveUnknown = async (
  checkpoints: Checkpoints,
  backend: string,
  outcomes: ReadonlySet<string>,
): Promise<void> => {
  const name = unknownName(backend);
  if (outcomes.size > 0 || (await checkpoints.load(name)) !== undefined)
    await checkpoints.save(name, JSON.stringify([...outcomes]));
};
