import test from 'ava';
import { sqliteEngine } from '../store/sqlite-engine.js';
import { webhookContract } from './contract.js';

webhookContract(test, sqliteEngine());
