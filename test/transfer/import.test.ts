import test from 'ava';
import { createMemoryStore } from '../../src/store/memory/open.js';
import { type EventStore, type OpenStore, StoreError } from '../../src/store/port.js';
import { collect, event, events, ids } from '../store/events.js';
import { engines } from './engines.js';
import { exported, failsWith, fill, imported, keptOf } from './support.js';

for (const [name, engine] of engines) {
  test(`an import done again stores nothing more, on ${name}`, async (t) => {
    const source = createMemoryStore();
    await fill(source, 50);
    const target = await engine.open(t);
    const first = await imported(target, await exported(source));
    t.is(first.before, 0);
    const after = await collect(target.readAll());
    t.deepEqual(await imported(target, await exported(source)), { ...first, before: first.events });
    t.deepEqual(await collect(target.readAll()), after);
  });

  test(`a later export of the same store adds what is new, in its order, on ${name}`, async (t) => {
    for (let before = 1; before <= 12; before += 1) {
      const source = createMemoryStore();
      const target = await engine.open(t);
      // In one stream, so that the first import ends within what the second would append at once.
      for (let count = 0; count < before; count += 1) await source.append('long-1', [event()]);
      await imported(target, await exported(source));
      await source.append('long-1', events(3));
      await fill(source, 10);
      const { events: all, before: known } = await imported(target, await exported(source));
      t.is(known, before);
      t.is(all, (await collect(source.readAll())).length);
      t.deepEqual(await ids(target.readAll()), await ids(source.readAll()));
    }
  });

  test(`a stream with events of its own is a conflict that names stream and line, on ${name}`, async (t) => {
    const source = createMemoryStore();
    await source.append('a-1', [event()]);
    const [known, other] = [event(), event()];
    await source.append('b-1', [known, ...events(4)]);
    const target = await engine.open(t);
    await target.append('b-1', [known, other]);
    const error = await failsWith(t, 'conflict', imported(target, await exported(source)));
    // The header is line 1, a-1 line 2, the event that both have line 3.
    t.regex(error.message, /Line 4 .*stream b-1\. Nothing of it was changed/);
    t.deepEqual(await ids(target.readStream('b-1')), [known.id, other.id]);
    t.deepEqual(await ids(target.readStream('a-1')), []);
  });

  test(`other streams of the target stay as they are, on ${name}`, async (t) => {
    const source = createMemoryStore();
    await fill(source, 10);
    const target = await engine.open(t);
    const own = events(2);
    await target.append('own-1', own);
    await imported(target, await exported(source));
    t.deepEqual(
      await ids(target.readStream('own-1')),
      own.map(({ id }) => id),
    );
  });

  test(`a stream whose beginning was deleted begins at 0, on ${name}`, async (t) => {
    const source = createMemoryStore();
    await source.append('a-1', events(3));
    await source.append('b-1', [event()]);
    await source.append('a-1', events(2));
    await source.append('b-1', [event()]);
    await source.append('a-1', [event()]);
    const late: EventStore = { ...source, readAll: (options) => source.readAll({ ...options, from: '4' }) };
    const target = await engine.open(t);
    const bytes = await exported(late);
    // The store tells only when it is asked, so order with other streams takes one append at a time.
    const room = { inFlight: 1, inCallOrder: true };
    t.like(await imported(target, bytes, { room }), { events: 5, shifted: 1 });
    t.deepEqual(await ids(target.readStream('a-1')), (await ids(source.readStream('a-1'))).slice(3));
    t.like(await imported(target, bytes), { events: 5, before: 5, shifted: 1 });
    await source.append('a-1', events(2));
    t.like(await imported(target, await exported(late)), { events: 7, before: 5 });
    t.deepEqual(await ids(target.readAll()), (await ids(source.readAll())).slice(3));
    const together = await engine.open(t);
    t.like(await imported(together, await exported(late)), { events: 7, before: 0, shifted: 1 });
    for (const stream of ['a-1', 'b-1']) {
      t.deepEqual(await ids(together.readStream(stream)), await ids(target.readStream(stream)));
    }
  });
}

/** A store that fails on cue: `fails` is asked before each append. */
const failing = (store: OpenStore, fails: (call: number) => boolean): EventStore => {
  let call = 0;
  return {
    ...store,
    append: async (...append) => {
      call += 1;
      if (fails(call)) throw new StoreError('unavailable', 'The disk of the store is full.');
      return store.append(...append);
    },
  };
};

test('a store that takes nothing for a while is waited for', async (t) => {
  const source = createMemoryStore();
  await fill(source, 100, { streams: 3 });
  const target = createMemoryStore();
  const room = { inFlight: 1, inCallOrder: true };
  await imported(
    failing(target, (call) => call % 3 > 0),
    await exported(source),
    { room },
  );
  t.deepEqual((await collect(target.readAll())).map(keptOf), (await collect(source.readAll())).map(keptOf));
});

test('a store that takes nothing any more ends the import, which goes on later', async (t) => {
  const source = createMemoryStore();
  await fill(source, 100, { streams: 3 });
  const target = createMemoryStore();
  const room = { inFlight: 4, inCallOrder: true };
  const bytes = await exported(source);
  const error = await failsWith(
    t,
    'unavailable',
    imported(
      failing(target, (call) => call > 20),
      bytes,
      { room },
    ),
  );
  t.true(error.retryable);
  t.regex(error.message, /disk of the store is full.* \d+ events are imported/);
  await imported(target, bytes, { room });
  t.deepEqual(await ids(target.readAll()), await ids(source.readAll()));
});

/** A store like a cluster: appends that are under way together are committed in the order least welcome. */
const reversing = (store: OpenStore): EventStore & { most: number } => {
  let queue: (() => void)[] = [];
  const reversed = {
    ...store,
    most: 0,
    append: (...append: Parameters<OpenStore['append']>) =>
      new Promise<Awaited<ReturnType<OpenStore['append']>>>((resolve) => {
        if (queue.length === 0) {
          setImmediate(() => {
            const calls = queue;
            queue = [];
            for (const call of calls.reverse()) call();
          });
        }
        queue.push(() => resolve(store.append(...append)));
        reversed.most = Math.max(reversed.most, queue.length);
      }),
  };
  return reversed;
};

test('one append at a time keeps the order of all streams, whatever the store does', async (t) => {
  const source = createMemoryStore();
  await fill(source, 100);
  const target = reversing(createMemoryStore());
  await imported(target, await exported(source), { room: { inFlight: 1, inCallOrder: false } });
  t.is(target.most, 1);
  t.deepEqual(await ids(target.readAll()), await ids(source.readAll()));
});

test('several at a time keep the order of each stream on a store without order', async (t) => {
  const source = createMemoryStore();
  await fill(source, 100);
  const target = reversing(createMemoryStore());
  await imported(target, await exported(source), { room: { inFlight: 5, inCallOrder: false } });
  t.is(target.most, 5);
  t.notDeepEqual(await ids(target.readAll()), await ids(source.readAll()));
  for (let stream = 0; stream < 7; stream += 1) {
    const name = `conversation-http:${stream}`;
    t.deepEqual(await ids(target.readStream(name)), await ids(source.readStream(name)));
  }
});
