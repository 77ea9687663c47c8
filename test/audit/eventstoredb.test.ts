import test from 'ava';
import { sharedUrl } from '../oneServer/server.js';
import { eventStoreDBEngine, openStore, startStandIn } from '../store/eventstoredb-engine.js';
import { declareEventQuestions } from './events.js';
import { declareLive } from './live.js';

declareEventQuestions('eventstoredb', eventStoreDBEngine());
declareLive('eventstoredb', test, (t) => eventStoreDBEngine().open(t));

// A server of all tests has them, or has not.
if (sharedUrl === undefined)
  declareEventQuestions('eventstoredb with standard projections', {
    ...eventStoreDBEngine(),
    open: async (t) => {
      const server = await startStandIn(t);
      server.startStandardProjections();
      return openStore(t, { connectionString: server.connectionString });
    },
  });
