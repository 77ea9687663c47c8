import { randomUUID } from 'node:crypto';
import test from 'ava';
import { measured } from '../../src/store/measured.js';
import { openMemoryStore } from '../../src/store/memory/open.js';

const noted = () => ({
  type: 'Noted',
  id: randomUUID(),
  data: { n: 1 },
  metadata: { $correlationId: 'c', schema: 1 },
});

const opened = async () => {
  const told: (readonly [number, string | undefined])[] = [];
  let now = 0;
  const steady = () => {
    now += 5;
    return now;
  };
  const appended = (tookMs: number, code: string | undefined) => void told.push([tookMs, code]);
  return { store: measured(await openMemoryStore(), steady, { appended }), told };
};

test('each append is told with how long it took, and what it failed with', async (t) => {
  const { store, told } = await opened();
  const { stored } = await store.append('a-1', [noted()]);
  t.true(stored);
  await t.throwsAsync(store.append('a-1', [noted()], { expectedRevision: 'none' }), {
    code: 'conflict',
  });
  t.deepEqual(told, [
    [5, undefined],
    [5, 'conflict'],
  ]);
});

test('everything else is the store itself', async (t) => {
  const { store } = await opened();
  await store.append('a-1', [noted()]);
  const types = [];
  for await (const { type } of store.readAll()) types.push(type);
  t.deepEqual(types, ['Noted']);
  t.is(store.timeline, 0);
  await store.checkpoints.save('one', '1');
  t.is(await store.checkpoints.load('one'), '1');
  await store.close();
  await t.throwsAsync(store.append('a-1', [noted()]), { code: 'closed' });
});
