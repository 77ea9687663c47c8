import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/main/clock.js';
import { readProjections } from '../../src/projections/files.js';
import { ProjectionRun } from '../../src/projections/run.js';
import { StatesFile } from '../../src/projections/statesFile.js';
import { openDatabase } from '../../src/store/sqlite/driver.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { silentLog } from '../support/log.js';
import type { Size } from './http.js';
import { type Row, ratioRow } from './rows.js';
import { fill } from './start.js';

const folder = fileURLToPath(new URL('../../../projections', import.meta.url));
/** At least this many a second are wanted of `connections`. */
const wanted = 50_000;
/** Chosen after measuring, to notice when it gets slower: no one asked for a ratio. */
const guard = 0.05;
/** Enough to be past the warm-up. */
const maxEvents = 200_000;

/** Events folded a second, states kept, against a scan of the same rows that parses them and does nothing else. */
export const projectionRows = async (
  { runs, storedEvents }: Size,
  told: (line: string) => void,
): Promise<readonly Row[]> => {
  const place = mkdtempSync(join(tmpdir(), 'threadless-projections-'));
  const path = join(place, 'events.sqlite');
  try {
    await fill(path, Math.min(storedEvents, maxEvents), told);
    const rows: Row[] = [];
    for (const { name } of readProjections([folder])) {
      const pairs: { ours: number; theirs: number }[] = [];
      for (let run = 1; run <= runs; run += 1) {
        const ours = await folded(path, name, join(place, `${name}${run}.sqlite`));
        const theirs = await scanned(path);
        told(`${name} ${run}: ${Math.round(ours)} : ${Math.round(theirs)} events/s`);
        pairs.push({ ours, theirs });
      }
      rows.push(...rowsOf(name, pairs));
    }
    return rows;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
};

const rowsOf = (name: string, pairs: readonly { ours: number; theirs: number }[]): readonly Row[] => {
  const ratio = ratioRow(
    {
      what: `projection ${name}, from nothing`,
      baseline: 'a raw scan of the same rows with JSON.parse',
      target: { atLeast: guard },
      measuredIn: 'events/s',
    },
    pairs,
  );
  if (name !== 'connections') return [ratio];
  const rates = pairs.map(({ ours }) => ({ ours, theirs: wanted }));
  const about = {
    what: 'the same',
    baseline: '50,000 events/s',
    target: { atLeast: 1 },
    measuredIn: 'events/s',
  };
  return [ratio, ratioRow(about, rates)];
};

const folded = async (path: string, name: string, statesPath: string): Promise<number> => {
  const file = readProjections([folder]).find((candidate) => candidate.name === name);
  if (file === undefined) throw new Error(`No projection ${name}.`);
  const [store, states] = [await openSqliteStore({ path }), await StatesFile.open(statesPath)];
  const begun = performance.now();
  const run = new ProjectionRun(file, { store, states, clock: systemClock, log: silentLog });
  run.start();
  await run.settled;
  const seconds = (performance.now() - begun) / 1_000;
  await run.stop();
  const count = states.status(name)?.events ?? 0;
  states.close();
  await store.close();
  return count / seconds;
};

/** Events a second of a scan that parses what each says, and does nothing else. */
export const scanned = async (path: string): Promise<number> => {
  const database = await openDatabase(path);
  const page = database.prepare(
    'SELECT position, data FROM events WHERE position > ? ORDER BY position LIMIT 256',
  );
  page.setReturnArrays(true);
  const begun = performance.now();
  let count = 0;
  for (let rows = page.all(0); rows.length > 0; rows = page.all(Number(rows.at(-1)?.[0] ?? 0))) {
    for (const [, data] of rows) JSON.parse(String(data));
    count += rows.length;
  }
  const seconds = (performance.now() - begun) / 1_000;
  database.close();
  return count / seconds;
};
