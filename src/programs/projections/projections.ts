import { existsSync, mkdirSync } from 'node:fs';
import { systemClock } from '../../main/clock.js';
import { type Config, ConfigError } from '../../main/config/config.js';
import { type ConfigSources, loadConfig } from '../../main/config/load.js';
import { foldersOf } from '../../main/config/projectionFolders.js';
import { openStore, storeFile } from '../../main/dataFolder.js';
import { lockStates, openStates } from '../../projections/dataFolder.js';
import { readProjections } from '../../projections/files.js';
import type { PartitionState, ProjectionStatus, StatesFile } from '../../projections/statesFile.js';
import { lastEvent } from '../../store/ends.js';
import type { ServerProjection, ServerProjections } from '../../store/eventstoredb/projections.js';
import { partBefore } from '../../store/positions.js';
import { commandLog } from '../log.js';
import { type CheckedProjection, checkedIn, haveAll } from './check.js';
import { type DeployedProjection, deployProjections } from './deploy.js';
import { rebuildProjections, type Watch } from './rebuild.js';

/** What a projection knows: of one partition, or of each that it has (those with a result, where it makes results). */
export type KnownState = ({ readonly one: unknown } | { readonly each: Iterable<PartitionState> }) & {
  /** What is missing in it, and why, in a sentence; absent when nothing is. */
  readonly lack?: string;
};

/** The projections of the configured store, beside a router that may be running. */
export interface ProjectionsTool {
  /** @param names - default: all. @throws {UnknownProjection} */
  check(names: readonly string[]): readonly CheckedProjection[];
  /** Empty when nothing has run them yet. */
  statuses(): readonly ProjectionStatus[];
  /** Of those that are deployed on the store's server; undefined for an engine that runs none. */
  statusesOnServer(): Promise<readonly ServerProjection[] | undefined>;
  /** True when a router, or another command, runs them at this moment. */
  isRunning(): Promise<boolean>;
  /**
   * One partition is asked of the server, where the projection is deployed; a server does not list its partitions.
   *
   * @returns `one` is undefined when there is no such partition
   * @throws {UnknownProjection}
   */
  state(name: string, partition?: string): Promise<KnownState>;
  /**
   * Begins them from nothing and waits until they have caught up: by whoever runs them, else by itself.
   *
   * @param names - default: all
   * @param watch - called a few times a second with one of them, the last time with how it ended
   * @throws {UnknownProjection}
   */
  rebuild(names: readonly string[], watch: Watch): Promise<void>;
  /** @param names - default: all. @throws {UnknownProjection} {FaultyProjections} {StoreError} */
  deploy(names: readonly string[]): AsyncIterable<DeployedProjection>;
  close(): Promise<void>;
}

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
  const folders = foldersOf(config);
  const states = await openStates(config.data, commandLog);
  return new Tool(config, folders, states, await serverOf(config));
};

type Server = ServerProjections & { close(): Promise<void> };

/** The embedded engines have none. */
const serverOf = async ({ eventStore }: Config): Promise<Server | undefined> => {
  if (eventStore.engine !== 'eventstoredb') return undefined;
  // Its client takes a while to load, which the other engines need not wait for.
  const { openServerProjections } = await import('../../store/eventstoredb/projections.js');
  return openServerProjections(eventStore.connectionString ?? '');
};

class Tool implements ProjectionsTool {
  constructor(
    private readonly config: Config,
    private readonly folders: readonly string[],
    private readonly states: StatesFile,
    private readonly server: Server | undefined,
  ) {}

  check(names: readonly string[]): readonly CheckedProjection[] {
    return checkedIn(this.folders, names);
  }

  statuses(): readonly ProjectionStatus[] {
    return this.states.statuses();
  }

  async statusesOnServer(): Promise<readonly ServerProjection[] | undefined> {
    return this.server?.status();
  }

  async isRunning(): Promise<boolean> {
    const unlock = await lockStates(this.config.data);
    unlock?.();
    return unlock === undefined;
  }

  async state(name: string, partition?: string): Promise<KnownState> {
    const here = this.statuses().map((status) => status.name);
    if (this.server !== undefined && (partition !== undefined || !here.includes(name))) {
      const deployed = await this.server.status();
      if (deployed.some((projection) => projection.name === name))
        return { one: await this.server.state(name, partition) };
    }
    haveAll(here, [name]);
    const lack = await this.#lackOf(name);
    const told = lack === undefined ? {} : { lack };
    if (partition === undefined) return { each: this.states.partitions(name), ...told };
    const state = this.states.state(name, partition);
    return { one: state === undefined ? undefined : JSON.parse(state), ...told };
  }

  /** Of states that are being made. */
  async #lackOf(name: string): Promise<string | undefined> {
    const status = this.states.status(name);
    if (status === undefined || status.serves === 'complete') return undefined;
    const store = await openStore(this.config, commandLog);
    try {
      const head = (await lastEvent(store))?.position;
      const part = head === undefined ? 1 : partBefore(this.states.mark(name)?.position, head);
      const how = status.phase === 'catching-up' ? 'being rebuilt' : status.phase;
      const what =
        status.serves === 'former' ? 'these are the former states' : 'what is not there yet is missing here';
      return `${name} is ${how}, ${Math.floor(part * 100)} %: ${what}.`;
    } finally {
      await store.close();
    }
  }

  async rebuild(names: readonly string[], watch: Watch): Promise<void> {
    const { states, folders } = this;
    const { data } = this.config;
    const files = readProjections(folders).filter(({ taken }) => taken === undefined);
    const all = files.map(({ name }) => name);
    haveAll(all, names);
    const store = await openStore(this.config, commandLog);
    const needs = { store, states, data, folders, clock: systemClock };
    await rebuildProjections(needs, names.length === 0 ? all : names, watch).finally(() => store.close());
  }

  deploy(names: readonly string[]): AsyncIterable<DeployedProjection> {
    return deployProjections(this.check(names), this.server);
  }

  async close(): Promise<void> {
    this.states.close();
    await this.server?.close();
  }
}
