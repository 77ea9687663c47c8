import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Router, type StartOptions, startRouter } from '../../src/main/index.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { untilReadiness } from './readiness.js';

const newFdata = (t: ExecutionContext): string => {
  const data = mkdtempSync(join(tmpdir(), 'threadless-workers-'));
  t.teardown(() => rmSync(data, { recursive: true, force: true }));
  return data;
};

const started = async (t: ExecutionContext, data: string, options: StartOptions): Promise<Router> => {
  const router = await startRouter({
    env: {},
    listen: false,
    outbound: false,
    ...options,
    overrides: {
      data,
      apps: ['echo'],
      log: { level: 'silent' },
      workers: { beatMs: 50, takeoverMs: 1_000 },
      ...options.overrides,
    },
  });
  t.teardown(() => router.stop());
  return router;
};

test('what a process takes that does not route is answered when another has routed it', async (t) => {
  const data = newFdata(t);
  const taking = await started(t, data, { node: 'taking', routing: false });
  await started(t, data, { node: 'routing' });
  const told = await taking.incoming('simple-http', '123', 'echo hi');
  t.like(told, { outcome: 'handled', app: 'echo', answers: ['hi'] });
});

test('a worker answers the probes, and nothing else, where it is told to', async (t) => {
  const worker = await started(t, newFdata(t), { node: 'w1', healthPort: 0 });
  t.like(await untilReadiness(worker, 200), {
    work: { node: 'w1', state: 'member', partitions: 32, own: { routing: 32, outbound: [] } },
  });
  t.is((await fetch(`${worker.url}/http/simple-http/?identity=1&text=x`)).status, 404);
});

test('a store of the time before workers is gone on with where its routing was', async (t) => {
  const data = newFdata(t);
  const store = await openSqliteStore({ path: join(data, 'events.sqlite') });
  await store.checkpoints.save('routing', '41');
  await store.close();
  await (await started(t, data, { node: 'upgraded' })).stop();
  const after = await openSqliteStore({ path: join(data, 'events.sqlite') });
  t.teardown(() => after.close());
  const group = JSON.parse((await after.agreements.read('workers'))?.text ?? '{}') as {
    work: Record<string, { mark?: string }>;
  };
  t.is(group.work['routing/0']?.mark, '41');
});
