// Folds a store with a projection, until it is killed. Tells when the first batches are kept.
import { systemClock } from '../../src/main/clock.js';
import { ProjectionRun } from '../../src/projections/run.js';
import { StatesFile } from '../../src/projections/statesFile.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { silentLog } from '../support/log.js';
import { written } from './support/history.js';

const [path = '', statesPath = '', source = ''] = process.argv.slice(2);
const store = await openSqliteStore({ path });
const states = await StatesFile.open(statesPath);
const begun = states.status('test')?.events ?? 0;
const run = new ProjectionRun(written(source), { store, states, clock: systemClock, log: silentLog });
run.start();
while ((states.status('test')?.events ?? 0) === begun && states.status('test')?.phase !== 'live')
  await systemClock.sleep(1);
process.send?.('folding');
