import { isoTime } from '../domain/clock.js';
import { systemClock } from '../main/clock.js';
import type { Config } from '../main/config/config.js';
import type { ConfigSources } from '../main/config/load.js';
import { openStore } from '../main/dataFolder.js';
import { version } from '../main/version.js';
import { type ExportProgress, exportEvents, type Sink } from '../transfer/export.js';
import { type ExportFile, openExportFile } from '../transfer/file.js';
import { existingStore } from './lastingStore.js';
import { commandLog } from './log.js';

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
  const config = existingStore(sources);
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
  const store = await openStore(config, commandLog);
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
