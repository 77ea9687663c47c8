import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { inspect } from 'node:util';
import type { AnyApp } from '../apps/app.js';
import { builtinApps } from '../apps/builtin.js';
import { importApp } from '../apps/importApp.js';
import { takesOf } from '../apps/takes.js';
import type { AppOrigin } from '../domain/events.js';
import { ConfigError } from './config/config.js';

/** An app with where it came from, so that an answer can be traced to the code that gave it. */
export interface LoadedApp {
  readonly app: AnyApp;
  readonly origin: AppOrigin;
}

/** Another entry is a name of a built-in app. */
export const isModule = (entry: string): boolean => /[./\\]/.test(entry);

/**
 * Loads the apps in the configured order.
 *
 * @throws {ConfigError} naming each entry that is no built-in name and no module with an app as its default export
 */
export const loadApps = async (
  entries: readonly string[],
  settings: { readonly defaultResponse: string },
): Promise<readonly LoadedApp[]> => {
  const builtin = builtinApps(settings);
  const loaded = await Promise.all(
    entries.map(async (entry, index) => {
      const app = builtin[entry];
      if (app !== undefined) return { app, origin: originOf(app, 'built-in') };
      return loadModule(entry, `apps.${index}`, Object.keys(builtin));
    }),
  );
  const twice = loaded.find(
    ({ app }, index) => loaded.findIndex((other) => other.app.name === app.name) !== index,
  );
  if (twice !== undefined) throw new ConfigError([`apps: two apps are named ${twice.app.name}`]);
  return loaded;
};

const loadModule = async (entry: string, key: string, builtin: readonly string[]): Promise<LoadedApp> => {
  const expected = `expected a built-in app (${builtin.join(', ')}) or the path of a module`;
  if (!isModule(entry)) throw new ConfigError([`${key}: ${expected}, got ${JSON.stringify(entry)}`]);
  const file = resolve(entry);
  try {
    const app = await importApp(file);
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    return { app, origin: { ...originOf(app, file), sha256 } };
  } catch (error) {
    throw new ConfigError([
      `${key}: ${expected} whose default export is an app; ${file}: ${messageOf(error)}`,
    ]);
  }
};

const originOf = (app: AnyApp, source: string): AppOrigin => {
  const takes = takesOf(app.handle);
  return { name: app.name, source, ...(takes === undefined ? {} : { takes }) };
};

/** A module may throw anything. */
const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : `it threw ${inspect(thrown)}`;
