import test from 'ava';
import { eventStoreDBEngine } from '../store/eventstoredb-engine.js';
import { webhookContract } from './contract.js';

webhookContract(test, eventStoreDBEngine());
