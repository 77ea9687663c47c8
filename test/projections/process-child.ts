// The process of a router's projections, over a sqlite store. Without the folder of that it ends, as one does that fails.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemClock } from '../../src/main/clock.js';
import { runForRouter } from '../../src/projections/process/child.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';

const openStore = ({ path }: { readonly path: string }) =>
  existsSync(dirname(path)) ? openSqliteStore({ path }) : process.exit(7);

await runForRouter(openStore, systemClock);
