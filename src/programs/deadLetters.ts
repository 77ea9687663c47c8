import { existsSync } from 'node:fs';
import { v7 } from 'uuid';
import { systemClock } from '../main/clock.js';
import { ConfigError } from '../main/config/config.js';
import { type ConfigSources, loadConfig } from '../main/config/load.js';
import { openStore, storeFile } from '../main/dataFolder.js';
import { createDeadLetters, type DeadLetters } from '../outbound/deadLetters.js';
import { commandLog } from './log.js';

/**
 * The dead letters of the configured store, beside a router that may be running.
 *
 * @throws {ConfigError}
 */
export const openDeadLetters = async (
  sources: ConfigSources = {},
): Promise<{ readonly letters: DeadLetters; close(): Promise<void> }> => {
  const config = loadConfig(sources);
  const file = storeFile(config);
  // A mistyped folder must not look like a store without dead letters.
  if (config.eventStore.engine !== 'eventstoredb' && !existsSync(file))
    throw new ConfigError([`data: there is no store at ${file}`]);
  const store = await openStore(config, commandLog);
  return { letters: createDeadLetters(store, systemClock, () => v7()), close: () => store.close() };
};
