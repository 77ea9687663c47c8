import { randomUUID } from 'node:crypto';
import test from 'ava';
import { openMemoryStore } from '../../src/store/memory/open.js';
import { readLastStart } from '../../src/workers/lastStart.js';

const metadata = { $correlationId: 'c', schema: 1 };
const app = (name: string, sha256?: string) => ({
  name,
  source: sha256 === undefined ? 'built-in' : `${name}.js`,
  ...(sha256 === undefined ? {} : { sha256 }),
});
const started = (at: string, ...apps: readonly object[]) => ({
  type: 'RouterStarted',
  data: { version: '0.1.0', node: 'main', nodeVersion: 'v20.19.2', apps, backends: {}, startedAt: at },
});
const stopped = { type: 'RouterStopped', data: { node: 'main', stoppedAt: '' } };

const after = async (...events: readonly { type: string; data: object }[]) => {
  const store = await openMemoryStore();
  for (const event of events)
    await store.append('router-main', [{ ...event, id: randomUUID(), metadata } as never]);
  return readLastStart(store, 'main');
};

test('a node that never started has no last start, and the first one nothing before it', async (t) => {
  t.is(await after(), undefined);
  const first = await after(started('1', app('echo')));
  t.like(first, { startedAt: '1', nodeVersion: 'v20.19.2', before: undefined });
});

test('what differs from the start before is told, and whether that run stopped in order', async (t) => {
  const last = await after(
    started('1', app('guard', 'a1'), app('old', 'b1'), app('echo'), app('ping')),
    stopped,
    started('2', app('guard', 'a2'), app('ping'), app('echo'), app('new', 'c1')),
  );
  t.is(last?.startedAt, '2');
  t.true(last?.before?.stoppedInOrder);
  t.deepEqual(last?.before?.changes, [
    { app: 'guard', how: 'changed', sha256: 'a2', was: 'a1' },
    { app: 'new', how: 'added', sha256: 'c1' },
    { app: 'ping', how: 'moved' },
    { app: 'echo', how: 'moved' },
    { app: 'old', how: 'taken away' },
  ]);
});

test('the same code at another place has not changed', async (t) => {
  const last = await after(
    started('1', { name: 'guard', source: '/one/guard.js', sha256: 'a1' }),
    started('2', { name: 'guard', source: '/two/guard.js', sha256: 'a1' }),
  );
  t.deepEqual(last?.before?.changes, []);
});

test('a run without a stop was cut short; a stop since then says nothing of the run before', async (t) => {
  const last = await after(started('1', app('echo')), started('2', app('echo')), stopped);
  t.like(last, { startedAt: '2', before: { startedAt: '1', stoppedInOrder: false, changes: [] } });
});

test('what others write under that name is passed over', async (t) => {
  const last = await after(started('1', app('echo')), { type: 'RouterStarted', data: { apps: 3 } });
  t.is(last?.startedAt, '1');
});
