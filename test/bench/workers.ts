import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { startTeam, takeoverMs, untilShared } from '../workers/processes/team.js';
import type { Size } from './http.js';
import { type Row, ratioRow } from './rows.js';

/** How long the conversations of a worker that was killed wait for another one. */
export const workerRows = async ({ runs }: Size, told: (line: string) => void): Promise<readonly Row[]> => {
  const pairs = [];
  for (let run = 1; run <= runs; run += 1) {
    const ours = await timedTakeover();
    told(`run ${run}: ${Math.round(ours)} ms, takeover time ${takeoverMs} ms`);
    pairs.push({ ours, theirs: takeoverMs });
  }
  return [
    ratioRow(
      {
        what: "a dead worker's conversations go on",
        baseline: 'workers.takeoverMs',
        target: { lessThan: 1.3 },
        measuredIn: 'ms',
      },
      pairs,
    ),
  ];
};

const timedTakeover = async (): Promise<number> => {
  const ends: (() => unknown)[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'threadless-bench-'));
  const data = join(folder, 'data');
  try {
    const team = await startTeam(
      { teardown: (end) => ends.push(end) },
      { config: { data }, open: () => openSqliteStore({ path: join(data, 'events.sqlite') }) },
    );
    const main = await team.serve('main', '--no-routing');
    const [one, two] = await Promise.all([team.worker('one'), team.worker('two')]);
    await untilShared([one, two], (counts) => counts.every((count) => count > 0));
    await one.kill9();
    const killedMs = performance.now();
    await Promise.all(Array.from({ length: 100 }, (_, nth) => team.send(main, `${nth}`, 'echo x')));
    await team.phones.until(() => team.phones.count === 100);
    return performance.now() - killedMs;
  } finally {
    for (const end of ends.reverse()) await end();
    rmSync(folder, { recursive: true, force: true });
  }
};
