import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Config, ConfigError } from '../main/config/config.js';
import { StoreError } from '../store/port.js';
import { lockFile } from '../store/sqlite/lock.js';

/** A router runs on the store that is to be imported to. */
export class StoreInUse extends Error {
  override readonly name = 'StoreInUse';
  readonly code = 'store-in-use';
}

/**
 * Keeps routers from a data folder: one that ran beside an import would take up messages whose answers are not imported
 * yet. Only the sqlite engine has such a folder.
 *
 * @returns how to give it back
 * @throws {StoreInUse}
 */
export const claimIdleFolder = async ({
  data,
  eventStore,
}: Pick<Config, 'data' | 'eventStore'>): Promise<() => void> => {
  if (eventStore.engine !== 'sqlite') return () => {};
  const releases: (() => void)[] = [];
  const release = () => {
    for (const one of releases) one();
  };
  try {
    mkdirSync(data, { recursive: true });
    for (const path of locksOf(data)) releases.push(await lockFile(path));
    return release;
  } catch (cause) {
    release();
    if (!(cause instanceof StoreError && cause.code === 'unavailable')) {
      throw new ConfigError([`data: ${resolve(data)} cannot be written to: ${(cause as Error).message}`]);
    }
    throw new StoreInUse(
      `A router runs on the data folder ${data}, or another import: a router would take up what is imported before all of it is there. Stop it, or set THREADLESS_DATA to another folder.`,
      { cause },
    );
  }
};

/** What a router locks: the folder, or its own name in it. */
const locksOf = (data: string): readonly string[] => {
  const nodes = join(data, 'nodes');
  const names = existsSync(nodes) ? readdirSync(nodes).filter((name) => name.endsWith('.lock')) : [];
  return [join(data, 'router.lock'), ...names.map((name) => join(nodes, name))];
};
