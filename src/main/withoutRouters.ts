import type { OpenStore } from '../store/port.js';
import { closeGroup, GroupInUse, openGroup } from '../workers/closing.js';
import { systemClock } from './clock.js';
import type { Config } from './config/config.js';
import type { ConfigSources } from './config/load.js';
import { openStore } from './dataFolder.js';
import { StoreInUse } from './idleFolder.js';
import { existingStore } from './lastingStore.js';

/** What a router is told that wants to start meanwhile, or afterwards when it failed. */
const unfinished =
  'An import into this store has not come to its end, and a router would take up what was answered long ago. Import the same ' +
  'export again: nothing is stored twice. Or go on with what there is: threadless import --give-up.';

/** Stays closed to routers when it fails, unless nothing was stored at all. */
export const withoutRouters = async <Done>(
  store: OpenStore,
  config: Config,
  work: () => Promise<Done>,
): Promise<Done> => {
  const { agreements } = store;
  const { beatMs } = config.workers;
  // The folder's locks tell it of sqlite.
  const nobodyLives = config.eventStore.engine === 'sqlite';
  const needs = { agreements, beatMs, clock: systemClock, nobodyLives };
  const wasOpen = await closeGroup(needs, unfinished).catch(inUse);
  const before = await lastId(store);
  try {
    const done = await work();
    await openGroup(agreements);
    return done;
  } catch (error) {
    if (wasOpen && (await lastId(store)) === before) await openGroup(agreements);
    throw error;
  }
};

const inUse = (error: unknown): never => {
  if (!(error instanceof GroupInUse)) throw error;
  throw new StoreInUse(
    `${error.message} They would take up what is imported before all of it is there: stop them.`,
    {
      cause: error,
    },
  );
};

const lastId = async (store: OpenStore): Promise<string | undefined> => {
  for await (const { id } of store.readAll({ direction: 'backwards', maxCount: 1 })) return id;
  return undefined;
};

/**
 * Lets routers start on a store in which only a part of an export is.
 *
 * @returns false when there was no such part
 * @throws {ConfigError}
 */
export const giveUpImport = async (sources: ConfigSources = {}): Promise<boolean> => {
  const store = await openStore(existingStore(sources));
  return openGroup(store.agreements).finally(() => store.close());
};
