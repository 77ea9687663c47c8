import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { OpenStore } from '../../src/store/port.js';
import { openSqliteStore, type SqliteStoreOptions } from '../../src/store/sqlite/open.js';
import { type Engine, tickingClock } from './engine.js';

/** Where a store file may be, in a directory that goes away with the test. */
export const newPath = async (t: ExecutionContext): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'threadless-store-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return join(directory, 'events.db');
};

/** A store that is closed when the test ends. */
export const openStore = async (t: ExecutionContext, options: SqliteStoreOptions): Promise<OpenStore> => {
  const store = await openSqliteStore(options);
  t.teardown(() => store.close());
  return store;
};

export const sqliteEngine = (): Engine => {
  const files = new WeakMap<OpenStore, SqliteStoreOptions>();
  const open = async (t: ExecutionContext, options: SqliteStoreOptions): Promise<OpenStore> => {
    const store = await openStore(t, options);
    files.set(store, options);
    return store;
  };
  const optionsOf = (store: OpenStore): SqliteStoreOptions => {
    const options = files.get(store);
    if (!options) throw new Error('Not a store of this engine.');
    return options;
  };
  return {
    open: async (t) => open(t, { path: await newPath(t), now: tickingClock() }),
    reopen: async (t, store) => {
      await store.close();
      return open(t, optionsOf(store));
    },
    beside: (t, store) => open(t, optionsOf(store)),
    startsEmpty: true,
    idsAreUniqueIn: 'store',
  };
};
