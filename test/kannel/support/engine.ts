// Where the router under test keeps its events: in a file, or on the server of npm run test:eventstoredb.
import { join } from 'node:path';
import { openEventStoreDBStore } from '../../../src/store/eventstoredb/open.js';
import type { OpenStore } from '../../../src/store/port.js';
import { openDatabase } from '../../../src/store/sqlite/driver.js';
import { openSqliteStore } from '../../../src/store/sqlite/open.js';
import { relayTo, sharedUrl } from '../../oneServer/server.js';
import { newName } from '../../store/events.js';
import { eventually } from './wait.js';

export interface StoreEngine {
  /** The router's name. */
  readonly node: string;
  /** Keys of the router's configuration. */
  readonly config: object;
  /** The store from outside the router, which may be running. */
  open(): Promise<OpenStore>;
  /** From now on nothing can be stored. @returns how to undo it */
  block(): Promise<() => void>;
  stop(): Promise<void>;
}

export const startEngine = async (dataDir: string): Promise<StoreEngine> =>
  sharedUrl === undefined ? sqlite(dataDir) : eventStoreDB(sharedUrl);

const sqlite = (dataDir: string): StoreEngine => {
  const path = join(dataDir, 'events.sqlite');
  return {
    node: 'main',
    config: {},
    open: () => openSqliteStore({ path }),
    block: () => lock(path),
    stop: async () => {},
  };
};

const lock = async (path: string): Promise<() => void> => {
  const database = await openDatabase(path);
  await eventually('the lock of the store', 10_000, () => {
    // Throws while the router is writing.
    database.exec('BEGIN EXCLUSIVE');
    return true;
  });
  return () => {
    database.exec('ROLLBACK');
    database.close();
  };
};

/** By a way of its own, if one can be had: blocked is the way. The server goes on for others. */
const eventStoreDB = async (url: string): Promise<StoreEngine> => {
  const relay = await relayTo(url);
  const connectionString = relay?.connectionString ?? url;
  // As long as Kannel waits, not longer: the frozen server is noticed while the test looks.
  const eventStore = { engine: 'eventstoredb', connectionString, appendTimeoutMs: 3_000 };
  // Short beats: a router that was killed listens for some before it takes its name again, and the next test's waits for its partitions.
  const workers = { beatMs: 200, takeoverMs: 2_000 };
  const node = newName('kannel');
  return {
    node,
    config: { node, eventStore, workers },
    open: () => openEventStoreDBStore({ connectionString: url }),
    block: async () => {
      relay?.wire.freeze();
      return () => relay?.wire.thaw();
    },
    stop: async () => relay?.wire.close(),
  };
};
