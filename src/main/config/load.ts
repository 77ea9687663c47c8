import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { type Config, ConfigError, checkConfig } from './config.js';

/** The configuration that comes with the router. */
export const defaultConfigFile = fileURLToPath(new URL('../../../../config/default.yaml', import.meta.url));

type Layer = Readonly<Record<string, unknown>>;

export interface ConfigSources {
  /**
   * `THREADLESS_CONFIG`, `THREADLESS_NODE`, `PORT`, `HOST`, `THREADLESS_DATA` and `EVENTSTORE_URL` are read from it.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Keys over those of the files, under those of the environment. */
  readonly overrides?: Layer;
  /** This process's name, over everything else. */
  readonly node?: string;
}

/**
 * The configuration in layers: what comes with the router, `THREADLESS_CONFIG`'s file over it, then `overrides`, then the
 * environment, then `node`. Objects are merged key by key, lists replaced, and a key set to null is taken away.
 *
 * @throws {ConfigError} with the path of each key that is wrong and what was expected
 */
export const loadConfig = ({ env = process.env, overrides = {}, node }: ConfigSources = {}): Config => {
  const file = env.THREADLESS_CONFIG;
  const layers = [
    readLayer(defaultConfigFile),
    ...(file ? [readLayer(resolve(file))] : []),
    overrides,
    envLayer(env),
    ...(node === undefined ? [] : [{ node }]),
  ];
  return checkConfig(layers.reduce(mergeLayers));
};

const readLayer = (file: string): Layer => {
  let layer: unknown;
  try {
    layer = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigError([`${file}: ${(error as Error).message}`]);
  }
  // Empty, or nothing but comments.
  if (layer === null) return {};
  if (!isLayer(layer)) throw new ConfigError([`${file}: expected keys and values`]);
  return resolvePaths(layer, dirname(file));
};

/** A path is meant from the file that names it, wherever the router is started. */
const resolvePaths = (layer: Layer, folder: string): Layer => {
  const { apps, projections } = layer;
  return {
    ...layer,
    ...(Array.isArray(apps) ? { apps: apps.map((app) => resolvePath(app, folder)) } : {}),
    ...(isLayer(projections) && typeof projections.folder === 'string'
      ? { projections: { ...projections, folder: resolve(folder, projections.folder) } }
      : {}),
  };
};

const resolvePath = (path: unknown, folder: string): unknown =>
  typeof path === 'string' && path.startsWith('.') ? resolve(folder, path) : path;

const envLayer = ({
  PORT,
  HOST,
  THREADLESS_DATA,
  EVENTSTORE_URL,
  THREADLESS_NODE,
}: NonNullable<ConfigSources['env']>): Layer => ({
  http: {
    ...(PORT ? { port: /^\d+$/.test(PORT) ? Number(PORT) : PORT } : {}),
    ...(HOST ? { host: HOST } : {}),
  },
  ...(THREADLESS_DATA ? { data: THREADLESS_DATA } : {}),
  ...(EVENTSTORE_URL ? { eventStore: { connectionString: EVENTSTORE_URL } } : {}),
  ...(THREADLESS_NODE ? { node: THREADLESS_NODE } : {}),
});

const isLayer = (value: unknown): value is Layer =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mergeLayers = (under: Layer, over: Layer): Layer => {
  const merged: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    if (value === null) delete merged[key];
    else merged[key] = isLayer(value) && isLayer(below) ? mergeLayers(below, value) : value;
  }
  return merged;
};
