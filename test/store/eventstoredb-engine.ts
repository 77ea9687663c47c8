import type { ExecutionContext } from 'ava';
import { type EventStoreDBOptions, openEventStoreDBStore } from '../../src/store/eventstoredb/open.js';
import type { OpenStore } from '../../src/store/port.js';
import { StandIn } from '../eventstoredb/standIn.js';
import type { Engine } from './engine.js';

/** A server of its own for one test. */
export const startStandIn = async (t: ExecutionContext): Promise<StandIn> => {
  const server = await StandIn.start();
  t.teardown(() => server.close());
  return server;
};

/** A store that is closed when the test ends. */
export const openStore = async (t: ExecutionContext, options: EventStoreDBOptions): Promise<OpenStore> => {
  const store = await openEventStoreDBStore(options);
  t.teardown(() => store.close());
  return store;
};

/** Over a real server when EVENTSTORE_URL names one, else over the stand-in. */
export const eventStoreDBEngine = (url = process.env.EVENTSTORE_URL): Engine => {
  const opened = new WeakMap<OpenStore, EventStoreDBOptions>();
  const open = async (t: ExecutionContext, options: EventStoreDBOptions) => {
    const store = await openStore(t, options);
    opened.set(store, options);
    return store;
  };
  return {
    open: async (t) => open(t, { connectionString: url ?? (await startStandIn(t)).connectionString }),
    reopen: async (t, store) => {
      const options = opened.get(store);
      if (!options) throw new Error('Not a store of this engine.');
      await store.close();
      return open(t, options);
    },
    startsEmpty: url === undefined,
    idsAreUniqueIn: 'stream',
  };
};
