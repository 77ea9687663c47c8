import { dirname, resolve } from 'node:path';
import type { Config } from '../../../main/config/config.js';
import { openStore, storeFile } from '../../../main/dataFolder.js';
import { type OpenStore, StoreError } from '../../../store/port.js';
import { openStoreFile, type StoreFile } from '../../../store/sqlite/readOnly.js';
import { hindrance } from '../rights.js';
import type { Machine } from './machine.js';
import { kindAt, obstacleTo } from './paths.js';

/** The configured store, to be looked at only. */
export type Opened =
  | { readonly kind: 'file'; readonly path: string; readonly store: OpenStore; readonly file: StoreFile }
  | { readonly kind: 'server'; readonly store: OpenStore }
  /** It is in its router's memory. */
  | { readonly kind: 'memory' }
  /** There is no file, or nothing in it. */
  | { readonly kind: 'none'; readonly path: string; readonly isEmpty: boolean }
  | { readonly kind: 'away'; readonly error: StoreError }
  /** The configuration does not say which. */
  | { readonly kind: 'unknown' };

/** How long a server is waited for, in milliseconds: a person waits too. */
const patienceMs = 5_000;

export const openToLook = async (config: Config, machine: Machine): Promise<Opened> => {
  try {
    switch (config.eventStore.engine) {
      case 'memory':
        return { kind: 'memory' };
      case 'sqlite':
        return await openFile(storeFile(config), machine);
      case 'eventstoredb':
        return { kind: 'server', store: await openStore(lessPatient(config)) };
    }
  } catch (error) {
    if (error instanceof StoreError) return { kind: 'away', error };
    throw error;
  }
};

/** The file of the store, and what SQLite has beside it. */
const partsOf = (path: string): readonly string[] => [path, `${path}-wal`, `${path}-shm`];

const openFile = async (path: string, machine: Machine): Promise<Opened> => {
  const obstacle = obstacleTo(resolve(dirname(path)));
  if (obstacle !== undefined)
    throw new StoreError(
      'unavailable',
      `There is no store at ${resolve(path)}, and none can be made: ${obstacle}.`,
      {
        reason: 'foreign',
      },
    );
  const kind = kindAt(path);
  if (kind === 'none') return { kind: 'none', path, isEmpty: false };
  if (kind === 'folder')
    throw new StoreError('unsupported', `${path} is a folder, and should be the file of the store.`, {
      reason: 'foreign',
    });
  // A folder of someone else's is not an empty one.
  for (const part of partsOf(path)) {
    const found = hindrance(machine, part, 'read');
    if (found !== undefined)
      throw new StoreError('unavailable', `The store cannot be looked at: ${found.path} ${found.says}.`, {
        cause: found,
        reason: 'no-access',
      });
  }
  const file = await openStoreFile(path);
  return file === undefined
    ? { kind: 'none', path, isEmpty: true }
    : { kind: 'file', path, store: file.store, file };
};

const lessPatient = (config: Config): Config => ({
  ...config,
  eventStore: { ...config.eventStore, connectTimeoutMs: patienceMs, readTimeoutMs: patienceMs },
});
