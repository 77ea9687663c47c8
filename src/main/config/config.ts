import type { ZodError } from 'zod';
import type { Backend, BackendContext } from '../../backends/backend.js';
import { engines } from '../../backends/engines.js';
import { type Zone, zoneOf } from '../../domain/zone.js';
import { ConfigError } from './configError.js';
import { type BackendConfig, backendSchema, type CheckedConfig, schema } from './schema.js';
import { faultsInWebhooks } from './webhooks.js';

export { ConfigError };

/** One backend, checked: its common keys, and how to make it. */
export interface ConfiguredBackend {
  readonly name: string;
  readonly common: BackendConfig;
  readonly path: string;
  /** The engine's own keys as they were given. */
  readonly own: object;
  /** Its phones are played: they are nobody's. */
  readonly isPlayed: boolean;
  /** The prefix under which its engine's backends live. */
  readonly prefix: string;
  create(context: BackendContext): Backend;
}

export interface Config extends Omit<CheckedConfig, 'backends'> {
  readonly backends: readonly ConfiguredBackend[];
}

/** The names of those whose phones are played. */
export const playedIn = (backends: Config['backends']): readonly string[] =>
  backends.flatMap(({ name, isPlayed }) => (isPlayed ? [name] : []));

/** Of a name that was checked. */
export const zoneIn = (name: string): Zone => zoneOf(name) ?? { name: 'UTC', offsetAt: () => 0 };

/** @throws {ConfigError} */
export const checkConfig = (given: unknown): Config => {
  const { data, error } = schema.safeParse(given);
  const problems = problemsOf(error);
  // Also when another key is wrong: whoever mends it wants to hear of these at once.
  const backends = (data === undefined ? backendsIn(given) : Object.entries(data.backends)).flatMap(
    ([name, keys]) => checkBackend(name, keys, problems),
  );
  problems.push(...sharedPaths(backends));
  if (data === undefined || problems.length > 0) throw new ConfigError(problems);
  const config = { ...data, backends };
  const names = backends.map(({ name }) => name);
  const faults = faultsInWebhooks(data.webhooks, names, playedIn(backends));
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
};

type BackendKeys = Readonly<Record<string, unknown>> & { readonly engine: string };

/** Of a configuration that is wrong: those of which an engine can tell whether it takes them. */
const backendsIn = (given: unknown): readonly (readonly [string, BackendKeys])[] => {
  const { backends } = (given ?? {}) as { readonly backends?: unknown };
  if (typeof backends !== 'object' || backends === null || Array.isArray(backends)) return [];
  return Object.entries(backends as Readonly<Record<string, Partial<BackendKeys> | null>>).flatMap(
    ([name, keys]) => (typeof keys?.engine === 'string' ? [[name, keys as BackendKeys] as const] : []),
  );
};

const sharedPaths = (backends: readonly ConfiguredBackend[]): string[] =>
  backends.flatMap(({ name, path }, index) => {
    const first = backends.slice(0, index).find((other) => other.path === path);
    return first === undefined
      ? []
      : [`backends.${name}.path: ${path} is the address of ${first.name} already`];
  });

/** Where the router answers for itself, beside its pages at `/`. An engine of that prefix lives there by right. */
const ownAddresses = ['/healthz/', '/readyz/', '/metrics/', '/api/', '/httptester/'];

/** Addresses are found whatever their case. */
const isUnder = (path: string, address: string): boolean => path.toLowerCase().startsWith(address);

const checkBackend = (name: string, keys: BackendKeys, problems: string[]): ConfiguredBackend[] => {
  const path = `backends.${name}`;
  const engine = engines.find((candidate) => candidate.engine === keys.engine);
  if (engine === undefined) {
    const known = engines.map((candidate) => candidate.engine).join(', ');
    problems.push(`${path}.engine: expected one of ${known}, got ${JSON.stringify(keys.engine)}`);
    return [];
  }
  const isCommon = ([key]: [string, unknown]) => key in backendSchema.shape;
  const common = backendSchema.safeParse(Object.fromEntries(Object.entries(keys).filter(isCommon)));
  const given = Object.fromEntries(Object.entries(keys).filter((entry) => !isCommon(entry)));
  const own = engine.config.safeParse(given);
  problems.push(...problemsOf(common.error, path), ...problemsOf(own.error, path));
  if (common.data === undefined) return [];
  const mount = common.data.path ?? `${engine.prefix}/${name}/`;
  const taken = ownAddresses.find((own) => own !== `${engine.prefix}/` && isUnder(mount, own));
  if (taken !== undefined)
    problems.push(`${path}.path: expected an address that is not the router's own, got ${mount} (${taken})`);
  if (own.data === undefined) return [];
  const config = own.data;
  const create = (context: BackendContext) => engine.create(name, mount, config, context);
  const { prefix, isPlayed = false } = engine;
  return [{ name, common: common.data, path: mount, own: given, isPlayed, prefix, create }];
};

const problemsOf = (error: ZodError | undefined, prefix?: string): string[] =>
  (error?.issues ?? []).map(({ path, message, ...issue }) => {
    const key = [...(prefix === undefined ? [] : [prefix]), ...path.map(String)].join('.');
    if (issue.code === 'unrecognized_keys') {
      return `${key === '' ? '' : `${key}: `}unknown key ${(issue.keys as string[]).join(', ')}`;
    }
    // What is wrong with a name in a map is said one level down.
    const [inner] = issue.code === 'invalid_key' ? (issue.issues as { message: string }[]) : [];
    return `${key}: ${(inner?.message ?? message).replace(/^(Invalid input|Too small|Too big): /, '')}`;
  });
