import test from 'ava';
import { openMemoryStore } from '../../src/store/memory/open.js';
import { storeContract } from './contract.js';
import { tickingClock } from './engine.js';

storeContract(test, {
  open: () => openMemoryStore({ now: tickingClock() }),
  startsEmpty: true,
  idsAreUniqueIn: 'store',
});
