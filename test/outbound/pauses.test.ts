// A person pauses the lane of a backend and lets it go on: events, which whichever process has the lane obeys.
import { randomUUID } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { backendStream } from '../../src/domain/backendPause.js';
import { createPauses, readPause } from '../../src/outbound/pauses.js';
import { StoreError, type Subscription } from '../../src/store/port.js';
import { fails, ok, openStore, storeWith, World } from './support/given.js';
import { settled } from './support/manualClock.js';

const pausesOf = ({ store, clock }: World) => createPauses(store, clock, randomUUID);

const paused = async (world: World, why = 'maintenance') => {
  await pausesOf(world).pause('kannel', 'ann', why);
  await settled();
};

const resumed = async (world: World) => {
  await pausesOf(world).resume('kannel', 'ben', 'done');
  await settled();
};

test('texts of a paused backend wait, and leave in order when it is resumed', async (t) => {
  const world = new World();
  const outbound = world.started();
  await settled();
  await paused(world);
  await world.sent('1', 'a', 'b');
  await world.sent('2', 'c');
  await world.clock.advance(3_600_000);
  t.deepEqual(world.gateway.asked, []);
  t.like(outbound.status()[0], {
    state: 'paused',
    by: 'ann',
    reason: 'maintenance',
    since: '2026-01-01T00:00:00.000Z',
    waiting: 3,
    oldest: (await world.events('1'))[0]?.recordedAt,
  });
  await resumed(world);
  t.deepEqual(world.gateway.taken.toSorted(), ['a', 'b', 'c']);
  t.true(world.gateway.taken.indexOf('a') < world.gateway.taken.indexOf('b'));
  t.like(outbound.status()[0], { state: 'running', waiting: 0 });
  t.false('by' in (outbound.status()[0] ?? {}));
});

test('what is done is an event with who and why', async (t) => {
  const world = new World();
  await paused(world);
  await resumed(world);
  const events = [];
  for await (const { type, data } of world.store.readStream(backendStream('kannel')))
    events.push({ type, data });
  t.deepEqual(events, [
    {
      type: 'BackendPaused',
      data: { backend: 'kannel', by: 'ann', why: 'maintenance', pausedAt: '2026-01-01T00:00:00.000Z' },
    },
    {
      type: 'BackendResumed',
      data: { backend: 'kannel', by: 'ben', why: 'done', resumedAt: '2026-01-01T00:00:00.000Z' },
    },
  ]);
});

test('a paused backend is paused once, and one that is not cannot be resumed', async (t) => {
  const world = new World();
  const pauses = pausesOf(world);
  await t.throwsAsync(pauses.resume('kannel', 'ben'), { code: 'not-paused' });
  const both = await Promise.allSettled([
    pauses.pause('kannel', 'ann', 'one'),
    pauses.pause('kannel', 'ben', 'other'),
  ]);
  t.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  await t.throwsAsync(pauses.pause('kannel', 'ann', 'again'), { code: 'paused' });
});

test('a pause holds for who takes the lane over, before any text leaves', async (t) => {
  const world = new World();
  const first = world.started();
  await settled();
  await paused(world);
  await world.sent('1', 'a');
  await first.stop(1_000);
  const successor = world.started();
  await settled();
  t.like(successor.status()[0], { state: 'paused', by: 'ann', waiting: 1 });
  await world.clock.advance(600_000);
  t.deepEqual(world.gateway.asked, []);
  await resumed(world);
  t.deepEqual(world.gateway.taken, ['a']);
});

test('what is in flight when its backend is paused ends as it would', async (t) => {
  const world = new World();
  let answer = (): void => undefined;
  world.gateway.answer = ({ text }) =>
    text === 'a' ? new Promise((resolve) => (answer = () => resolve(ok))) : ok;
  const outbound = world.started();
  await world.sent('1', 'a', 'b');
  await settled();
  await paused(world);
  t.like(outbound.status()[0], { state: 'paused', by: 'ann', inFlight: 1, waiting: 1 });
  answer();
  await settled();
  t.deepEqual(await world.types('1'), ['MessageDispatched']);
  await resumed(world);
  t.deepEqual(world.gateway.taken, ['a', 'b']);
});

test('a text whose outcome is unknown is not sent again when a report came while its backend was paused', async (t) => {
  const world = new World();
  world.gateway.answer = () => fails('unclear');
  world.started({ onUnclear: 'resend' });
  await world.sent('1', 'a');
  await settled();
  await paused(world);
  await world.clock.advance(60_000);
  const reportedAt = '2026-01-01T00:01:00.000Z';
  await world.told('1', {
    type: 'DeliveryReported',
    data: { messageId: 'a', status: 'delivered', code: '1', reportedAt },
  });
  await resumed(world);
  t.is(world.gateway.asked.length, 1);
  t.deepEqual(await world.types('1'), ['DispatchUnclear', 'DeliveryReported', 'MessageDispatched']);
});

test('a lane whose window is full hears that it is resumed', async (t) => {
  const world = new World();
  world.started({ window: 2 });
  await settled();
  await paused(world);
  for (let n = 0; n < 10; n += 1) await world.sent(`${n}`, `to ${n}`);
  await settled();
  await resumed(world);
  t.is(world.gateway.taken.length, 10);
});

test('a text that waits for its turn at a limited rate does not leave a paused backend', async (t) => {
  const world = new World();
  world.started({ ratePerSecond: 1 });
  await world.sent('1', 'a');
  await world.sent('2', 'b');
  await settled();
  t.deepEqual(world.gateway.taken, ['a']);
  await paused(world);
  await world.clock.advance(60_000);
  t.deepEqual(world.gateway.taken, ['a']);
  await resumed(world);
  await world.clock.advance(2_000);
  t.deepEqual(world.gateway.taken, ['a', 'b']);
});

test('a gateway that is away is not tried while a person has paused its backend', async (t) => {
  const world = new World();
  world.gateway.answer = () => fails('unreachable', 'ECONNREFUSED');
  const outbound = world.started();
  await world.sent('1', 'a');
  await settled();
  t.like(outbound.status()[0], {
    state: 'paused',
    reason: 'ECONNREFUSED',
    retryAt: '2026-01-01T00:00:01.000Z',
  });
  await paused(world);
  t.like(outbound.status()[0], { state: 'paused', reason: 'maintenance', by: 'ann' });
  await world.clock.advance(600_000);
  t.is(world.gateway.asked.length, 1);
  await resumed(world);
  t.is(world.gateway.asked.length, 2);
  t.like(outbound.status()[0], { state: 'paused', reason: 'ECONNREFUSED' });
});

test('a backend of another name goes on', async (t) => {
  const world = new World();
  world.started();
  await pausesOf(world).pause('kannel2', 'ann', 'x');
  await world.sent('1', 'a');
  await settled();
  t.deepEqual(world.gateway.taken, ['a']);
});

test('a pause that a newer version wrote holds, one that says nothing of ours does not', async (t) => {
  const world = new World();
  const write = (type: string, data: object, schema: number) =>
    world.store.append(backendStream('kannel'), [
      { type, data, id: randomUUID(), metadata: { $correlationId: 'c', schema } },
    ]);
  await write('BackendPaused', { reason: 3 }, 1);
  t.deepEqual(await readPause(world.store, 'kannel'), {});
  await write('BackendPaused', { who: { name: 'ann' } }, 2);
  t.like((await readPause(world.store, 'kannel')).pause, { by: 'someone', why: '' });
});

test('a pause that was stored while the events could not be followed is heard afterwards', async (t) => {
  const inner = openStore();
  let broken: Subscription | undefined;
  let isAway = false;
  const store = storeWith(inner, {
    subscribe: (options) => {
      if (options?.filter?.categories?.[0] !== 'backend') return inner.subscribe(options);
      if (isAway) throw new StoreError('unavailable', 'away');
      broken = inner.subscribe(options);
      return broken;
    },
  });
  const world = new World(store);
  world.started();
  await settled();
  isAway = true;
  broken?.close();
  await world.clock.advance(5_000);
  await paused(world);
  isAway = false;
  await world.clock.advance(20_000);
  await world.sent('1', 'a');
  await settled();
  t.deepEqual(world.gateway.asked, []);
});

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('send to 1', 'send to 2') },
    { weight: 4, arbitrary: fc.constantFrom('pause', 'resume', 'time passes', 'a moment passes') },
    {
      weight: 1,
      arbitrary: fc.constantFrom('stop in order', 'another takes over', 'gateway away', 'gateway back'),
    },
  ),
  { minLength: 5, maxLength: 40, size: 'max' },
);

test('whenever a backend is paused and resumed nothing is lost, nothing leaves twice, and the order stays', async (t) => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(2, 1_000), async (script, window) => {
      const world = new World();
      let isAway = false;
      let isPaused = false;
      let sent = 0;
      let leftWhilePaused = 0;
      world.gateway.answer = () => {
        if (isPaused) leftWhilePaused += 1;
        return isAway ? fails('unreachable') : ok;
      };
      const settings = { concurrency: 2, window };
      let outbound = world.started(settings);
      const successor = async () => {
        await outbound.stop(1_000);
        outbound = world.started(settings);
      };
      for (const step of script) {
        if (step.startsWith('send to ')) {
          sent += 1;
          await world.sent(step.slice(-1), `${sent}`);
        }
        if (step === 'pause' && !isPaused) {
          await paused(world);
          isPaused = true;
        }
        if (step === 'resume' && isPaused) {
          isPaused = false;
          await resumed(world);
        }
        if (step === 'time passes') await world.clock.advance(2_000);
        if (step === 'a moment passes') await settled();
        if (step === 'gateway away') isAway = true;
        if (step === 'gateway back') isAway = false;
        if (step === 'stop in order' || step === 'another takes over') await successor();
      }
      isAway = false;
      if (isPaused) {
        isPaused = false;
        await resumed(world);
      }
      await world.clock.advance(120_000);
      t.is(leftWhilePaused, 0);
      t.is(world.gateway.taken.length, sent);
      t.is(new Set(world.gateway.taken).size, sent);
      for (const identity of ['1', '2']) {
        const own = world.gateway.asked.filter((text) => text.identity === identity);
        const numbers = own.map(({ text }) => Number(text));
        t.deepEqual(
          numbers,
          numbers.toSorted((a, b) => a - b),
        );
      }
    }),
    { numRuns: 80 },
  );
});
