import { eventStoreDBEngine } from '../store/eventstoredb-engine.js';
import { holdsOn } from './contract.js';

holdsOn('eventstoredb', eventStoreDBEngine());
