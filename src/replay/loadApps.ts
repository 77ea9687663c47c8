import type { AnyApp } from '../apps/app.js';
import { builtinApps } from '../apps/builtin.js';
import { importApp } from '../apps/importApp.js';
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
    const load = async () => builtin[entry] ?? (await importOrTell(entry));
    apps.push(watching.over(await watching.loading(entry, nth, load), nth));
  }
  return apps;
};

const importOrTell = async (entry: string): Promise<AnyApp> => {
  try {
    return await importApp(entry);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnfitApp(`The app ${entry} cannot be loaded: ${reason.replace(/ imported from .*$/s, '')}.`);
  }
};
