import { existsSync } from 'node:fs';
import { isoTime } from '../domain/clock.js';
import type { OpenStore } from '../store/port.js';
import type { Room } from '../transfer/batches.js';
import { TransferError } from '../transfer/errors.js';
import { type ExportProgress, exportEvents, type Sink } from '../transfer/export.js';
import { type ExportFile, openExportFile } from '../transfer/file.js';
import { type Imported, importEvents } from '../transfer/import.js';
import { readExport } from '../transfer/read.js';
import { systemClock } from './clock.js';
import { type Config, ConfigError } from './config/config.js';
import { type ConfigSources, loadConfig } from './config/load.js';
import { openStore, storeFile } from './dataFolder.js';
import { claimIdleFolder } from './idleFolder.js';
import { version } from './node.js';
import { openInput } from './transferInput.js';

export interface ExportRequest {
  /** The path of a file, or where the bytes go. */
  readonly to: string | Sink;
  /** Go on with what an export that was cut off has left beside the file. */
  readonly resume?: boolean;
  /** Streams to leave out. */
  readonly omit?: readonly string[];
  readonly onProgress?: (progress: ExportProgress) => void;
}

/** What was exported. */
export interface Exported {
  readonly events: number;
  /** Of them, those that an export which was cut off had left. */
  readonly before: number;
}

/**
 * Writes everything that the configured store holds. A router may run on it meanwhile.
 *
 * @throws {ConfigError}
 * @throws {TransferError} when a file is in the way, or what is there of it comes from elsewhere
 */
export const exportStore = async (request: ExportRequest, sources: ConfigSources = {}): Promise<Exported> => {
  const config = lastingStore(sources);
  // A mistyped folder must not look like a store without events.
  if (config.eventStore.engine === 'sqlite' && !existsSync(storeFile(config))) {
    throw new ConfigError([`data: there is no store at ${storeFile(config)}`]);
  }
  const { to, resume = false, omit = [] } = request;
  if (typeof to !== 'string') return { events: await exportTo(config, to, request), before: 0 };
  const file = await openExportFile(to, { resume, omit });
  try {
    const before = file.begun?.events ?? 0;
    const events = file.complete ? before : await exportTo(config, file.write, request, file);
    await file.finish();
    return { events, before };
  } finally {
    await file.close();
  }
};

const exportTo = async (
  config: Config,
  sink: Sink,
  { omit = [], onProgress }: ExportRequest,
  file?: ExportFile,
): Promise<number> => {
  const store = await openStore(config);
  try {
    const { engine } = config.eventStore;
    return await exportEvents(store, sink, {
      about: { exportedAt: isoTime(systemClock.now()), router: version, engine },
      omit,
      begun: file?.begun,
      ...(onProgress === undefined ? {} : { onProgress }),
    });
  } finally {
    await store.close();
  }
};

/** How far an import is. A file is read twice: all of it is proved before anything is written. */
export interface ImportProgress extends Imported {
  readonly doing: 'checking' | 'importing';
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

/**
 * Stores what an export holds in the configured store, and nothing twice.
 *
 * @throws {ConfigError}
 * @throws {StoreInUse} when a router runs on the data folder
 * @throws {TransferError} for an export that is not whole (of a file before anything is written), a store that has
 * other events in its streams, or one that takes nothing
 */
export const importStore = async (request: ImportRequest, sources: ConfigSources = {}): Promise<Imported> => {
  const config = lastingStore(sources);
  const { from } = request;
  if (typeof from === 'string') await check(from, request);
  const release = await claimIdleFolder(config);
  try {
    const store = await openStore(config);
    return await importInto(store, config, request).finally(() => store.close());
  } finally {
    release();
  }
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
    throw told(error, (message) => `${path}: ${message} Nothing was imported.`);
  }
};

const importInto = async (
  store: OpenStore,
  config: Config,
  { from, inFlight, onProgress }: ImportRequest,
): Promise<Imported> => {
  const input = await openInput(from);
  let events = 0;
  try {
    return await importEvents(store, readExport(input.bytes()), {
      room: roomOf(config, inFlight),
      sleep: (ms) => systemClock.sleep(ms),
      onProgress: (imported) => {
        events = imported.events;
        onProgress?.({ doing: 'importing', ...imported, ...input.progress() });
      },
    });
  } catch (error) {
    const again = 'Import it again when you have it whole: nothing is stored twice.';
    throw told(error, (message) => `${message} ${events} events are imported. ${again}`);
  }
};

/** An export that is not whole, with what that means for the store. */
const told = (error: unknown, tell: (message: string) => string): unknown => {
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

/** @throws {ConfigError} for a store that ends with the process: there is nothing to move, or no place to keep it */
const lastingStore = (sources: ConfigSources): Config => {
  const config = loadConfig(sources);
  if (config.eventStore.engine === 'memory') {
    throw new ConfigError(['eventStore.engine: expected one that keeps its events, got memory']);
  }
  return config;
};
