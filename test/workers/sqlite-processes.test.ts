import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { processesContract } from './processes/contract.js';

processesContract(test, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'threadless-shared-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const data = join(folder, 'data');
  return { config: { data }, open: () => openSqliteStore({ path: join(data, 'events.sqlite') }) };
});
