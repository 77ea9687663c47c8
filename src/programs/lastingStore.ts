import { existsSync } from 'node:fs';
import { type Config, ConfigError } from '../main/config/config.js';
import { type ConfigSources, loadConfig } from '../main/config/load.js';
import { storeFile } from '../main/dataFolder.js';

/** A mistyped folder must not look like a store without events. @throws {ConfigError} */
export const existingStore = (sources: ConfigSources): Config => {
  const config = lastingStore(sources);
  if (config.eventStore.engine === 'sqlite' && !existsSync(storeFile(config))) {
    throw new ConfigError([`data: there is no store at ${storeFile(config)}`]);
  }
  return config;
};

/** @throws {ConfigError} for a store that ends with the process: there is nothing to move, or no place to keep it */
export const lastingStore = (sources: ConfigSources): Config => {
  const config = loadConfig(sources);
  if (config.eventStore.engine === 'memory') {
    throw new ConfigError(['eventStore.engine: expected one that keeps its events, got memory']);
  }
  return config;
};
