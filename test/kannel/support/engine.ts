// Where the router under test keeps its events: ENGINE=eventstoredb puts them on a server of its own, else they are in a file.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEventStoreDBStore } from '../../../src/store/eventstoredb/open.js';
import type { OpenStore } from '../../../src/store/port.js';
import { openDatabase } from '../../../src/store/sqlite/driver.js';
import { openSqliteStore } from '../../../src/store/sqlite/open.js';
import { startLeashed } from './leashed.js';
import { eventually } from './wait.js';

export interface StoreEngine {
  /** Keys of the router's configuration. */
  readonly config: object;
  /** The store from outside the router, which may be running. */
  open(): Promise<OpenStore>;
  /** From now on nothing can be stored. @returns how to undo it */
  block(): Promise<() => void>;
  stop(): Promise<void>;
}

export const startEngine = (dataDir: string): Promise<StoreEngine> =>
  process.env.ENGINE === 'eventstoredb' ? standIn() : Promise.resolve(sqlite(dataDir));

const sqlite = (dataDir: string): StoreEngine => {
  const path = join(dataDir, 'events.sqlite');
  return {
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

const serve = fileURLToPath(new URL('../../eventstoredb/serve.js', import.meta.url));

const standIn = async (): Promise<StoreEngine> => {
  const server = startLeashed(process.execPath, [serve]);
  const listening = /esdb:\S+/;
  const connectionString = await eventually('the server', 10_000, () => listening.exec(server.output())?.[0]);
  // As long as Kannel waits, not longer: the frozen server is noticed while the test looks.
  const eventStore = { engine: 'eventstoredb', connectionString, appendTimeoutMs: 3_000 };
  return {
    // Short beats: a router that was killed listens for some before it takes its name again.
    config: { eventStore, workers: { beatMs: 200 } },
    open: () => openEventStoreDBStore({ connectionString }),
    block: async () => {
      server.signal('SIGSTOP');
      return () => server.signal('SIGCONT');
    },
    stop: () => server.stop('SIGKILL'),
  };
};
