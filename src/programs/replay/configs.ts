import { resolve } from 'node:path';
import { type Config, ConfigError } from '../../main/config/config.js';
import { type ConfigSources, layersOf, loadConfig } from '../../main/config/load.js';
import { existingStore } from '../lastingStore.js';

/** The configuration of the store, and that of the apps to ask. @throws {ConfigError} */
export const configsFor = (
  sources: ConfigSources,
  apps: string | undefined,
): { readonly config: Config; readonly appsConfig: Config } => {
  const config = existingStore(sources);
  if (apps === undefined) return { config, appsConfig: config };
  const file = resolve(apps);
  const [, layer] = layersOf({ env: { THREADLESS_CONFIG: file } });
  if (layer === undefined)
    throw new ConfigError([`--apps: expected the file of a configuration, got ${apps}`]);
  const overrides = { ...sources.overrides, ...layer.read() };
  return { config, appsConfig: loadConfig({ ...sources, overrides }) };
};
