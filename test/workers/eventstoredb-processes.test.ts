import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { openEventStoreDBStore } from '../../src/store/eventstoredb/open.js';
import { connectionFor } from '../oneServer/server.js';
import { processesContract } from './processes/contract.js';

processesContract(test, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'threadless-shared-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const connectionString = await connectionFor(t);
  return {
    config: { data: join(folder, 'data'), eventStore: { engine: 'eventstoredb', connectionString } },
    open: () => openEventStoreDBStore({ connectionString }),
  };
});
