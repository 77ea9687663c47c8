import test, { type TestFn } from 'ava';
import { storeContract } from './contract.js';
import { eventStoreDBEngine } from './eventstoredb-engine.js';

// One at a time: each test has a server of its own, and an append has a deadline.
storeContract(test.serial as unknown as TestFn, eventStoreDBEngine());
