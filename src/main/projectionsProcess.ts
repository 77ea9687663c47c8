// The program of the process in which a router's projections run: its composition, and nothing else.
import { runForRouter } from '../projections/process/child.js';
import { systemClock } from './clock.js';
import { openStore } from './dataFolder.js';

await runForRouter(openStore, systemClock);
