import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { startRouter } from '../../src/main/index.js';
import { startChild, told } from '../store/child.js';
import { untilReadiness } from './readiness.js';

test('a router whose store takes no writes is not ready, and is again when it does', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'threadless-ready-'));
  const router = await startRouter({
    env: { THREADLESS_DATA: data },
    overrides: { http: { port: 0 }, log: { level: 'silent' }, workers: { beatMs: 100 } },
  });
  t.teardown(async () => {
    await router.stop();
    rmSync(data, { recursive: true, force: true });
  });
  t.like(await untilReadiness(router, 200), { ready: true, store: true });

  const lock = startChild(t, '../store/lock-child', join(data, 'events.sqlite'));
  t.is(await told(lock), 'locked');

  t.like(await untilReadiness(router, 503), { ready: false, store: false });

  lock.send('release');
  t.like(await untilReadiness(router, 200), { ready: true, store: true });
});
