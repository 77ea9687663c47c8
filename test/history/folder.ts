import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { storeFile } from '../../src/main/dataFolder.js';
import { appEntries, appFiles } from './apps.js';
import { backends } from './backends.js';
import { BulkStore } from './bulk.js';
import { generate } from './generate.js';
import type { HistoryOptions } from './options.js';

/** The folder cannot take a history: a person has to name another. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
  readonly code = 'folder-in-use';
}

/**
 * Makes a data folder with a history in it: the store, the apps that decided in it, and a configuration that names them.
 *
 * @param told - called with the number of events that are stored, now and then
 * @throws {FolderInUse} when there is a store in it
 * @throws {RangeError} as {@link generate}
 */
export const writeHistory = async (
  folder: string,
  options: HistoryOptions,
  told: (events: number) => void = () => undefined,
): Promise<void> => {
  const path = storeFile({ data: folder });
  if (existsSync(path))
    throw new FolderInUse(`There is a store in ${folder} already. Name a folder without one, or delete it.`);
  mkdirSync(folder, { recursive: true });
  // Under another name until it is whole: what was cut off is never taken for a store.
  const unfinished = `${path}.unfinished`;
  remove(unfinished, '', '-wal', '-shm');
  const store = await BulkStore.create(unfinished);
  let count = 0;
  try {
    for await (const append of generate(options)) {
      store.append(append);
      count += append.events.length;
      told(count);
    }
  } finally {
    store.close();
  }
  remove(unfinished, '-wal', '-shm');
  renameSync(unfinished, path);
  writeSurroundings(folder);
};

const remove = (path: string, ...ends: readonly string[]): void => {
  for (const end of ends) rmSync(path + end, { force: true });
};

const writeSurroundings = (folder: string): void => {
  const apps = join(folder, 'apps');
  mkdirSync(apps, { recursive: true });
  for (const [name, source] of appFiles) writeFileSync(join(apps, name), source);
  writeFileSync(join(apps, 'package.json'), `${JSON.stringify({ type: 'module' })}\n`);
  writeFileSync(join(folder, 'config.yaml'), stringify(configuration));
};

/** With it the apps of a history answer as they did. */
export const configuration = {
  node: 'north',
  apps: appEntries,
  backends: Object.fromEntries(
    backends.map(({ name, engine, config, settings: { retry, onUnclear } }) => [
      name,
      { engine, ...config, retry: { maxAttempts: retry.maxAttempts }, onUnclear },
    ]),
  ),
};
