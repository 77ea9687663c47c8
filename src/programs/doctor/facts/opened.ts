import { statSync } from 'node:fs';
import type { Config } from '../../../main/config/config.js';
import { openStore, storeFile } from '../../../main/dataFolder.js';
import { type OpenStore, StoreError } from '../../../store/port.js';
import { openStoreFile, type StoreFile } from '../../../store/sqlite/readOnly.js';

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

export const openToLook = async (config: Config): Promise<Opened> => {
  try {
    switch (config.eventStore.engine) {
      case 'memory':
        return { kind: 'memory' };
      case 'sqlite':
        return await openFile(storeFile(config));
      case 'eventstoredb':
        return { kind: 'server', store: await openStore(lessPatient(config)) };
    }
  } catch (error) {
    if (error instanceof StoreError) return { kind: 'away', error };
    throw error;
  }
};

const openFile = async (path: string): Promise<Opened> => {
  if (!isThere(path)) return { kind: 'none', path, isEmpty: false };
  const file = await openStoreFile(path);
  return file === undefined
    ? { kind: 'none', path, isEmpty: true }
    : { kind: 'file', path, store: file.store, file };
};

/** @throws {StoreError} when that cannot be seen: a folder of someone else's is not an empty one */
const isThere = (path: string): boolean => {
  try {
    statSync(path);
    return true;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw new StoreError('unavailable', `The store cannot be looked at: ${message}`, { cause: error });
  }
};

const lessPatient = (config: Config): Config => ({
  ...config,
  eventStore: { ...config.eventStore, connectTimeoutMs: patienceMs, readTimeoutMs: patienceMs },
});
