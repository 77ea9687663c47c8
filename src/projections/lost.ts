import { existsSync, renameSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Log } from '../domain/log.js';
import { isDamage } from '../store/sqlite/errors.js';
import { StatesFile } from './statesFile.js';

/**
 * Opens the states to be written to. A damaged file is put aside with a warning, and a new one is made: all of it follows from the
 * events. Nobody else may have it open.
 *
 * @throws {StoreError} as {@link StatesFile.open}
 */
export const openOrMakeAnew = async (path: string, log: Log): Promise<StatesFile> => {
  try {
    return await StatesFile.open(path);
  } catch (error) {
    if (!isDamage(error) || path === ':memory:') throw error;
    putAside(path, log, error as Error);
    return StatesFile.open(path);
  }
};

/** With what SQLite keeps beside it. */
export const putAside = (path: string, log: Log, { message }: Error): void => {
  const aside = `${path}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  for (const suffix of ['', '-wal', '-shm'])
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  log.warn(
    { file: resolve(path), aside: resolve(aside), error: message },
    'the states of the projections were damaged: they are put aside and made anew from the events',
  );
};

/** Tells whether a file is still the one that it was: it may be deleted, or another put into its place, under who has it open. */
export class SameFile {
  readonly #identity: string | undefined;

  constructor(private readonly path: string) {
    this.#identity = this.#now();
  }

  holds(): boolean {
    return this.#now() === this.#identity;
  }

  #now(): string | undefined {
    if (this.path === ':memory:') return undefined;
    const found = statSync(this.path, { throwIfNoEntry: false });
    return found && `${found.dev}:${found.ino}`;
  }
}
