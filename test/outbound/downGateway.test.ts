import test from 'ava';
import { StoreError } from '../../src/store/port.js';
import { fails, ok, openStore, storeWith, World } from './support/given.js';
import { settled } from './support/manualClock.js';

test('a gateway that is down pauses the lane and costs no attempt and no event', async (t) => {
  const world = new World();
  world.gateway.answer = () => fails('unreachable', 'ECONNREFUSED');
  const outbound = world.started();
  await world.sent('123', 'a', 'b');
  await world.sent('456', 'c');
  await settled();
  t.like(outbound.status()[0], { state: 'paused', reason: 'ECONNREFUSED', waiting: 3, inFlight: 0 });

  await world.clock.advance(3_600_000);
  t.deepEqual(await world.types('123'), []);
  world.gateway.answer = () => ok;
  await world.clock.advance(30_000);
  t.deepEqual(world.gateway.taken.toSorted(), ['a', 'b', 'c']);
  t.like((await world.outcomes('123'))[0], { type: 'MessageDispatched', data: { attempt: 1 } });
  t.like(outbound.status()[0], { state: 'running', waiting: 0 });
  t.deepEqual(
    world.logged.filter(({ message }) => message !== 'dispatched').map(({ level }) => level),
    ['warn', 'info'],
  );
});

test('a paused lane tries one text at a time, more and more rarely', async (t) => {
  const world = new World();
  const tries: number[] = [];
  world.gateway.answer = () => fails('unreachable');
  world.started();
  for (let n = 0; n < 50; n += 1) await world.sent(`${n}`, `to ${n}`);
  await settled();
  const startMs = world.clock.now();
  world.gateway.answer = () => {
    tries.push(world.clock.now() - startMs);
    return fails('unreachable');
  };
  await world.clock.advance(91_000);
  t.deepEqual(tries, [1_000, 3_000, 7_000, 15_000, 31_000, 61_000, 91_000]);
});

test('one answer of whatever kind opens a paused lane', async (t) => {
  const world = new World();
  world.gateway.answer = (_, nth) => (nth === 1 ? fails('unreachable') : fails('rejected'));
  const outbound = world.started();
  await world.sent('123', 'a');
  await world.clock.advance(1_000);
  t.like(outbound.status()[0], { state: 'running' });
});

test('a gateway that takes the connection and does not answer is probed on, one text at a time', async (t) => {
  const world = new World();
  world.gateway.answer = (_, nth) => (nth === 1 ? fails('unreachable') : fails('unclear'));
  const outbound = world.started({ concurrency: 2 });
  for (let n = 0; n < 10; n += 1) await world.sent(`${n}`, `to ${n}`);
  await world.clock.advance(1_000);
  t.is(world.gateway.asked.length, 2);
  await world.clock.advance(2_000);
  t.is(world.gateway.asked.length, 3);
  t.like(outbound.status()[0], { state: 'paused' });
});

test('a gateway that refuses us holds the lane, raises one alarm and burns nothing', async (t) => {
  const world = new World();
  world.gateway.answer = () => fails('misconfigured', '403 Authorization failed');
  const outbound = world.started({ holdProbeMs: 60_000 });
  await world.sent('123', 'a');
  await world.sent('456', 'b');
  await world.clock.advance(600_000);
  t.like(outbound.status()[0], { state: 'held', reason: '403 Authorization failed', waiting: 2 });
  t.is(world.gateway.asked.length, 11);
  t.deepEqual(
    world.logged.map(({ level }) => level),
    ['error'],
  );
  t.deepEqual(await world.types('123'), []);

  world.gateway.answer = () => ok;
  await world.clock.advance(60_000);
  t.deepEqual(await world.types('123'), ['MessageDispatched']);
  t.like(outbound.status()[0], { state: 'running' });
});

test('while the gateway is down the lane reads no further than its window', async (t) => {
  const world = new World();
  let pulled = 0;
  const inner = world.store;
  const store = storeWith(inner, {
    subscribe: (options) => {
      const subscription = inner.subscribe(options);
      const count = async function* () {
        for await (const item of subscription) {
          if (item.kind === 'event') pulled += 1;
          yield item;
        }
      };
      return { close: () => subscription.close(), [Symbol.asyncIterator]: count };
    },
  });
  const counted = new World(store, world.gateway);
  world.gateway.answer = () => fails('unreachable');
  const outbound = counted.started({ window: 100 });
  for (let n = 0; n < 10_000; n += 1) await counted.sent(`${n % 700}`, `${n}`);
  await counted.clock.advance(60_000);
  t.is(pulled, 100);
  t.like(outbound.status()[0], { waiting: 100 });

  world.gateway.answer = () => ok;
  await counted.clock.until(() => world.gateway.taken.length === 10_000);
  t.is(new Set(world.gateway.taken).size, 10_000);
});

test('an outcome that cannot be stored is stored later, without another attempt, and the lane waits', async (t) => {
  const inner = openStore();
  let down = false;
  const ids = new Set<string | undefined>();
  const store = storeWith(inner, {
    append: (stream, events, options) => {
      if (events[0]?.type === 'MessageDispatched' && down) {
        ids.add(events[0].id);
        return Promise.reject(new StoreError('unavailable', 'disk full'));
      }
      return inner.append(stream, events, options);
    },
  });
  const world = new World(store);
  const outbound = world.started({ concurrency: 1 });
  await settled();
  down = true;
  await world.sent('123', 'a', 'b');
  await world.sent('456', 'c');
  await world.clock.advance(60_000);
  t.is(world.gateway.asked.length, 1);
  t.is(ids.size, 1);
  t.like(outbound.status()[0], { state: 'paused', reason: 'store unavailable' });

  down = false;
  await world.clock.advance(60_000);
  t.deepEqual(world.gateway.taken.toSorted(), ['a', 'b', 'c']);
  t.deepEqual(await world.types('123'), ['MessageDispatched', 'MessageDispatched']);
  t.like(outbound.status()[0], { state: 'running', waiting: 0 });
});
