import test from 'ava';
import { openMemoryStore } from '../../src/store/memory/open.js';
import { webhookContract } from './contract.js';

webhookContract(test, { open: () => openMemoryStore(), startsEmpty: true, idsAreUniqueIn: 'store' });
