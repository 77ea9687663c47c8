import type { ExecutionContext } from 'ava';
import { type EventStoreDBOptions, openEventStoreDBStore } from '../../src/store/eventstoredb/open.js';
import type { OpenStore } from '../../src/store/port.js';
import { connectionFor, sharedUrl } from '../oneServer/server.js';
import type { Engine } from './engine.js';

export { startStandIn } from '../oneServer/server.js';

/** A store that is closed when the test ends. */
export const openStore = async (t: ExecutionContext, options: EventStoreDBOptions): Promise<OpenStore> => {
  const store = await openEventStoreDBStore(options);
  t.teardown(() => store.close());
  return store;
};

/** Over the server of all tests, or else a stand-in for each. */
export const eventStoreDBEngine = (): Engine => {
  const opened = new WeakMap<OpenStore, EventStoreDBOptions>();
  const open = async (t: ExecutionContext, options: EventStoreDBOptions) => {
    const store = await openStore(t, options);
    opened.set(store, options);
    return store;
  };
  return {
    open: async (t) => open(t, { connectionString: await connectionFor(t) }),
    reopen: async (t, store) => {
      const options = opened.get(store);
      if (!options) throw new Error('Not a store of this engine.');
      await store.close();
      return open(t, options);
    },
    startsEmpty: sharedUrl === undefined,
    idsAreUniqueIn: 'stream',
  };
};
