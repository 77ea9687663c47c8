import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AnyApp, checkApp } from '../apps/app.js';
import { builtinApps } from '../apps/builtin.js';
import type { Watching } from './watching.js';

/** An app that cannot be loaded, in a sentence. */
export class UnfitApp extends Error {
  override readonly name = 'UnfitApp';
}

/**
 * Loads the apps, one after the other: what one calls meanwhile is noted as its own.
 *
 * @throws {UnfitApp}
 */
export const loadApps = async (
  entries: readonly string[],
  settings: { readonly defaultResponse: string },
  watching: Watching,
): Promise<readonly AnyApp[]> => {
  const builtin = builtinApps(settings);
  const apps: AnyApp[] = [];
  for (const [nth, entry] of entries.entries()) {
    const load = async () => builtin[entry] ?? (await loadModule(entry));
    apps.push(watching.over(await watching.loading(entry, nth, load), nth));
  }
  return apps;
};

const loadModule = async (entry: string): Promise<AnyApp> => {
  try {
    const { default: app } = (await import(pathToFileURL(resolve(entry)).href)) as { default?: unknown };
    checkApp(app);
    return app;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnfitApp(`The app ${entry} cannot be loaded: ${reason.replace(/ imported from .*$/s, '')}.`);
  }
};
