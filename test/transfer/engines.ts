import { openMemoryStore } from '../../src/store/memory/open.js';
import { type Engine, tickingClock } from '../store/engine.js';
import { sqliteEngine } from '../store/sqlite-engine.js';

/** Every engine that a store can be moved from and to: a further one is a line more. */
export const engines: readonly (readonly [string, Engine])[] = [
  [
    'memory',
    {
      open: () => openMemoryStore({ now: tickingClock() }),
      startsEmpty: true,
      idsAreUniqueIn: 'store',
    },
  ],
  ['sqlite', sqliteEngine()],
];
