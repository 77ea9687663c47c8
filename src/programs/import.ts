import { systemClock } from '../main/clock.js';
import type { Config } from '../main/config/config.js';
import type { ConfigSources } from '../main/config/load.js';
import { openStore } from '../main/dataFolder.js';
import type { OpenStore } from '../store/port.js';
import type { Room } from '../transfer/batches.js';
import { TransferError } from '../transfer/errors.js';
import { type Imported, importEvents } from '../transfer/import.js';
import { openInput } from '../transfer/input.js';
import { checkStreams } from '../transfer/known.js';
import { type Entry, readExport } from '../transfer/read.js';
import { claimIdleFolder } from './idleFolder.js';
import { lastingStore } from './lastingStore.js';
import { commandLog } from './log.js';
import { withoutRouters } from './withoutRouters.js';

/** How far an import is. A file is read before anything is written: to prove it, and to compare it with what is there. */
export interface ImportProgress extends Imported {
  readonly doing: 'checking' | 'comparing' | 'importing';
  readonly bytesRead: number;
  /** Absent for what is no file. */
  readonly bytes?: number;
}

export interface ImportRequest {
  /** The path of a file, or the bytes themselves. */
  readonly from: string | AsyncIterable<Uint8Array>;
  /** Appends under way at the same time. Default: what the engine takes without losing the order of the export. */
  readonly inFlight?: number;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportedStore extends Imported {
  /** False: another import was cut off in the store before, and routers stay off it. */
  readonly open: boolean;
}

/**
 * Stores what an export holds in the configured store, and nothing twice. No router starts on a store in which only a part
 * of an export is.
 *
 * @throws {ConfigError}
 * @throws {StoreInUse} when a router runs on the store
 * @throws {TransferError} for an export that is not whole, a store that has other events in its streams (both of a file
 * before anything is written), or one that takes nothing
 */
export const importStore = async (
  request: ImportRequest,
  sources: ConfigSources = {},
): Promise<ImportedStore> => {
  const config = lastingStore(sources);
  const { from } = request;
  if (typeof from === 'string') await check(from, request);
  const release = await claimIdleFolder(config);
  try {
    const store = await openStore(config, commandLog);
    try {
      // With nothing there, nothing can be in the way.
      if (typeof from === 'string' && !(await isEmpty(store))) await compare(from, store, request);
      const [imported, open] = await withoutRouters(store, config, (saw) =>
        importInto(store, config, request, saw),
      );
      return { ...imported, open };
    } finally {
      await store.close();
    }
  } finally {
    release();
  }
};

const isEmpty = async (store: OpenStore): Promise<boolean> => {
  for await (const _ of store.readAll({ maxCount: 1 })) return false;
  return true;
};

/** Tells each event that was looked at. */
const compare = async (path: string, store: OpenStore, { onProgress }: ImportRequest): Promise<void> => {
  const input = await openInput(path);
  let events = 0;
  await checkStreams(store, readExport(input.bytes()), () => {
    events += 1;
    if (events % 1_000 > 0) return;
    onProgress?.({ doing: 'comparing', events, before: 0, shifted: 0, ...input.progress() });
  });
};

const check = async (path: string, { onProgress }: ImportRequest): Promise<void> => {
  const input = await openInput(path);
  let events = 0;
  try {
    for await (const _ of readExport(input.bytes())) {
      events += 1;
      if (events % 1_000 > 0) continue;
      onProgress?.({ doing: 'checking', events, before: 0, shifted: 0, ...input.progress() });
    }
  } catch (error) {
    throw explained(error, (message) => `${path}: ${message} Nothing was imported.`);
  }
};

const importInto = async (
  store: OpenStore,
  config: Config,
  { from, inFlight, onProgress }: ImportRequest,
  saw: (id: string) => void,
): Promise<Imported> => {
  const input = await openInput(from);
  let events = 0;
  try {
    return await importEvents(store, told(readExport(input.bytes()), saw), {
      room: roomOf(config, inFlight),
      sleep: (ms) => systemClock.sleep(ms),
      onProgress: (imported) => {
        events = imported.events;
        onProgress?.({ doing: 'importing', ...imported, ...input.progress() });
      },
    });
  } catch (error) {
    const again = 'Import it again when you have it whole: nothing is stored twice.';
    throw explained(error, (message) => `${message} ${events} events are imported. ${again}`);
  }
};

async function* told(
  entries: AsyncIterable<Entry>,
  saw: (id: string) => void,
): AsyncGenerator<Entry, void, undefined> {
  for await (const entry of entries) {
    saw(entry.event.id);
    yield entry;
  }
}

/** An export that is not whole, with what that means for the store. */
const explained = (error: unknown, tell: (message: string) => string): unknown => {
  if (!(error instanceof TransferError)) return error;
  switch (error.code) {
    case 'unreadable':
    case 'altered':
    case 'truncated':
      return new TransferError(error.code, tell(error.message), { cause: error });
    case 'conflict':
    case 'refused':
    case 'unavailable':
    case 'exists':
    case 'missing':
    case 'mismatch':
      return error;
  }
};

/** What each engine keeps in order. */
const roomOf = ({ eventStore: { engine } }: Config, inFlight?: number): Room => {
  switch (engine) {
    case 'memory':
    case 'sqlite':
      return { inFlight: inFlight ?? 256, inCallOrder: true };
    case 'eventstoredb':
      // Its server may take what is under way in another order: one at a time keeps the order across streams.
      return { inFlight: inFlight ?? 1, inCallOrder: false };
  }
};
