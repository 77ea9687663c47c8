import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openMemoryStore } from '../store/memory/open.js';
import { type OpenStore, StoreError } from '../store/port.js';
import { lockFile } from '../store/sqlite/lock.js';
import { openSqliteStore } from '../store/sqlite/open.js';
import type { Config } from './config/config.js';

type DataConfig = Pick<Config, 'data' | 'eventStore' | 'secret'>;

/** The store that the configuration names; sqlite keeps `events.sqlite` in the data folder. */
export const openStore = async ({ data, eventStore }: DataConfig): Promise<OpenStore> => {
  switch (eventStore.engine) {
    case 'memory':
      return openMemoryStore();
    case 'sqlite':
      mkdirSync(data, { recursive: true });
      return openSqliteStore({ path: join(data, 'events.sqlite') });
  }
};

/** The data folder has a router already. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
  readonly code = 'folder-in-use';
}

/**
 * Keeps a second router from the same data folder: two would hand the same texts to the gateway.
 *
 * @returns how to give it back
 * @throws {FolderInUse}
 */
export const claimFolder = async ({ data, eventStore }: DataConfig): Promise<() => void> => {
  if (eventStore.engine === 'memory') return () => {};
  mkdirSync(data, { recursive: true });
  try {
    return await lockFile(join(data, 'router.lock'));
  } catch (cause) {
    if (!(cause instanceof StoreError && cause.code === 'unavailable')) throw cause;
    throw new FolderInUse(
      `Another router runs on the data folder ${data}. Stop it, or set THREADLESS_DATA to another.`,
      {
        cause,
      },
    );
  }
};

/** What signs the addresses that we hand out. Kept, since reports come back days after a restart. */
export const secretOf = ({ data, eventStore, secret }: DataConfig): string => {
  if (secret !== undefined) return secret;
  const made = randomBytes(32).toString('base64url');
  if (eventStore.engine === 'memory') return made;
  const file = join(data, 'secret');
  try {
    mkdirSync(data, { recursive: true });
    writeFileSync(file, made, { mode: 0o600, flag: 'wx' });
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readFileSync(file, 'utf8');
  }
};
