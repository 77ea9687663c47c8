import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, YAMLParseError } from 'yaml';
import { type Config, ConfigError, checkConfig } from './config.js';

/** The configuration that comes with the router. */
export const defaultConfigFile = fileURLToPath(new URL('../../../../config/default.yaml', import.meta.url));

export type Layer = Readonly<Record<string, unknown>>;

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
export const loadConfig = (sources: ConfigSources = {}): Config =>
  checkConfig(
    layersOf(sources)
      .map(({ read }) => read())
      .reduce(mergeLayers),
  );

/** One of the layers, the later over the earlier. */
export interface ConfigLayer {
  /** For people: a file, or the name of a variable of the environment. */
  readonly from: string;
  /** @throws {ConfigError} for a file that cannot be read */
  readonly read: () => Layer;
}

export const layersOf = ({
  env = process.env,
  overrides = {},
  node,
}: ConfigSources): readonly ConfigLayer[] => {
  const file = env.THREADLESS_CONFIG;
  return [
    fileLayer(defaultConfigFile),
    ...(file ? [fileLayer(resolve(file))] : []),
    ...(Object.keys(overrides).length === 0 ? [] : [{ from: 'the program', read: () => overrides }]),
    ...envLayers(env),
    ...(node === undefined ? [] : [{ from: 'the program', read: () => ({ node }) }]),
  ];
};

const fileLayer = (file: string): ConfigLayer => ({ from: file, read: () => readLayer(file) });

const readLayer = (file: string): Layer => {
  let layer: unknown;
  try {
    // A warning of the parser would quote the file, too.
    layer = parse(readFileSync(file, 'utf8'), { logLevel: 'error' });
  } catch (error) {
    throw new ConfigError([`${file}: ${reasonOf(error)}`]);
  }
  // Empty, or nothing but comments.
  if (layer === null) return {};
  if (!isLayer(layer)) throw new ConfigError([`${file}: expected keys and values`]);
  const circle = circleIn(layer);
  if (circle !== undefined)
    throw new ConfigError([`${file}: ${circle.join('.')} is an alias of what it stands in`]);
  return resolvePaths(layer, dirname(file));
};

/** The path of a value that holds itself, which an alias of YAML can make: nobody would come to its end. */
const circleIn = (value: unknown, above: readonly unknown[] = []): readonly string[] | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  if (above.includes(value)) return [];
  for (const [key, part] of Object.entries(value)) {
    const circle = circleIn(part, [...above, value]);
    if (circle !== undefined) return [key, ...circle];
  }
  return undefined;
};

/** The parser's own words quote the file, with the secrets that stand in it. */
const reasonOf = (error: unknown): string => {
  if (error instanceof YAMLParseError) {
    const [start] = error.linePos ?? [];
    const at = start === undefined ? '' : ` at line ${start.line}, column ${start.col}`;
    return `it is no YAML${at}: ${error.code.toLowerCase().replaceAll('_', ' ')}`;
  }
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined
    ? 'it is no YAML: an alias in it has no anchor, or too many of them are in one another'
    : message;
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

/** What each variable of the environment sets. */
const byVariable: Readonly<Record<string, (value: string) => Layer>> = {
  PORT: (port) => ({ http: { port: /^\d+$/.test(port) ? Number(port) : port } }),
  HOST: (host) => ({ http: { host } }),
  THREADLESS_DATA: (data) => ({ data }),
  EVENTSTORE_URL: (connectionString) => ({ eventStore: { connectionString } }),
  THREADLESS_NODE: (node) => ({ node }),
};

const envLayers = (env: NonNullable<ConfigSources['env']>): readonly ConfigLayer[] =>
  Object.entries(byVariable).flatMap(([name, layerOf]) => {
    const value = env[name];
    return value ? [{ from: name, read: () => layerOf(value) }] : [];
  });

export const isLayer = (value: unknown): value is Layer =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const mergeLayers = (under: Layer, over: Layer): Layer => {
  const merged: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    if (value === null) delete merged[key];
    else merged[key] = isLayer(value) && isLayer(below) ? mergeLayers(below, value) : value;
  }
  return merged;
};
