import type { TestFn } from 'ava';
import type { Engine } from '../engine.js';
import { collect, event, events, failsWith, ids, idsOf, newCategory } from '../events.js';

export const idempotencyContract = (test: TestFn, engine: Engine): void => {
  test('a repeated append stores nothing and tells where the events are', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    const given = events(3);
    const first = await store.append(stream, given);
    await store.append(stream, [event()]);
    t.deepEqual(await store.append(stream, given), { ...first, stored: false });
    t.is((await collect(store.readStream(stream))).length, 4);
  });

  test('a repeated append succeeds whatever revision it expects', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    const given = event();
    const first = await store.append(stream, [given], { expectedRevision: 'none' });
    await store.append(stream, [event()]);
    for (const expectedRevision of ['none', 0n, 1n, 7n, 'any'] as const) {
      t.deepEqual(await store.append(stream, [given], { expectedRevision }), { ...first, stored: false });
    }
  });

  test('the letters of an id may be of either case', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    const given = event();
    await store.append(stream, [{ ...given, id: given.id.toUpperCase() }]);
    t.false((await store.append(stream, [given])).stored);
    t.deepEqual(await ids(store.readStream(stream)), [given.id]);
  });

  test('the same event appended many times at once is stored once', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    const given = event();
    const results = await Promise.all(Array.from({ length: 20 }, () => store.append(stream, [given])));
    t.is(results.filter(({ stored }) => stored).length, 1);
    t.is(new Set(results.map(({ position }) => position)).size, 1);
    t.deepEqual(await ids(store.readStream(stream)), [given.id]);
  });

  test('an append of which a part is stored is refused as a whole', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    const known = event();
    await store.append(stream, [known]);
    await failsWith(t, 'invalid', store.append(stream, [event(), known]));
    await failsWith(t, 'invalid', store.append(stream, [known, event()]));
    t.deepEqual(await ids(store.readStream(stream)), [known.id]);
  });

  test('an append that holds an id twice is refused', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    const given = event();
    await failsWith(t, 'invalid', store.append(stream, [given, given]));
    t.deepEqual(await collect(store.readStream(stream)), []);
  });

  const { reopen } = engine;
  if (!reopen) return;

  test('after a reopening, the first append of a stream repeated is told to be one', async (t) => {
    const first = await engine.open(t);
    const stream = `${newCategory()}-1`;
    const given = events(2);
    const stored = await first.append(stream, given, { expectedRevision: 'none' });
    const store = await reopen(t, first);
    t.deepEqual(await store.append(stream, given, { expectedRevision: 'none' }), {
      ...stored,
      stored: false,
    });
    t.true((await store.append(`${stream}b`, events(1), { expectedRevision: 'none' })).stored);
  });

  test('events and their ids outlive the store object', async (t) => {
    const first = await engine.open(t);
    const category = newCategory();
    const given = events(3);
    const result = await first.append(`${category}-1`, given);
    const before = await collect(first.readAll({ filter: { categories: [category] } }));
    const store = await reopen(t, first);
    t.deepEqual(await collect(store.readAll({ filter: { categories: [category] } })), before);
    t.deepEqual(await store.append(`${category}-1`, given), { ...result, stored: false });
    await failsWith(t, 'conflict', store.append(`${category}-1`, [event()], { expectedRevision: 'none' }));
    const next = event();
    t.is((await store.append(`${category}-1`, [next], { expectedRevision: 2n })).revision, 3n);
    t.deepEqual(await ids(store.readStream(`${category}-1`)), idsOf([...given, next]));
  });
};
