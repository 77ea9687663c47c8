import { eventStoreDBEngine } from '../store/eventstoredb-engine.js';
import { declareEventQuestions } from './events.js';

declareEventQuestions('eventstoredb', eventStoreDBEngine());
