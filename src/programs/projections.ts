import { existsSync, mkdirSync } from 'node:fs';
import { systemClock } from '../main/clock.js';
import { type Config, ConfigError } from '../main/config/config.js';
import { type ConfigSources, loadConfig } from '../main/config/load.js';
import { foldersOf } from '../main/config/projectionFolders.js';
import { openStore, storeFile } from '../main/dataFolder.js';
import { lockStates, statesPath } from '../projections/dataFolder.js';
import { readProjections } from '../projections/files.js';
import { partOf, spanOf } from '../projections/progress.js';
import { ProjectionRunner } from '../projections/runner.js';
import { type PartitionState, type ProjectionStatus, StatesFile } from '../projections/statesFile.js';
import type { ServerProjections } from '../store/eventstoredb/projections.js';
import { commandLog } from './log.js';
import { type CheckedProjection, checkedIn, UnknownProjection } from './projectionsCheck.js';

export interface ProjectionProgress extends ProjectionStatus {
  /** Which part of the store lies behind it: 0 to 1. */
  readonly part: number;
}

/** The projections of the configured store, beside a router that may be running. */
export interface ProjectionsTool {
  /** Where projections run beside ours: EventStoreDB. */
  readonly server: ServerProjections | undefined;
  /** @param names - default: all. @throws {UnknownProjection} */
  check(names: readonly string[]): readonly CheckedProjection[];
  /** Empty when nothing has run them yet. */
  statuses(): readonly ProjectionStatus[];
  /** True when a router, or another command, runs them at this moment. */
  isRunning(): Promise<boolean>;
  state(name: string, partition: string): unknown;
  /** Those with a result; all of a projection that makes none. */
  partitions(name: string): Iterable<PartitionState>;
  /**
   * Begins them from nothing and waits until they have caught up: by whoever runs them, else itself.
   *
   * @param watch - called a few times a second with one of them, the last time with how it ended
   * @throws {UnknownProjection}
   */
  rebuild(names: readonly string[], watch: (progress: ProjectionProgress) => void): Promise<void>;
  close(): Promise<void>;
}

/** How often a rebuild is looked at. */
const watchMs = 200;
/** @throws {ConfigError} when there is no store, or none that another process can see */
export const openProjections = async (sources: ConfigSources = {}): Promise<ProjectionsTool> => {
  const config = loadConfig(sources);
  const { engine } = config.eventStore;
  if (engine === 'memory')
    throw new ConfigError([
      'eventStore.engine: what the memory engine holds is in its router only, projections included',
    ]);
  if (engine === 'sqlite' && !existsSync(storeFile(config)))
    throw new ConfigError([`data: there is no store at ${storeFile(config)}`]);
  mkdirSync(config.data, { recursive: true });
  return new Tool(
    config,
    foldersOf(config),
    await StatesFile.open(statesPath(config.data)),
    await serverOf(config),
  );
};

type Server = ServerProjections & { close(): Promise<void> };

/** The embedded engines have none. */
const serverOf = async ({ eventStore }: Config): Promise<Server | undefined> => {
  if (eventStore.engine !== 'eventstoredb') return undefined;
  // Its client takes a while to load, which the other engines need not wait for.
  const { openServerProjections } = await import('../store/eventstoredb/projections.js');
  return openServerProjections(eventStore.connectionString ?? '');
};

class Tool implements ProjectionsTool {
  constructor(
    private readonly config: Config,
    private readonly folders: readonly string[],
    private readonly states: StatesFile,
    readonly server: Server | undefined,
  ) {}

  check(names: readonly string[]): readonly CheckedProjection[] {
    return checkedIn(this.folders, names);
  }

  statuses(): readonly ProjectionStatus[] {
    return this.states.statuses();
  }

  async isRunning(): Promise<boolean> {
    const unlock = await lockStates(this.config.data);
    unlock?.();
    return unlock === undefined;
  }

  state(name: string, partition: string): unknown {
    this.#known([name]);
    const state = this.states.state(name, partition);
    return state === undefined ? undefined : JSON.parse(state);
  }

  partitions(name: string): Iterable<PartitionState> {
    this.#known([name]);
    return this.states.partitions(name);
  }

  async rebuild(names: readonly string[], watch: (progress: ProjectionProgress) => void): Promise<void> {
    const files = readProjections(this.folders).filter(({ taken }) => taken === undefined);
    const all = files.map(({ name }) => name);
    const chosen = names.length === 0 ? all : names;
    this.#known(chosen, all);
    const store = await openStore(this.config, commandLog);
    try {
      const span = await spanOf(store);
      const unlock = await lockStates(this.config.data);
      for (const name of chosen) this.states.askRebuild(name);
      const needs = {
        store,
        states: this.states,
        clock: systemClock,
        log: commandLog,
        folders: this.folders,
        only: chosen,
      };
      const runner = unlock === undefined ? undefined : new ProjectionRunner(needs);
      await runner?.start();
      for (const name of chosen) await this.#watch(name, (at) => (span ? partOf(span, at) : 1), watch);
      await runner?.stop();
      unlock?.();
    } finally {
      await store.close();
    }
  }

  async close(): Promise<void> {
    this.states.close();
    await this.server?.close();
  }

  async #watch(
    name: string,
    part: (at: string | undefined) => number,
    watch: (progress: ProjectionProgress) => void,
  ): Promise<void> {
    for (;;) {
      const status = this.states.status(name);
      const ended = status !== undefined && !status.rebuildAsked && status.phase !== 'catching-up';
      if (status !== undefined) watch({ ...status, part: status.phase === 'live' ? 1 : part(status.at) });
      if (ended) return;
      await systemClock.sleep(watchMs);
    }
  }

  #known(names: readonly string[], all = this.statuses().map(({ name }) => name)): void {
    const unknown = names.find((name) => !all.includes(name));
    if (unknown === undefined) return;
    throw new UnknownProjection(unknown, all);
  }
}
