import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Auditing } from '../../src/audit/auditing.js';
import { StatesIndex } from '../../src/audit/messagesIndex.js';
import { systemClock } from '../../src/main/clock.js';
import { foldersWith, readProjections } from '../../src/projections/files.js';
import { ProjectionRun } from '../../src/projections/run.js';
import { StatesFile } from '../../src/projections/statesFile.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { writeHistory } from '../history/folder.js';
import { longestConnection } from '../history/options.js';
import { silentLog } from '../support/log.js';
import type { Size } from './http.js';
import { type Row, timeRow } from './rows.js';

/** What the issue of audits asks of any first page, and of any count by day and app, on two million events. */
const wantedMs = 200;
const questions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'the first page of all messages': {},
  'the first page of a number': { identity: [longestConnection.identity] },
  'the first page of a word': { words: ['malaria'] },
  'a page of what hardly occurs': { status: ['unclear'], order: ['oldest'] },
  'a count by day and app': { by: ['day,app'] },
};

/** Twice as many events as other parts store: so many messages go with them. */
export const auditRows = async (
  { runs, storedEvents }: Size,
  told: (line: string) => void,
): Promise<readonly Row[]> => {
  const place = join(mkdtempSync(join(tmpdir(), 'threadless-audit-')), 'data');
  const events = 2 * storedEvents;
  await writeHistory(place, { seed: 1, events }, () => undefined);
  told(`${events} events are made`);
  const store = await openSqliteStore({ path: join(place, 'events.sqlite') });
  const states = await StatesFile.open(join(place, 'projections.sqlite'));
  try {
    const file = readProjections(foldersWith(undefined)).find(({ name }) => name === 'messages');
    if (file === undefined) throw new Error('No projection messages.');
    const run = new ProjectionRun(file, { store, states, clock: systemClock, log: silentLog });
    run.start();
    await run.settled;
    await run.stop();
    told(`${states.status('messages')?.events} of them are indexed`);
    const index = new StatesIndex(states);
    const ask = new Auditing({
      store,
      index,
      conversations: async () => [],
      now: Date.now,
      zone: 'Africa/Kampala',
      called: (part) => part,
    });
    const rows: Row[] = [];
    for (const [what, asked] of Object.entries(questions)) {
      const named = `${what}, ${events.toLocaleString('en')} events`;
      rows.push(await timeRow(named, wantedMs, runs, () => ask.messages(asked)));
    }
    return rows;
  } finally {
    states.close();
    await store.close();
    rmSync(join(place, '..'), { recursive: true, force: true });
  }
};
