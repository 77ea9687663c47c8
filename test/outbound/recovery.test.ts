import test from 'ava';
import fc from 'fast-check';
import { isA } from '../../src/outbound/conversationEvents.js';
import { StoreError } from '../../src/store/port.js';
import { fails, ok, openStore, ScriptedGateway, storeWith, World } from './support/given.js';
import { settled } from './support/manualClock.js';

const never = () => new Promise<never>(() => {});

/** A router on the same store and checkpoints as the one before it. */
const next = (before: World, gateway = new ScriptedGateway()): World => {
  const world = new World(before.store, gateway);
  for (const [name, position] of before.checkpoints.saved) world.checkpoints.saved.set(name, position);
  return world;
};

const reportOn = (messageId: string) =>
  ({
    type: 'DeliveryReported',
    data: { messageId, status: 'accepted', code: '8', reportedAt: '2026-01-01T00:00:00.000Z' },
  }) as const;

test('what waited in the store is handed over at the start', async (t) => {
  const world = new World();
  await world.sent('123', 'a', 'b');
  world.started();
  await settled();
  t.deepEqual(world.gateway.taken, ['a', 'b']);
});

test('what is final is not sent again, with a checkpoint or without', async (t) => {
  const world = new World();
  const outbound = world.started();
  await world.sent('123', 'a', 'b');
  await settled();
  t.true(await outbound.stop(1_000));
  t.is(world.checkpoints.saved.size, 1);
  const second = next(world);
  second.started();
  const third = new World(world.store);
  third.started();
  await settled();
  t.deepEqual([...second.gateway.asked, ...third.gateway.asked], []);
});

test('an attempt cut between the answer and its event is made again, and marked', async (t) => {
  const world = new World();
  world.gateway.answer = () => never();
  world.started({}, {});
  await world.sent('123', 'a', 'b');
  await settled();
  const second = next(world);
  second.started({}, { cleanStart: false });
  await second.sent('123', 'c');
  await settled();
  const marks = (await world.outcomes('123')).map(({ data }) => 'resumed' in data && data.resumed);
  t.deepEqual(second.gateway.taken, ['a', 'b', 'c']);
  t.true(marks[0]);
});

test('after a stop in order nothing is marked', async (t) => {
  const world = new World();
  world.gateway.answer = () => fails('unreachable');
  const outbound = world.started();
  await world.sent('123', 'a');
  await settled();
  t.true(await outbound.stop(1_000));
  const second = next(world);
  second.started({}, { cleanStart: true });
  await settled();
  t.false('resumed' in ((await world.outcomes('123'))[0]?.data ?? {}));
});

test('a text that only waited for its next attempt is not marked, and keeps its attempts and its time', async (t) => {
  const world = new World();
  world.gateway.answer = () => fails('throttled');
  world.started();
  await world.sent('123', 'a');
  await settled();
  const second = next(world);
  second.started({}, { cleanStart: false });
  await settled();
  t.deepEqual(second.gateway.asked, []);
  await second.clock.advance(1_000);
  const dispatched = (await world.outcomes('123'))[1];
  t.like(dispatched, { type: 'MessageDispatched', data: { attempt: 2 } });
  t.false('resumed' in (dispatched?.data ?? {}));
});

test('a delivery report proves an attempt whose outcome was lost', async (t) => {
  const world = new World();
  world.gateway.answer = () => never();
  world.started();
  await world.sent('123', 'a');
  await world.told('123', reportOn('a'));
  await settled();
  const second = next(world);
  second.started({}, { cleanStart: false });
  await settled();
  t.deepEqual(second.gateway.asked, []);
  t.deepEqual(await world.types('123'), ['DeliveryReported', 'MessageDispatched']);
});

test('a stop waits for the attempts in flight, begins none, and saves how far it got', async (t) => {
  const world = new World();
  let answer = () => {};
  world.gateway.answer = () =>
    new Promise((resolve) => {
      answer = () => resolve(ok);
    });
  const outbound = world.started({ concurrency: 1 });
  await world.sent('123', 'a', 'b');
  await settled();
  const stopped = outbound.stop(10_000);
  await settled();
  answer();
  t.true(await stopped);
  t.deepEqual(world.gateway.taken, ['a']);
  t.deepEqual(await world.types('123'), ['MessageDispatched']);
  t.is(world.checkpoints.saved.get('outbound-kannel'), (await world.events('123'))[0]?.position);
  t.deepEqual(outbound.status(), []);
});

test('a stop whose time is over tells that it was no stop in order', async (t) => {
  const world = new World();
  world.gateway.answer = () => never();
  const outbound = world.started();
  await world.sent('123', 'a');
  await settled();
  const stopped = outbound.stop(5_000);
  await world.clock.advance(5_000);
  t.false(await stopped);
});

test('unknown outcomes of an unclean start outlive clean stops, for their texts and no others', async (t) => {
  const world = new World();
  world.gateway.answer = () => never();
  world.started();
  await world.sent('123', 'a');
  await settled();
  const away = () => new ScriptedGateway(() => fails('unreachable'));
  const second = next(world, away());
  const unclean = second.started({}, { cleanStart: false });
  await settled();
  await second.sent('77', 'b');
  await settled();
  t.true(await unclean.stop(1_000), 'nothing was cut short');
  const third = next(second, away());
  const clean = third.started({}, { cleanStart: true });
  await settled();
  t.true(await clean.stop(1_000));
  const last = next(third);
  last.started({}, { cleanStart: true });
  await settled();

  const resumed = async (identity: string) =>
    (await world.outcomes(identity)).map(({ data }) => 'resumed' in data && data.resumed);
  t.deepEqual(await resumed('123'), [true]);
  t.deepEqual(await resumed('77'), [false]);
});

test('once the outcomes are known, nothing is left of the note', async (t) => {
  const world = new World();
  world.gateway.answer = () => never();
  world.started();
  await world.sent('123', 'a');
  await settled();
  const second = next(world, new ScriptedGateway(() => fails('unreachable')));
  const unclean = second.started({}, { cleanStart: false });
  await settled();
  await unclean.stop(1_000);
  const third = next(second);
  const clean = third.started({}, { cleanStart: true });
  await settled();
  t.true(await clean.stop(1_000));
  t.is(third.checkpoints.saved.get('outbound-kannel-doubt'), '[]');
});

test('a lane that crashes by a bug says so and starts again', async (t) => {
  const inner = openStore();
  let broken = true;
  const store = storeWith(inner, {
    readStream: (...args) => {
      if (broken) throw new TypeError('a bug');
      return inner.readStream(...args);
    },
  });
  const world = new World(store);
  await world.sent('123', 'a');
  const outbound = world.started();
  await settled();
  t.like(outbound.status()[0], { state: 'stopped', reason: 'crashed: TypeError: a bug' });
  t.is(world.logged[0]?.level, 'error');
  broken = false;
  await world.clock.advance(60_000);
  t.deepEqual(world.gateway.taken, ['a']);
  t.like(outbound.status()[0], { state: 'running' });
});

test('a report that comes after two lives were cut does not hide that each may have handed it over', async (t) => {
  const world = new World();
  world.gateway.answer = () => never();
  world.started();
  await world.sent('123', 'a');
  await settled();
  const second = next(world);
  second.gateway.answer = () => never();
  second.started({}, { cleanStart: false });
  await settled();
  t.deepEqual(
    [...world.gateway.asked, ...second.gateway.asked].map(({ text }) => text),
    ['a', 'a'],
  );
  await world.told('123', reportOn('a'));
  const third = next(second);
  third.started({}, { cleanStart: false });
  await settled();
  t.deepEqual(third.gateway.asked, []);
  t.like((await world.outcomes('123')).at(-1), { type: 'MessageDispatched', data: { resumed: true } });
});

test('wherever it is cut, every text ends once, and a second copy is marked', async (t) => {
  const cuts = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.boolean()), {
    minLength: 1,
    maxLength: 4,
  });
  const many = fc.array(fc.constantFrom('1', '2', '3'), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(many, cuts, async (to, lives) => {
      const gateway = new ScriptedGateway();
      let world = new World(openStore(), gateway);
      for (const [n, identity] of to.entries()) await world.sent(identity, `${n}`);
      const { store } = world;
      for (const [appends, isReported] of lives) {
        let left = appends;
        // From one append on nothing of this life reaches the store any more: it was killed there.
        const dying = storeWith(store, {
          append: (...args) => (left-- > 0 ? store.append(...args) : never()),
        });
        const life = next(new World(dying), gateway);
        for (const [name, position] of world.checkpoints.saved) life.checkpoints.saved.set(name, position);
        life.started({ concurrency: 2 }, { cleanStart: false });
        await settled();
        world = life;
        if (isReported)
          for (const [n, identity] of to.entries())
            if (gateway.taken.includes(`${n}`)) await new World(store).told(identity, reportOn(`${n}`));
      }
      const last = new World(store, gateway);
      last.started({}, { cleanStart: false });
      await settled();
      for (const identity of ['1', '2', '3']) {
        const all = await last.events(identity);
        const sent = all.filter((event) => isA(event, 'MessageSent')).map(({ data }) => data.messageId);
        const dispatched = all.filter((event) => isA(event, 'MessageDispatched'));
        t.deepEqual(
          dispatched.map(({ data }) => data.messageId),
          sent,
        );
        for (const { data } of dispatched) {
          const copies = gateway.taken.filter((text) => text === data.messageId).length;
          if (copies > 1) t.true(data.resumed);
        }
      }
    }),
    { numRuns: 40 },
  );
});

test('a long conversation is read once at the start, however many texts of it wait or are done', async (t) => {
  const world = new World();
  for (let n = 0; n < 300; n += 1) await world.sent('123', `${n}`);
  world.gateway.answer = (_, nth) => (nth <= 150 ? ok : fails('unreachable'));
  const outbound = world.started();
  await world.clock.until(() => outbound.status()[0]?.waiting === 150);
  await outbound.stop(1_000);

  let read = 0;
  const { store } = world;
  const counting = storeWith(store, {
    readStream: async function* (...args) {
      for await (const event of store.readStream(...args)) {
        read += 1;
        yield event;
      }
    },
  });
  const second = new World(counting);
  second.started();
  await second.clock.until(() => second.gateway.taken.length === 150);
  // What the lane itself adds meanwhile may be read too.
  t.true(read <= 600, `${read} events read`);
});

/** A store that takes no outcomes while `state.broken`. */
const refusingOutcomes = () => {
  const state = { broken: true };
  const store = openStore();
  const append: typeof store.append = async (stream, events, options) => {
    if (state.broken && events.some(({ type }) => type !== 'MessageSent'))
      throw new StoreError('unavailable', 'Away.');
    return store.append(stream, events, options);
  };
  return { state, store: storeWith(store, { append }) };
};

const releasedAway = async (world: World, outbound: ReturnType<World['started']>) => {
  const released = outbound.release(5_000);
  await world.clock.advance(20_000);
  return released;
};

test('what the gateway took while the store was away is recorded by the next lane, and not sent again', async (t) => {
  const { state, store } = refusingOutcomes();
  const world = new World(store);
  const outbound = world.started({ concurrency: 1 });
  await world.sent('123', 'a');
  await world.sent('124', 'b');
  await settled();
  t.deepEqual(world.gateway.taken, ['a'], 'the others wait until its outcome is recorded');
  const release = await releasedAway(world, outbound);
  t.deepEqual(release, { clean: false, unknownOutcomes: new Set(['a']) });

  state.broken = false;
  outbound.begin(release);
  await world.clock.advance(20_000);

  t.deepEqual(world.gateway.taken, ['a', 'b']);
  for (const identity of ['123', '124']) {
    const outcomes = await world.outcomes(identity);
    t.deepEqual(
      outcomes.map(({ type, data }) => [type, 'resumed' in data]),
      [['MessageDispatched', false]],
    );
  }
});

test('what another process has sent again meanwhile is not recorded twice', async (t) => {
  const { state, store } = refusingOutcomes();
  const world = new World(store);
  const outbound = world.started();
  await world.sent('123', 'a');
  await settled();
  await releasedAway(world, outbound);
  state.broken = false;
  const other = next(world);
  const taken = other.started({}, { cleanStart: false });
  await settled();
  t.deepEqual(other.gateway.taken, ['a']);
  await taken.stop(1_000);

  outbound.begin({ clean: true });
  await world.clock.advance(20_000);

  t.deepEqual(await world.types('123'), ['MessageDispatched']);
  t.deepEqual(world.gateway.taken, ['a']);
});

test('a lane that is taken up again waits for the attempts that were in flight when it was released', async (t) => {
  const world = new World();
  let answer = () => {};
  world.gateway.answer = () => new Promise((resolve) => (answer = () => resolve(ok)));
  const outbound = world.started();
  await world.sent('123', 'a');
  await settled();
  const release = await releasedAway(world, outbound);
  t.deepEqual(release, { clean: false, unknownOutcomes: new Set(['a']) });
  outbound.begin(release);
  await world.clock.advance(1_000);
  t.is(world.gateway.asked.length, 1);

  answer();
  await world.clock.advance(1_000);

  t.is(world.gateway.asked.length, 1);
  t.deepEqual(await world.types('123'), ['MessageDispatched']);
});

test('a process that was stopped in its tracks hands over nothing until it knows that its lanes are still its own', async (t) => {
  const world = new World();
  const outbound = world.started();
  await world.sent('123', 'a');
  await settled();
  world.hasLease = false;
  await world.sent('123', 'b');
  await world.sent('124', 'c');
  await world.clock.advance(1_000);
  t.deepEqual(
    world.gateway.asked.map(({ text }) => text),
    ['a'],
  );

  world.hasLease = true;
  await world.clock.advance(1_000);
  t.deepEqual(world.gateway.taken, ['a', 'b', 'c']);
  world.hasLease = false;
  await world.sent('123', 'd');
  await settled();
  const stopped = outbound.stop(1_000);
  await world.clock.advance(1_000);
  t.true(await stopped);
  t.deepEqual(world.gateway.taken, ['a', 'b', 'c']);
});

test('texts in the hands of a newer version are left to it, those after them are handed over', async (t) => {
  const world = new World();
  await world.newer('123', {
    type: 'MessageSent',
    data: { messageId: 'n', text: 'n', sentAt: '2026-01-01T00:00:00.000Z' },
  });
  await world.sent('123', 'a', 'b');
  const data = { messageId: 'a', attempt: 1, answer: '?', dispatchedAt: '2026-01-01T00:00:00.000Z' };
  await world.newer('123', { type: 'MessageDispatched', data });
  world.started();
  await settled();
  t.deepEqual(world.gateway.taken, ['b']);
  await world.newer('123', {
    type: 'MessageSent',
    data: { messageId: 'm', text: 'm', sentAt: '2026-01-01T00:00:00.000Z' },
  });
  await world.sent('123', 'c');
  await settled();
  t.deepEqual(world.gateway.taken, ['b', 'c']);
});

test('what someone else wrote under the name of our events ends no text that waits', async (t) => {
  const world = new World();
  await world.sent('123', 'a', 'b');
  await world.told(
    '123',
    { type: 'MessageDiscarded', data: { messageId: 'a' } } as never,
    { type: 'MessageCancelled', data: { messageId: 'b' } } as never,
  );
  world.started();
  await settled();
  t.deepEqual(world.gateway.taken, ['a', 'b']);
});

test('a first start on a long history asks about what is open and nothing else', async (t) => {
  const world = new World();
  const outbound = world.started();
  for (let nth = 0; nth < 60; nth += 1) await world.sent(`${nth}`, `to ${nth}`);
  await settled();
  t.true(await outbound.stop(1_000));
  await world.sent('7', 'later');
  const read: string[] = [];
  const watched = storeWith(world.store, {
    readStream: (stream, options) => {
      read.push(stream);
      return world.store.readStream(stream, options);
    },
  });
  const second = new World(watched);
  second.started();
  await settled();
  t.deepEqual(second.gateway.taken, ['later']);
  const conversations = read.filter((stream) => stream.startsWith('conversation-'));
  t.deepEqual([...new Set(conversations)], ['conversation-kannel:7']);
});

test('a lane that is stopped while it reads how far it had got never begins', async (t) => {
  const world = new World();
  let read = (): void => undefined;
  const isRead = new Promise<void>((resolve) => {
    read = resolve;
  });
  const load = world.checkpoints.load.bind(world.checkpoints);
  world.checkpoints.load = async (name) => {
    if (name.endsWith('-doubt')) await isRead;
    return load(name);
  };
  const outbound = world.started();
  await settled();
  const stopped = outbound.stop(1_000);
  read();
  t.true(await stopped);
  await world.sent('1', 'a');
  await world.clock.advance(60_000);
  t.deepEqual(world.gateway.asked, []);
});
