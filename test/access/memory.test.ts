import { openMemoryStore } from '../../src/store/memory/open.js';
import { tickingClock } from '../store/engine.js';
import { holdsOn } from './contract.js';

holdsOn('memory', {
  open: () => openMemoryStore({ now: tickingClock() }),
  startsEmpty: true,
  idsAreUniqueIn: 'store',
});
