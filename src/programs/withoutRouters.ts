import { v7 } from 'uuid';
import { systemClock } from '../main/clock.js';
import type { Config } from '../main/config/config.js';
import type { ConfigSources } from '../main/config/load.js';
import { openStore } from '../main/dataFolder.js';
import type { OpenStore } from '../store/port.js';
import { TransferError } from '../transfer/errors.js';
import { type ClosingNeeds, closeGroup, openGroup } from '../workers/closing.js';
import { GroupInUse } from '../workers/participants.js';
import { claimIdleFolder, StoreInUse } from './idleFolder.js';
import { existingStore } from './lastingStore.js';
import { commandLog } from './log.js';
import { UnfinishedImports } from './unfinishedImports.js';

/** What a router is told that wants to start meanwhile, or afterwards when it failed. */
const unfinished =
  'An import into this store has not come to its end, and a router would take up what was answered long ago. Import the same ' +
  'export again: nothing is stored twice. Or go on with what there is: threadless import --give-up.';

/**
 * Imports into a store that is closed to routers meanwhile. It stays closed when that fails, unless nothing was stored at all,
 * and when another import was cut off in it before.
 *
 * @param work - tells each event of the export
 * @returns whether the store is open to routers again, with what `work` returns
 */
export const withoutRouters = async <Done>(
  store: OpenStore,
  config: Config,
  work: (saw: (id: string) => void) => Promise<Done>,
): Promise<readonly [done: Done, open: boolean]> => {
  const closing = await closeGroup(needsOf(store, config), unfinished).catch(inUse);
  let imports: UnfinishedImports | undefined;
  try {
    const begun = await UnfinishedImports.begin(store, closing.wasOpen);
    imports = begun;
    const done = await work((id) => begun.saw(id));
    const isWhole = await begun.finish();
    await (isWhole ? closing.open() : closing.leave());
    return [done, isWhole];
  } catch (error) {
    // A store that is away by now is left as it is.
    const isAsBefore = await imports?.fail().catch(() => false);
    await (isAsBefore === true ? closing.open() : closing.leave());
    throw isAsBefore === true ? error : leftClosed(error);
  }
};

const leftClosed = (error: unknown): unknown => {
  if (!(error instanceof TransferError)) return error;
  const until =
    'No router starts on this store until an import has come to its end, or was given up (--give-up).';
  return new TransferError(error.code, `${error.message} ${until}`, { cause: error });
};

const inUse = (cause: unknown): never => {
  if (!(cause instanceof GroupInUse)) throw cause;
  const why =
    cause.nodes.length === 0
      ? 'Another import into this store is under way.'
      : `${cause.message} They would take up what is imported before all of it is there: stop them.`;
  throw new StoreInUse(why, { cause });
};

/**
 * Lets routers start on a store in which only a part of an export is.
 *
 * @returns false when there was no such part
 * @throws {ConfigError} @throws {StoreInUse} when the import is under way
 */
export const giveUpImport = async (sources: ConfigSources = {}): Promise<boolean> => {
  const config = existingStore(sources);
  const release = await claimIdleFolder(config);
  try {
    const store = await openStore(config, commandLog);
    return await openGroup(needsOf(store, config))
      .catch(inUse)
      .finally(() => store.close());
  } finally {
    release();
  }
};

const needsOf = ({ agreements, heartbeats }: OpenStore, { workers, eventStore }: Config): ClosingNeeds => ({
  agreements,
  heartbeats,
  settings: workers,
  clock: systemClock,
  newId: v7,
  // The folder's locks tell it of sqlite.
  nobodyLives: eventStore.engine === 'sqlite',
});
