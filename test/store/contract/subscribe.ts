import type { TestFn } from 'ava';
import type { OpenStore } from '../../../src/store/port.js';
import type { Engine } from '../engine.js';
import { collect, event, events, ids, idsOf, newCategory, pull, take } from '../events.js';

/** Appends to many streams, eight at a time; each `every`-th event is of the type `Rare`. */
const write = async (store: OpenStore, category: string, count: number, every: number): Promise<void> => {
  let next = 0;
  const writer = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      const type = index % every === 0 ? 'Rare' : 'Usual';
      await store.append(`${category}-${index % 17}`, [event({ type })]);
    }
  };
  await Promise.all(Array.from({ length: 8 }, writer));
};

export const subscribeContract = (test: TestFn, engine: Engine): void => {
  test('a subscription hands over what is stored, says so, then what is stored from then on', async (t) => {
    const store = await engine.open(t);
    const category = newCategory();
    const [before, after] = [events(3), events(3)];
    const { position } = await store.append(`${category}-1`, before);
    const subscription = store.subscribe({ filter: { categories: [category] } });
    const next = pull(subscription);
    const caughtUp = await (async () => [await next(), await next(), await next(), await next()])();
    t.deepEqual(
      caughtUp.map((item) => item?.kind),
      ['event', 'event', 'event', 'caught-up'],
    );
    if (engine.startsEmpty) t.deepEqual(caughtUp[3], { kind: 'caught-up', position });
    await store.append(`${category}-1`, after);
    const live = [await next(), await next(), await next()];
    t.deepEqual(
      live.map((item) => item?.kind === 'event' && item.event.id),
      idsOf(after),
    );
    subscription.close();
    t.is(await next(), undefined);
  });

  test('a subscription waits for the first event of its kind', async (t) => {
    const store = await engine.open(t);
    const category = newCategory();
    const subscription = store.subscribe({ filter: { categories: [category], types: ['Rare'] } });
    const next = pull(subscription);
    t.is((await next())?.kind, 'caught-up');
    const item = next();
    await store.append(`${category}-1`, [event()]);
    const rare = event({ type: 'Rare' });
    await store.append(`${category}-1`, [rare]);
    const got = await item;
    t.is(got?.kind === 'event' && got.event.id, rare.id);
    subscription.close();
  });

  for (const [title, filter] of [
    ['every event', {}],
    ['a rare type', { types: ['Rare'] }],
  ] as const) {
    test(`a subscription misses and repeats nothing while a writer goes on: ${title}`, async (t) => {
      const store = await engine.open(t);
      const category = newCategory();
      await write(store, category, 900, 50);
      const wanted = { categories: [category], ...filter };
      const writing = write(store, category, 900, 50);
      const expected = 'types' in filter ? 36 : 1800;
      const taken = await take(store.subscribe({ filter: wanted }), expected);
      await writing;
      t.deepEqual(taken, await collect(store.readAll({ filter: wanted })));
    });
  }

  test('a subscription goes on after the position it is given', async (t) => {
    const store = await engine.open(t);
    const category = newCategory();
    const filter = { categories: [category] };
    await store.append(`${category}-1`, events(10));
    const all = await collect(store.readAll({ filter }));
    const rest = await take(store.subscribe({ from: all[3]?.position ?? '', filter }), 6);
    t.deepEqual(rest, all.slice(4));
  });

  test('a subscription from the end sees what is appended after the call', async (t) => {
    const store = await engine.open(t);
    const category = newCategory();
    await store.append(`${category}-1`, events(3));
    const subscription = store.subscribe({ from: 'end', filter: { categories: [category] } });
    const next = pull(subscription);
    t.is((await next())?.kind, 'caught-up');
    const after = events(2);
    await store.append(`${category}-1`, after);
    t.deepEqual(idsOf(await take(subscription, 2)), idsOf(after));
  });

  test('subscribers do not take events from each other, and the slowest holds back none', async (t) => {
    const store = await engine.open(t);
    const category = newCategory();
    const filter = { categories: [category] };
    const slow = store.subscribe({ filter });
    const next = pull(slow);
    await store.append(`${category}-1`, [event()]);
    await next();
    const quick = [take(store.subscribe({ filter }), 6001), take(store.subscribe({ filter }), 6001)];
    // More than an engine may keep in memory for its subscribers.
    for (let count = 0; count < 6; count += 1) await store.append(`${category}-2`, events(1000));
    const all = await ids(store.readAll({ filter }));
    for (const taken of await Promise.all(quick)) t.deepEqual(idsOf(taken), all);
    t.deepEqual(idsOf(await take(slow, 6000)), all.slice(1));
  });

  test('a subscription that has fallen behind says again when it has caught up', async (t) => {
    const store = await engine.open(t);
    const category = newCategory();
    const subscription = store.subscribe({ filter: { categories: [category] } });
    const next = pull(subscription);
    t.is((await next())?.kind, 'caught-up');
    await store.append(`${category}-1`, events(1000));
    await store.append(`${category}-1`, events(1000));
    for (let count = 0; count < 2000; count += 1) {
      let item = await next();
      // An engine may catch up between the two appends.
      if (item?.kind === 'caught-up') item = await next();
      t.is(item?.kind, 'event');
    }
    t.is((await next())?.kind, 'caught-up');
    subscription.close();
  });

  test('closing a subscription ends its iteration while it waits', async (t) => {
    const store = await engine.open(t);
    const subscription = store.subscribe({ filter: { categories: [newCategory()] } });
    const next = pull(subscription);
    t.is((await next())?.kind, 'caught-up');
    const waiting = next();
    subscription.close();
    t.is(await waiting, undefined);
    t.deepEqual(await collect(subscription), []);
  });

  if (!engine.startsEmpty) return;

  test('caught up with an empty store, the position leaves out nothing of what comes', async (t) => {
    const store = await engine.open(t);
    const subscription = store.subscribe();
    const caughtUp = await pull(subscription)();
    subscription.close();
    if (caughtUp?.kind !== 'caught-up') return t.fail('not empty');
    const given = events(2);
    await store.append(`${newCategory()}-1`, given);
    // None, or that of something which the store keeps for itself.
    const { position } = caughtUp;
    const later = store.subscribe(position === undefined ? {} : { from: position });
    const next = pull(later);
    for (const { id } of given) t.like(await next(), { kind: 'event', event: { id } });
    later.close();
  });
};
