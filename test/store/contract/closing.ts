import type { TestFn } from 'ava';
import type { Engine } from '../engine.js';
import { collect, event, events, failsWith, idsOf, newCategory, pull } from '../events.js';

export const closingContract = (test: TestFn, engine: Engine): void => {
  test('a closed store refuses every call', async (t) => {
    const store = await engine.open(t);
    await store.close();
    await failsWith(t, 'closed', store.append(`${newCategory()}-1`, [event()]));
    await failsWith(t, 'closed', collect(store.readStream(`${newCategory()}-1`)));
    await failsWith(t, 'closed', collect(store.readAll()));
    await failsWith(t, 'closed', collect(store.subscribe()));
    await failsWith(t, 'closed', store.checkpoints.load('reader'));
    await failsWith(t, 'closed', store.checkpoints.save('reader', '1'));
    for (const texts of [store.agreements, store.heartbeats]) {
      await failsWith(t, 'closed', texts.read('shares'));
      await failsWith(t, 'closed', texts.replace('shares', 'mine', 'none'));
    }
    await t.notThrowsAsync(store.close());
  });

  test('closing ends subscriptions, waiting or not', async (t) => {
    const store = await engine.open(t);
    const category = newCategory();
    await store.append(`${category}-1`, events(3));
    const waiting = pull(store.subscribe({ filter: { categories: [newCategory()] } }));
    t.is((await waiting())?.kind, 'caught-up');
    const reading = pull(store.subscribe({ filter: { categories: [category] } }));
    t.is((await reading())?.kind, 'event');
    const end = waiting();
    await store.close();
    t.is(await end, undefined);
    t.is(await reading(), undefined);
  });

  test('a reading that the close cuts short fails', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    await store.append(stream, events(1000));
    const reading = store.readStream(stream)[Symbol.asyncIterator]();
    await reading.next();
    await store.close();
    const rest = async () => {
      while (!(await reading.next()).done);
    };
    await failsWith(t, 'closed', rest());
  });

  const { reopen } = engine;
  if (!reopen) return;

  test('appends under way when the store closes are finished', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    const given = events(600);
    const appends = given.map((one) => store.append(stream, [one]));
    const again = await reopen(t, store);
    await Promise.all(appends);
    t.deepEqual(idsOf(await collect(again.readStream(stream))), idsOf(given));
  });
};
