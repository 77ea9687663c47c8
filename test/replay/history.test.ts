import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { replay } from '../../src/programs/replay/replay.js';
import type { ReplayRequest } from '../../src/programs/replay/request.js';
import { writeHistory } from '../history/folder.js';
import { countsIn } from './folder.js';

test('the apps of a long history with everything in it find what they decided, in threads as well as through the port', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'threadless-replay-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await writeHistory(folder, { seed: 7, events: 6_000 });
  const sources = { env: { THREADLESS_CONFIG: join(folder, 'config.yaml'), THREADLESS_DATA: folder } };
  const request: ReplayRequest = { fromHere: false, claims: false, allowed: [], limit: 3, resume: false };
  const whole = await replay({ ...request, threads: 2 }, {}, undefined, sources);
  const { tally, total, messages } = whole;
  const counts = countsIn(whole);
  t.deepEqual(tally.examples, {});
  t.deepEqual(tally.noted, []);
  t.true((counts.same ?? 0) > 500);
  for (const kind of ['filtered', 'requeued', 'deadLetter', 'duplicate', 'undecided', 'newer'])
    t.true((counts[kind] ?? 0) > 0, kind);
  t.is(total, messages);
  const apart = await replay(
    { ...request, fromHere: true, since: '2020-01-01T00:00:00.000Z' },
    {},
    undefined,
    sources,
  );
  t.deepEqual(countsIn(apart), counts);
});
