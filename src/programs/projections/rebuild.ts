import type { Clock } from '../../domain/clock.js';
import { lockStates } from '../../projections/dataFolder.js';
import { partOf, type Span, spanOf } from '../../projections/progress.js';
import { ProjectionRunner } from '../../projections/runner.js';
import type { ProjectionStatus, StatesFile } from '../../projections/statesFile.js';
import type { EventStore } from '../../store/port.js';
import { commandLog } from '../log.js';

export interface ProjectionProgress extends ProjectionStatus {
  /** Which part of the store lies behind it: 0 to 1. */
  readonly part: number;
  /** It has caught up, or cannot go on: nothing more is told of it. */
  readonly ended: boolean;
}

export type Watch = (progress: ProjectionProgress) => void;

export interface RebuildNeeds {
  readonly store: EventStore;
  readonly states: StatesFile;
  readonly data: string;
  readonly folders: readonly string[];
  readonly clock: Clock;
}

/** Begins these from nothing and waits until they have caught up: by whoever runs them, else by itself. */
export const rebuildProjections = async (
  needs: RebuildNeeds,
  names: readonly string[],
  watch: Watch,
): Promise<void> => {
  const span = await spanOf(needs.store);
  const unlock = await lockStates(needs.data);
  for (const name of names) needs.states.askRebuild(name);
  const runner =
    unlock === undefined ? undefined : new ProjectionRunner({ ...needs, log: commandLog, only: names });
  try {
    await runner?.start();
    for (const name of names) await untilEnded(needs, name, span, watch);
  } finally {
    await runner?.stop();
    unlock?.();
  }
};

/** How often a rebuild is looked at. */
const watchMs = 200;

const untilEnded = async (
  { states, clock }: RebuildNeeds,
  name: string,
  span: Span | undefined,
  watch: Watch,
): Promise<void> => {
  for (;;) {
    const progress = progressOf(states.status(name), span);
    if (progress !== undefined) watch(progress);
    if (progress?.ended) return;
    await clock.sleep(watchMs);
  }
};

const progressOf = (
  status: ProjectionStatus | undefined,
  span: Span | undefined,
): ProjectionProgress | undefined => {
  if (status === undefined) return undefined;
  const { phase, at, rebuildAsked } = status;
  const part = phase === 'live' || span === undefined ? 1 : partOf(span, at);
  return { ...status, part, ended: !rebuildAsked && phase !== 'catching-up' };
};
