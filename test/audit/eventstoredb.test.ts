import test from 'ava';
import { eventStoreDBEngine } from '../store/eventstoredb-engine.js';
import { declareEventQuestions } from './events.js';
import { declareLive } from './live.js';

declareEventQuestions('eventstoredb', eventStoreDBEngine());
declareLive('eventstoredb', test, (t) => eventStoreDBEngine().open(t));
