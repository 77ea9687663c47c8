// npm run bench                 the whole table; several minutes
// npm run bench -- --smoke      small sizes: shows that it runs, not how fast
// npm run bench -- http,kannel,start,projections,replay,audit,stories,eventstoredb,workers   some of it; --only does the same
// EVENTSTORE_URL=… npm run bench -- eventstoredb   on a real server
// npm run bench -- --json FILE  also as JSON
import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { auditRows } from './audit.js';
import { eventStoreDBRows } from './eventstoredb.js';
import { httpRows, type Size } from './http.js';
import { kannelRows } from './kannel.js';
import { projectionRows } from './projections.js';
import { replayRows } from './replay.js';
import { holds, type Row, table } from './rows.js';
import { startRows } from './start.js';
import { storyRows } from './stories.js';
import { workerRows } from './workers.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    smoke: { type: 'boolean', default: false },
    json: { type: 'string' },
    only: {
      type: 'string',
      default: 'http,kannel,start,projections,replay,audit,stories,eventstoredb,workers',
    },
    runs: { type: 'string' },
  },
});

const full: Size = { runs: 5, requests: 20_000, storedEvents: 1_000_000, roundTrips: 5_000 };
const smoke: Size = { runs: 1, requests: 1_000, storedEvents: 5_000, roundTrips: 200 };
const size = { ...(values.smoke ? smoke : full), ...(values.runs ? { runs: Number(values.runs) } : {}) };

const parts: Readonly<Record<string, (size: Size, told: (line: string) => void) => Promise<readonly Row[]>>> =
  {
    http: httpRows,
    kannel: kannelRows,
    start: startRows,
    eventstoredb: eventStoreDBRows,
    workers: workerRows,
    projections: projectionRows,
    replay: replayRows,
    audit: auditRows,
    stories: storyRows,
  };

const rows: Row[] = [];
const wanted = positionals.length > 0 ? positionals.join(',') : values.only;
for (const name of wanted.split(',')) {
  const part = parts[name];
  if (part === undefined) throw new Error(`No part ${name}; there are ${Object.keys(parts).join(', ')}.`);
  if (name === 'kannel' && !existsSync('/usr/sbin/bearerbox')) {
    throw new Error(
      'Kannel is missing: sudo apt-get install kannel kannel-extras, or leave it out with --only http,start,workers.',
    );
  }
  console.error(`== ${name}`);
  rows.push(...(await part(size, (line) => console.error(`   ${line}`))));
}

const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
console.log(`\n${table(rows)}\n\n${size.runs} run(s) each, in turn with the baseline. ${machine}`);
if (values.json !== undefined) {
  const result = { machine, size, rows: rows.map((row) => ({ ...row, held: holds(row) })) };
  writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
}
