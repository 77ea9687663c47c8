import type { Clock } from '../../domain/clock.js';
import { areRun, lockStates, statesPath, withStatesPath } from '../../projections/dataFolder.js';
import { SameFile } from '../../projections/lost.js';
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

/** It cannot be waited for any longer: the message says why, and what helps. */
export class RebuildBrokenOff extends Error {
  override readonly name = 'RebuildBrokenOff';
  readonly code = 'rebuild-broken-off';
}

/**
 * Begins these from nothing and waits until they have caught up: by whoever runs them, else by itself.
 *
 * @throws {RebuildBrokenOff} when nobody is at it any more
 */
export const rebuildProjections = async (
  needs: RebuildNeeds,
  names: readonly string[],
  watch: Watch,
): Promise<void> => {
  const span = await spanOf(needs.store);
  const unlock = await lockStates(needs.data);
  const watched = { ...needs, same: new SameFile(statesPath(needs.data)), isOurs: unlock !== undefined };
  const runner =
    unlock === undefined ? undefined : new ProjectionRunner({ ...needs, log: commandLog, only: names });
  try {
    for (const name of names) needs.states.askRebuild(name);
    await runner?.start();
    for (const name of names) await untilEnded(watched, name, span, watch);
  } catch (error) {
    throw withStatesPath(error, needs.data);
  } finally {
    await runner?.stop();
    unlock?.();
  }
};

/** How often a rebuild is looked at. */
const watchMs = 200;

/** Whoever runs them looks each second at what is asked for. */
const takenUpMs = 30_000;

interface Watched extends RebuildNeeds {
  readonly same: SameFile;
  /** This process does it. */
  readonly isOurs: boolean;
}

const untilEnded = async (
  watched: Watched,
  name: string,
  span: Span | undefined,
  watch: Watch,
): Promise<void> => {
  const { states, clock } = watched;
  const begun = clock.steady();
  for (;;) {
    const progress = progressOf(states.status(name), span);
    if (progress !== undefined) watch(progress);
    if (progress?.ended) return;
    const why = await brokenOff(watched, name, progress, clock.steady() - begun);
    if (why !== undefined) throw new RebuildBrokenOff(why);
    await clock.sleep(watchMs);
  }
};

/** Undefined: it goes on. */
const brokenOff = async (
  { data, same, isOurs }: Watched,
  name: string,
  progress: ProjectionProgress | undefined,
  waitedMs: number,
): Promise<string | undefined> => {
  if (!same.holds())
    return `The file of the states was deleted or replaced meanwhile: ${name} is made anew with it. threadless projections status shows how far it is.`;
  if (isOurs) return undefined;
  if (!(await areRun(data)))
    return `The process that ran the projections has ended: ${name} is rebuilt with the next start of a router, or by the same command again.`;
  const isTakenUp = progress !== undefined && !progress.rebuildAsked;
  return isTakenUp || waitedMs < takenUpMs
    ? undefined
    : `The process that runs the projections has not begun to rebuild ${name} for ${takenUpMs / 1_000} s: it stays asked for. Look into the log of the router.`;
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
