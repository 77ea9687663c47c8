import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Clock } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import { StoreError } from '../store/port.js';
import { isDamage } from '../store/sqlite/errors.js';
import { isLocked, lockFile } from '../store/sqlite/lock.js';
import { openOrMakeAnew } from './lost.js';
import { StatesFile } from './statesFile.js';

/** Where the states are. */
export const statesPath = (data: string): string => join(data, 'projections.sqlite');

/** Held by the process that runs the projections of a data folder. */
export const statesLock = (data: string): string => join(data, 'projections.lock');

/** True when some process runs the projections of this data folder. */
export const areRun = (data: string): Promise<boolean> => isLocked(statesLock(data));

/** @returns how to give it back; undefined when another process runs the projections of this data folder */
export const lockStates = async (data: string): Promise<(() => void) | undefined> => {
  try {
    // The distributed engine keeps nothing else here.
    mkdirSync(data, { recursive: true });
    return await lockFile(statesLock(data));
  } catch (error) {
    if (error instanceof StoreError && error.code === 'unavailable') return undefined;
    throw error;
  }
};

/**
 * Opens the states to be written to, beside whoever runs the projections. Damaged ones are made anew, unless someone runs them, who does that.
 *
 * @throws {StoreError} `unavailable` while the one who runs them has not yet done it
 */
export const openStates = async (data: string, log: Log): Promise<StatesFile> => {
  const path = statesPath(data);
  try {
    return await StatesFile.open(path);
  } catch (error) {
    if (!isDamage(error)) throw withStatesPath(error, data);
    const unlock = await lockStates(data);
    if (unlock === undefined)
      throw new StoreError(
        'unavailable',
        `${resolve(path)} is damaged. Whoever runs the projections puts it aside and makes it anew: ask again in a moment.`,
        { cause: error },
      );
    return openOrMakeAnew(path, log).finally(unlock);
  }
};

/** What the driver threw, with the file that it is about, which SQLite does not name. Others are handed on. */
export const withStatesPath = (error: unknown, data: string): unknown => {
  if ((error as { errcode?: unknown } | null)?.errcode === undefined) return error;
  const why = `${resolve(statesPath(data))}, or the lock beside it, cannot be used: ${(error as Error).message}`;
  return new StoreError('unavailable', why, { cause: error });
};

/** How often the lock is tried that another process holds. */
const lockRetryMs = 1_000;

export interface TurnNeeds {
  readonly data: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Waits until no other process runs the projections. @returns as {@link lockStates}; undefined when it is to wait no longer */
export const waitForStates = async (
  { data, clock, log }: TurnNeeds,
  stop: AbortSignal,
): Promise<(() => void) | undefined> => {
  for (let tries = 0; !stop.aborted; tries += 1) {
    const unlock = await lockStates(data);
    if (unlock !== undefined) return unlock;
    if (tries === 0) log.info({}, 'another process runs the projections of this data folder');
    await clock.sleep(lockRetryMs, stop);
  }
  return undefined;
};
