import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Log } from '../domain/log.js';
import { withoutCredentials } from '../store/eventstoredb/connectionString.js';
import { openMemoryStore } from '../store/memory/open.js';
import { type OpenStore, StoreError } from '../store/port.js';
import { lockFile } from '../store/sqlite/lock.js';
import { openSqliteStore } from '../store/sqlite/open.js';
import { NodeInUse } from '../workers/nodeName.js';
import { type Config, ConfigError } from './config/config.js';

/** Where the sqlite engine keeps the events. */
export const storeFile = ({ data }: Pick<Config, 'data'>): string => join(data, 'events.sqlite');

/** @throws {ConfigError} */
export const makeFolder = (data: string): void => {
  try {
    mkdirSync(data, { recursive: true });
  } catch (error) {
    throw new ConfigError([
      `data: expected a folder that can be written to, got ${resolve(data)}: ${(error as Error).message}`,
    ]);
  }
};

/** Where the events are, for people to read. */
export const placeOfEvents = ({ data, eventStore }: Pick<Config, 'data' | 'eventStore'>): string =>
  eventStore.engine === 'eventstoredb' ? withoutCredentials(eventStore.connectionString ?? '') : data;

/**
 * The store that the configuration names; sqlite keeps `events.sqlite` in the data folder.
 *
 * @param log - is told when the store's server is away and waited for
 */
export const openStore = async (
  config: Pick<Config, 'data' | 'eventStore'>,
  log?: Log,
): Promise<OpenStore> => {
  const { data, eventStore } = config;
  switch (eventStore.engine) {
    case 'memory':
      return openMemoryStore();
    case 'sqlite':
      makeFolder(data);
      return openSqliteStore({ path: storeFile({ data }) });
    case 'eventstoredb': {
      // Its client takes a while to load, which the other engines need not wait for.
      const { openEventStoreDBStore } = await import('../store/eventstoredb/open.js');
      return openEventStoreDBStore({
        ...eventStore,
        connectionString: eventStore.connectionString ?? '',
        onRestored: () =>
          log?.error(
            { eventStore: placeOfEvents(config) },
            'EventStoreDB holds less than it did: it was restored to an earlier state, or replaced. What was known of it is forgotten',
          ),
        onRefusal: (refusal) => {
          const fields = { eventStore: placeOfEvents(config) };
          if (refusal === undefined)
            log?.info(fields, 'EventStoreDB refuses nothing any more that it was asked');
          else log?.error(fields, refusal);
        },
        onWait: (why) =>
          log?.warn(
            { eventStore: placeOfEvents(config), forMs: eventStore.connectTimeoutMs, why },
            'EventStoreDB does not answer: waiting for it',
          ),
      });
    }
  }
};

/** Whether {@link claimNode} sees every process on the store. */
export const locksNames = ({ eventStore }: Pick<Config, 'eventStore'>): boolean => {
  switch (eventStore.engine) {
    case 'memory':
    case 'sqlite':
      return true;
    case 'eventstoredb':
      return false;
  }
};

/**
 * Keeps a second router of this name from the same data folder, until this process ends, however it ends.
 *
 * @returns how to give the name back
 * @throws {NodeInUse}
 */
export const claimNode = async ({
  data,
  node,
  eventStore,
}: Pick<Config, 'data' | 'node' | 'eventStore'>): Promise<() => void> => {
  if (eventStore.engine === 'memory') return () => {};
  const folder = join(data, 'nodes');
  makeFolder(folder);
  try {
    return await lockFile(join(folder, `${node}.lock`));
  } catch (cause) {
    if (!(cause instanceof StoreError && cause.code === 'unavailable')) {
      throw new ConfigError([`data: ${resolve(data)} cannot be written to: ${(cause as Error).message}`]);
    }
    throw new NodeInUse(
      `Another router named ${node} runs on the data folder ${data}. Stop it, give this one another name ` +
        '(--node NAME or THREADLESS_NODE), or set THREADLESS_DATA to another folder.',
      { cause },
    );
  }
};
