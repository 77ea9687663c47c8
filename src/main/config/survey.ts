import { type Config, ConfigError, checkConfig } from './config.js';
import { type ConfigSources, isLayer, type Layer, layersOf, mergeLayers } from './load.js';
import { olderNames, schema } from './schema.js';

/** A configuration that was looked at, as far as it can be used. */
export interface Survey {
  /** What is wrong left out: there the defaults stand. */
  readonly config: Config;
  /** All layers over each other, with what is wrong. */
  readonly given: Layer;
  readonly problems: readonly ConfigProblem[];
  /** The keys that were left out, with what is under them. */
  readonly leftOut: readonly string[];
  /** In the order of the keys. */
  readonly values: readonly ConfigValue[];
  /** The layers that were read, by their names. */
  readonly layers: readonly string[];
}

export interface ConfigProblem {
  /** With the key's path and what was expected. */
  readonly text: string;
  /** The layer that sets the key; undefined when none does. */
  readonly from?: string;
}

export interface ConfigValue {
  /** Its path, parts apart by dots. */
  readonly key: string;
  readonly value: unknown;
  /** The layer; undefined for a default. */
  readonly from?: string;
}

/** Reads the configuration as `loadConfig` does, and goes on where that would stop. */
export const surveyConfig = (sources: ConfigSources = {}): Survey => {
  const problems: ConfigProblem[] = [];
  const read = layersOf(sources).flatMap(({ from, read }) => {
    try {
      return [{ from, keys: read() }];
    } catch (error) {
      problems.push(...problemsIn(error).map((text) => ({ text, from })));
      return [];
    }
  });
  const origins = originsIn(read);
  const given = read.map(({ keys }) => keys).reduce(mergeLayers, {});
  try {
    checkConfig(given);
  } catch (error) {
    problems.push(...problemsIn(error).map((text) => withOrigin(text, origins)));
  }
  const { config, leftOut } = usable(given);
  const flat = Object.fromEntries(
    config.backends.map(({ name, common, own }) => [name, { ...common, ...own }]),
  );
  const values = leavesOf({ ...config, backends: flat }).map(([key, value]) => {
    const given = [key, olderNames[key] ?? key].find((name) => origins.has(name) && !isUnder(leftOut, name));
    const from = given && origins.get(given);
    return { key, value, ...(from === undefined ? {} : { from }) };
  });
  return { config, given, problems, leftOut, values, layers: read.map(({ from }) => from) };
};

const isUnder = (paths: readonly string[], key: string): boolean =>
  paths.some((path) => key === path || key.startsWith(`${path}.`));

const problemsIn = (error: unknown): readonly string[] => {
  if (error instanceof ConfigError) return error.problems;
  throw error;
};

/** Each value by the path of its key, parts apart by dots. */
export const leavesOf = (
  layer: Layer,
  path: readonly string[] = [],
): readonly (readonly [string, unknown])[] =>
  Object.entries(layer).flatMap(([key, value]) =>
    isLayer(value) && Object.keys(value).length > 0
      ? leavesOf(value, [...path, key])
      : [[[...path, key].join('.'), value] as const],
  );

/** By the key's path: the last layer that sets it. One that takes a key away takes what is under it. */
const originsIn = (
  layers: readonly { readonly from: string; readonly keys: Layer }[],
): ReadonlyMap<string, string> => {
  const origins = new Map<string, string>();
  for (const { from, keys } of layers) {
    for (const [key, value] of leavesOf(keys)) {
      for (const known of origins.keys()) if (known.startsWith(`${key}.`)) origins.delete(known);
      if (value === null) origins.delete(key);
      else origins.set(key, from);
    }
  }
  return origins;
};

/** A problem begins with the path of its key, or with that of the key above it. */
const withOrigin = (text: string, origins: ReadonlyMap<string, string>): ConfigProblem => {
  const [path = ''] = text.split(': ');
  const [, unknown = ''] = /unknown key ([^ ,]+)/.exec(text) ?? [];
  const key =
    unknown === '' ? path : [path, unknown].filter((part) => !part.startsWith('unknown key')).join('.');
  const from = [...origins].find(([known]) => known === key || known.startsWith(`${key}.`))?.[1];
  return { text, ...(from === undefined ? {} : { from }) };
};

/** Takes away what cannot be used, until the rest can. */
const usable = (given: Layer): { readonly config: Config; readonly leftOut: readonly string[] } => {
  const leftOut: string[] = [];
  for (let left = given; ; ) {
    const { error } = schema.safeParse(left);
    const wrong = error?.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => [...issue.path, key].map(String))
        : [issue.path.map(String)],
    );
    if (wrong === undefined) return withoutBackends(left, leftOut);
    const there = wrong.filter((path) => deleted(left, path) !== undefined);
    // What is missing cannot be taken away: then what it is missing in.
    const gone = there.length > 0 ? there : wrong.map((path) => path.slice(0, 1));
    const before = left;
    for (const path of gone) left = deleted(left, path) ?? left;
    // Whatever is wrong then is with no key.
    if (left === before) left = {};
    leftOut.push(...gone.map((path) => path.join('.')));
  }
};

const withoutBackends = (given: Layer, leftOut: string[]): ReturnType<typeof usable> => {
  for (let left = given; ; ) {
    try {
      return { config: checkConfig(left), leftOut };
    } catch (error) {
      const [webhook] = problemsIn(error).flatMap(
        (problem) => /^webhooks\.([\w.-]+)\.backends: /.exec(problem)?.[1] ?? [],
      );
      if (webhook !== undefined) {
        left = deleted(left, ['webhooks', webhook, 'backends']) ?? {};
        leftOut.push(`webhooks.${webhook}.backends`);
        continue;
      }
      if (!isLayer(left.backends) || Object.keys(left.backends).length === 0) throw error;
      const names = Object.keys(left.backends);
      const wrong = names.filter((name) =>
        problemsIn(error).some((problem) => /^[.:]/.test(problem.replace(`backends.${name}`, ''))),
      );
      for (const name of wrong.length === 0 ? names : wrong) {
        left = deleted(left, ['backends', name]) ?? {};
        leftOut.push(`backends.${name}`);
      }
    }
  }
};

/** @returns undefined when there is nothing at that path */
const deleted = (layer: Layer, [key = '', ...below]: readonly string[]): Layer | undefined => {
  if (!(key in layer)) return undefined;
  const value = layer[key];
  if (below.length === 0) {
    const { [key]: _, ...rest } = layer;
    return rest;
  }
  const rest = isLayer(value) ? deleted(value, below) : undefined;
  return rest && { ...layer, [key]: rest };
};
