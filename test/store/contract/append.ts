import type { TestFn } from 'ava';
import type { Engine } from '../engine.js';
import { collect, event, events, failsWith, ids, idsOf, newCategory } from '../events.js';

export const appendContract = (test: TestFn, engine: Engine): void => {
  test('an event comes back as it was appended, with its place and time', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    const given = event({
      type: 'Greeted',
      data: { text: 'hi', list: [1, 2.5, null], nested: { deep: true } },
      metadata: { $correlationId: 'job 7', $causationId: event().id, schema: 3 },
    });
    const result = await store.append(stream, [given]);
    const [read, ...more] = await collect(store.readStream(stream));
    t.deepEqual(more, []);
    t.deepEqual(
      { ...read, recordedAt: '' },
      { ...given, stream, revision: 0n, position: result.position, recordedAt: '' },
    );
    t.deepEqual(result, { revision: 0n, position: result.position, stored: true });
    t.is(read?.recordedAt, new Date(read?.recordedAt ?? '').toISOString());
  });

  test('metadata beyond the known names is kept', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    const metadata = { $correlationId: event().id, schema: 1, by: 'operator', why: { ticket: 7 } };
    await store.append(stream, [event({ metadata })]);
    t.deepEqual((await collect(store.readStream(stream)))[0]?.metadata, metadata);
  });

  test('the events of one append follow each other in the stream', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    const first = events(3);
    const second = events(2);
    t.is((await store.append(stream, first)).revision, 2n);
    t.is((await store.append(stream, second)).revision, 4n);
    const read = await collect(store.readStream(stream));
    t.deepEqual(idsOf(read), idsOf([...first, ...second]));
    t.deepEqual(
      read.map(({ revision }) => revision),
      [0n, 1n, 2n, 3n, 4n],
    );
  });

  test('appends with `any` to one stream keep the order of their calls', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    const given = events(50);
    await Promise.all(given.map((one) => store.append(stream, [one])));
    t.deepEqual(await ids(store.readStream(stream)), idsOf(given));
  });

  test('`none` takes a new stream and refuses one with events', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    await store.append(stream, [event()], { expectedRevision: 'none' });
    const error = await failsWith(
      t,
      'conflict',
      store.append(stream, [event()], { expectedRevision: 'none' }),
    );
    t.true(error.retryable);
    t.is((await collect(store.readStream(stream))).length, 1);
  });

  test('a revision takes the stream whose last event it is, and no other', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    await store.append(stream, events(2));
    t.is((await store.append(stream, [event()], { expectedRevision: 1n })).revision, 2n);
    for (const expectedRevision of [0n, 1n, 3n, -1n]) {
      await failsWith(t, 'conflict', store.append(stream, [event()], { expectedRevision }));
    }
    t.is((await collect(store.readStream(stream))).length, 3);
  });

  test('a revision refuses a stream without events', async (t) => {
    const store = await engine.open(t);
    await failsWith(t, 'conflict', store.append(`${newCategory()}-1`, [event()], { expectedRevision: 0n }));
  });

  test('of concurrent appends with one expectation a single one wins', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    const attempts = events(20).map((one) => store.append(stream, [one], { expectedRevision: 'none' }));
    const settled = await Promise.allSettled(attempts);
    t.is(settled.filter(({ status }) => status === 'fulfilled').length, 1);
    t.is((await collect(store.readStream(stream))).length, 1);
  });

  test('an append that is refused harms none of those beside it', async (t) => {
    const store = await engine.open(t);
    const category = newCategory();
    const [before, refused, after] = [event(), events(2), event()];
    const results = await Promise.allSettled([
      store.append(`${category}-1`, [before]),
      store.append(`${category}-2`, refused, { expectedRevision: 5n }),
      store.append(`${category}-3`, [event({ id: 'no uuid' })]),
      store.append(`${category}-1`, [after]),
    ]);
    t.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
    );
    const read = await ids(store.readAll({ filter: { categories: [category] } }));
    t.deepEqual(read, [before.id, after.id]);
  });

  test('what the caller changes after the call is not stored', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    const data = { text: 'before' };
    const appended = store.append(stream, [event({ data })]);
    data.text = 'after';
    await appended;
    const [read] = await collect(store.readStream(stream));
    t.deepEqual(read?.data, { text: 'before' });
    t.not(read?.data, data);
  });
};
