import { existsSync } from 'node:fs';
import { v7 } from 'uuid';
import { createDeadLetters, type DeadLetters } from '../outbound/deadLetters.js';
import { systemClock } from './clock.js';
import { ConfigError } from './config/config.js';
import { type ConfigSources, loadConfig } from './config/load.js';
import { openStore, storeFile } from './dataFolder.js';

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
  const store = await openStore(config);
  return { letters: createDeadLetters(store, systemClock, () => v7()), close: () => store.close() };
};
