import { v7 } from 'uuid';
import { createDeadLetters, type DeadLetters } from '../outbound/deadLetters.js';
import { systemClock } from './clock.js';
import { type ConfigSources, loadConfig } from './config/load.js';
import { openStore } from './dataFolder.js';

/**
 * The dead letters of the configured store, beside a router that may be running.
 *
 * @throws {ConfigError}
 */
export const openDeadLetters = async (
  sources: ConfigSources = {},
): Promise<{ readonly letters: DeadLetters; close(): Promise<void> }> => {
  const store = await openStore(loadConfig(sources));
  return { letters: createDeadLetters(store, systemClock, () => v7()), close: () => store.close() };
};
