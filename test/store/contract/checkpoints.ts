import type { TestFn } from 'ava';
import type { Engine } from '../engine.js';
import { event, newCategory } from '../events.js';

export const checkpointContract = (test: TestFn, engine: Engine): void => {
  test('a checkpoint is what was saved last under its name', async (t) => {
    const { checkpoints } = await engine.open(t);
    const [name, other] = [newCategory(), newCategory()];
    t.is(await checkpoints.load(name), undefined);
    await checkpoints.save(name, '12');
    await checkpoints.save(other, '7');
    await checkpoints.save(name, '13');
    t.is(await checkpoints.load(name), '13');
    t.is(await checkpoints.load(other), '7');
  });

  test('a checkpoint is still there after the next append', async (t) => {
    const store = await engine.open(t);
    const name = newCategory();
    await store.checkpoints.save(name, '12');
    await store.append(`${newCategory()}-1`, [event()]);
    t.is(await store.checkpoints.load(name), '12');
  });

  const { reopen } = engine;
  if (!reopen) return;

  test('a checkpoint outlives a store that is closed', async (t) => {
    const store = await engine.open(t);
    const name = newCategory();
    await store.checkpoints.save(name, '12');
    const again = await reopen(t, store);
    t.is(await again.checkpoints.load(name), '12');
  });
};
