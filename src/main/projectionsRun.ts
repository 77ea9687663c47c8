import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import { ProjectionRunner, type RunnerNeeds } from '../projections/runner.js';
import { StatesFile } from '../projections/statesFile.js';
import { type EventStore, StoreError } from '../store/port.js';
import { lockFile } from '../store/sqlite/lock.js';
import { type Config, ConfigError } from './config/config.js';

/** What projections need of the configuration: plain data, as another process can be given. */
export type ProjectionsConfig = Pick<Config, 'data' | 'eventStore' | 'secret' | 'projections'>;

/** Where the projections that come with the router are. */
const ownFolder = fileURLToPath(new URL('../../../projections', import.meta.url));

/** @throws {ConfigError} for a folder that is not there, or none */
export const foldersOf = ({ projections: { folder } }: Pick<Config, 'projections'>): readonly string[] => {
  if (folder === undefined) return [ownFolder];
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new ConfigError([`projections.folder: there is no folder ${folder}`]);
  return [ownFolder, folder];
};

/** The states: gone with the process where the events are. */
export const statesPath = ({ data, eventStore }: Pick<Config, 'data' | 'eventStore'>): string =>
  eventStore.engine === 'memory' ? ':memory:' : join(data, 'projections.sqlite');

/** @returns how to give it back; undefined when another process runs the projections of this data folder */
export const lockStates = async ({
  data,
  eventStore,
}: Pick<Config, 'data' | 'eventStore'>): Promise<(() => void) | undefined> => {
  if (eventStore.engine === 'memory') return () => {};
  try {
    // The distributed engine keeps nothing else here.
    mkdirSync(data, { recursive: true });
    return await lockFile(join(data, 'projections.lock'));
  } catch (error) {
    if (error instanceof StoreError && error.code === 'unavailable') return undefined;
    throw error;
  }
};

/** How often the lock is tried that another process holds. */
const lockRetryMs = 1_000;

/** The projections of a data folder, running: waits until no other process runs them. */
export class RunningProjections {
  #stopping = new AbortController();
  #started: Promise<(() => Promise<void>) | undefined> | undefined;

  constructor(
    private readonly config: ProjectionsConfig,
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly tell: NonNullable<RunnerNeeds['tell']>,
  ) {}

  start(): Promise<unknown> {
    this.#started ??= this.#start();
    return this.#started;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    const stop = await this.#started?.catch(() => undefined);
    await stop?.();
  }

  async #start(): Promise<(() => Promise<void>) | undefined> {
    const { store, clock, log, tell, config } = this;
    const unlock = await this.#lock();
    if (unlock === undefined) return undefined;
    const states = await StatesFile.open(statesPath(config));
    const runner = new ProjectionRunner({ store, states, clock, log, tell, folders: foldersOf(config) });
    await runner.start();
    return async () => {
      await runner.stop();
      states.close();
      unlock();
    };
  }

  async #lock(): Promise<(() => void) | undefined> {
    for (let tries = 0; !this.#stopping.signal.aborted; tries += 1) {
      const unlock = await lockStates(this.config);
      if (unlock !== undefined) return unlock;
      if (tries === 0) this.log.info({}, 'another process runs the projections of this data folder');
      await this.clock.sleep(lockRetryMs, this.#stopping.signal);
    }
    return undefined;
  }
}
