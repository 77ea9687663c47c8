import { type OpenStore, StoreError } from '../port.js';
import { Connection } from './connection.js';
import { openDatabaseReadOnly } from './driver.js';
import { patiently, toStoreError } from './errors.js';
import { createSqliteStore } from './open.js';
import { schemaVersion, versionOf } from './schema.js';

/** Who closes it last has it for itself for a moment. */
const patienceMs = 1_000;

/** A store's file that is only looked at. */
export interface StoreFile {
  /** Every write to it fails. */
  readonly store: OpenStore;
  /** The file was written by an earlier version, which the next start changes. */
  readonly isOlder: boolean;
  /** How many events there are. */
  readonly length: number;
  /** Where readers have got to, by their names. */
  readonly checkpoints: ReadonlyMap<string, string>;
  /** Looks all of the file through, which takes a second for each some hundred megabytes. @returns what is damaged */
  check(): string | undefined;
}

/**
 * Opens a store to look at it: nothing in its folder is changed, and whoever works on it goes on.
 *
 * @returns undefined for a file without anything in it
 * @throws {StoreError} as `openSqliteStore`
 */
export const openStoreFile = async (path: string): Promise<StoreFile | undefined> => {
  const database = await openDatabaseReadOnly(path).catch((error) => {
    throw toStoreError(error);
  });
  const connection = new Connection(path, database, { isReadOnly: true });
  try {
    const version = await patiently(() => versionOf(database), patienceMs);
    if (version === 0) {
      if ((connection.number('SELECT count(*) FROM sqlite_schema') ?? 0) > 0)
        throw new StoreError('unsupported', `${path} holds something, and not the number of its version.`, {
          reason: 'foreign',
        });
      connection.close();
      return undefined;
    }
    const store = createSqliteStore(connection);
    const isOlder = version < schemaVersion;
    return {
      store: isOlder ? { ...bound(store), agreements: nothing, heartbeats: nothing } : store,
      isOlder,
      length: connection.number('SELECT count(*) FROM events') ?? 0,
      checkpoints: new Map(
        connection
          .rows('SELECT name, position FROM checkpoints')
          .map(([name, position]) => [String(name), String(position)]),
      ),
      check: () => checked(connection),
    };
  } catch (error) {
    connection.close();
    throw toStoreError(error);
  }
};

/** An earlier version has none. */
const nothing: OpenStore['agreements'] = {
  read: async () => undefined,
  replace: async (name) => {
    throw new Error(`${name} cannot be written: the file is only looked at.`);
  },
};

const bound = (store: OpenStore): OpenStore => ({
  append: (...given) => store.append(...given),
  readStream: (...given) => store.readStream(...given),
  readAll: (...given) => store.readAll(...given),
  subscribe: (...given) => store.subscribe(...given),
  timeline: store.timeline,
  isPosition: (text) => store.isPosition(text),
  close: () => store.close(),
  checkpoints: store.checkpoints,
  agreements: store.agreements,
  heartbeats: store.heartbeats,
});

const checked = (connection: Connection): string | undefined => {
  try {
    const said = connection.statement('PRAGMA quick_check(1)').get()?.quick_check;
    return said === 'ok' ? undefined : String(said);
  } catch (error) {
    return (error as Error).message;
  }
};
