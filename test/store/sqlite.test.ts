import test from 'ava';
import { storeContract } from './contract.js';
import { sqliteEngine } from './sqlite-engine.js';

storeContract(test, sqliteEngine());
