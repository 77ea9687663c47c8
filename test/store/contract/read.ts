import type { TestFn } from 'ava';
import type { RecordedEvent } from '../../../src/domain/event.js';
import type { EventFilter, OpenStore } from '../../../src/store/port.js';
import type { Engine } from '../engine.js';
import { collect, event, events, failsWith, ids, idsOf, newCategory } from '../events.js';

const types = ['Received', 'Routed', 'Sent'];

/** 600 events: three types, two categories, 200 streams, twenty correlations. More than two pages of any engine. */
const fill = async (store: OpenStore) => {
  const categories = [newCategory(), newCategory()] as const;
  const correlations = Array.from({ length: 20 }, () => event().id);
  const append = (index: number) => {
    const metadata = { $correlationId: correlations[index % 20] ?? '', schema: 1 };
    const type = types[index % 3] ?? '';
    return store.append(`${categories[index % 2]}-${index % 200}`, [event({ type, metadata })]);
  };
  // Twenty at a time: thirty different times, for the filter by time.
  for (let index = 0; index < 600; index += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, more) => append(index + more)));
  }
  const all = await collect(store.readAll({ filter: { categories } }));
  return { categories, correlations, all };
};

export const readContract = (test: TestFn, engine: Engine): void => {
  test('a stream is read in both directions, from an event on, up to a count', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    const list = events(700);
    const given = idsOf(list);
    for (let count = 0; count < 700; count += 70) await store.append(stream, list.slice(count, count + 70));
    const read = (options: Parameters<OpenStore['readStream']>[1]) => ids(store.readStream(stream, options));
    t.deepEqual(await read({}), given);
    t.deepEqual(await read({ direction: 'backwards' }), given.toReversed());
    t.deepEqual(await read({ from: 690n }), given.slice(690));
    t.deepEqual(await read({ from: 3n, direction: 'backwards' }), given.slice(0, 4).toReversed());
    t.deepEqual(await read({ from: 5n, maxCount: 2 }), given.slice(5, 7));
    t.deepEqual(await read({ maxCount: 300 }), given.slice(0, 300));
    t.deepEqual(await read({ direction: 'backwards', maxCount: 1 }), given.slice(-1));
    t.deepEqual(await read({ maxCount: 0 }), []);
    t.deepEqual(await read({ from: 700n }), []);
    t.deepEqual(await read({ from: 10n ** 20n }), []);
    t.deepEqual(await read({ from: 10n ** 20n, direction: 'backwards', maxCount: 1 }), given.slice(-1));
  });

  test('a stream that does not exist has no events', async (t) => {
    const store = await engine.open(t);
    t.deepEqual(await collect(store.readStream(`${newCategory()}-1`)), []);
    t.deepEqual(await collect(store.readStream(`${newCategory()}-1`, { direction: 'backwards' })), []);
  });

  test('a reading may be left early', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    const given = events(3);
    await store.append(stream, given);
    for await (const { id } of store.readStream(stream)) {
      t.is(given[0]?.id, id);
      break;
    }
    t.deepEqual(await ids(store.readStream(stream)), idsOf(given));
  });

  test('all events are read in one order, in both directions, from a position on', async (t) => {
    const store = await engine.open(t);
    const { categories, all } = await fill(store);
    const filter = { categories };
    // Backwards, an engine may look at all that others have written before.
    const since = all[0]?.recordedAt ?? '';
    const own = { filter: { categories, since }, direction: 'backwards' } as const;
    t.is(all.length, 600);
    t.is(new Set(all.map(({ position }) => position)).size, 600);
    t.deepEqual(await collect(store.readAll(own)), all.toReversed());
    for (const place of [0, 1, 299, 598, 599]) {
      const from = all[place]?.position ?? '';
      t.deepEqual(await collect(store.readAll({ filter, from })), all.slice(place));
      t.deepEqual(await collect(store.readAll({ filter, from, maxCount: 2 })), all.slice(place, place + 2));
      const backwards = await collect(store.readAll({ ...own, from }));
      t.deepEqual(backwards, all.slice(0, place + 1).toReversed());
    }
    const unfiltered = await collect(store.readAll({ from: all[0]?.position ?? '' }));
    t.deepEqual(
      unfiltered.filter(({ stream }) => categories.some((one) => stream.startsWith(`${one}-`))),
      all,
    );
  });

  test('a filter gives what matches every part of it', async (t) => {
    const store = await engine.open(t);
    const { categories, correlations, all } = await fill(store);
    // Of what others have written before, no more is read than need be.
    const { position: from, recordedAt: since } = all[0] ?? { position: '', recordedAt: '' };
    const check = async (filter: EventFilter, expected: (one: RecordedEvent) => boolean) => {
      const matching = all.filter(expected);
      const backwards = { filter: { ...filter, since }, direction: 'backwards' } as const;
      t.deepEqual(await collect(store.readAll({ filter, from })), matching);
      t.deepEqual(await collect(store.readAll(backwards)), matching.toReversed());
      t.deepEqual(await collect(store.readAll({ filter, from, maxCount: 3 })), matching.slice(0, 3));
      return matching.length;
    };
    const [category] = categories;
    const ofCategory = ({ stream }: RecordedEvent) => stream.startsWith(`${category}-`);
    const correlationId = correlations[4] ?? '';
    t.is(await check({ categories: [category] }, ofCategory), 300);
    t.is(await check({ categories, types: ['Sent'] }, ({ type }) => type === 'Sent'), 200);
    t.is(
      await check({ categories, types: ['Sent', 'Routed', 'Never'] }, ({ type }) => type !== 'Received'),
      400,
    );
    t.is(
      await check({ categories: [category], types: ['Sent'] }, (e) => ofCategory(e) && e.type === 'Sent'),
      100,
    );
    t.is(await check({ correlationId }, ({ metadata }) => metadata.$correlationId === correlationId), 30);
    const both = (e: RecordedEvent) => e.metadata.$correlationId === correlationId && e.type === 'Routed';
    t.is(await check({ correlationId, types: ['Routed'] }, both), 10);
    t.is(await check({ correlationId, categories: [newCategory()] }, () => false), 0);
    for (const none of [{ types: [] }, { categories: [] }, { types: ['Never'], categories }]) {
      t.is(await check(none, () => false), 0);
    }
  });

  test('a filter by time includes its beginning and excludes its end', async (t) => {
    const store = await engine.open(t);
    const { categories, all } = await fill(store);
    const [since, until] = [all[100]?.recordedAt ?? '', all[400]?.recordedAt ?? ''];
    t.true(since < until);
    const within = all.filter(({ recordedAt }) => recordedAt >= since && recordedAt < until);
    t.true(within.length > 0 && within.length < all.length);
    const read = (filter: EventFilter) => collect(store.readAll({ filter: { categories, ...filter } }));
    t.deepEqual(await read({ since, until }), within);
    t.deepEqual(
      await read({ since }),
      all.filter(({ recordedAt }) => recordedAt >= since),
    );
    t.deepEqual(
      await read({ until }),
      all.filter(({ recordedAt }) => recordedAt < until),
    );
    t.deepEqual(
      await read({ since, until, types: ['Sent'] }),
      within.filter(({ type }) => type === 'Sent'),
    );
    t.deepEqual(await read({ since: '9999-01-01T00:00:00.000Z' }), []);
    const backwards = store.readAll({ filter: { categories, since, until }, direction: 'backwards' });
    t.deepEqual(await collect(backwards), within.toReversed());
  });

  test('a stream without `-` has no category', async (t) => {
    const store = await engine.open(t);
    const stream = newCategory();
    const given = event();
    await store.append(stream, [given]);
    t.deepEqual(await ids(store.readStream(stream)), [given.id]);
    t.deepEqual(await collect(store.readAll({ filter: { categories: [stream] } })), []);
    const other = event();
    await store.append(`${stream}-a-b`, [other]);
    t.deepEqual(await ids(store.readAll({ filter: { categories: [stream] } })), [other.id]);
  });

  test('a position or a time that cannot be read is refused', async (t) => {
    const store = await engine.open(t);
    await failsWith(t, 'invalid', collect(store.readAll({ from: 'nowhere' })));
    await failsWith(t, 'invalid', collect(store.subscribe({ from: 'nowhere' })));
    await failsWith(t, 'invalid', collect(store.readAll({ filter: { since: 'once upon a time' } })));
  });

  test('a reading of all events ends beside a writer that does not', async (t) => {
    const store = await engine.open(t);
    const category = newCategory();
    await store.append(`${category}-1`, events(150));
    let read = 0;
    for await (const _ of store.readAll({ filter: { categories: [category] } })) {
      read += 1;
      await store.append(`${category}-2`, [event()]);
    }
    t.is(read, 150);
  });
};
