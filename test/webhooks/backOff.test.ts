import test from 'ava';
import { createMemoryStore } from '../../src/store/memory/open.js';
import { delayOf } from '../../src/webhooks/backOff.js';
import type { Answer } from '../../src/webhooks/post.js';
import { webhookDefaults } from '../../src/webhooks/settings.js';
import { ManualClock, settled } from '../outbound/support/manualClock.js';
import { settingsOf, World } from './support/world.js';

const clock = new ManualClock();
const delay = (attempts: number, random: number, more: object = {}) =>
  delayOf({ attempts, refusedSinceMs: undefined }, { code: 'refused', ...more }, webhookDefaults, {
    clock,
    random: () => random,
  });

test('the delay doubles up to the longest, spread between half and all of it', (t) => {
  t.deepEqual(
    [1, 2, 3, 9, 20, 500].map((nth) => delay(nth, 1)),
    [1_000, 2_000, 4_000, 256_000, 300_000, 300_000],
  );
  t.deepEqual(
    [1, 2, 20].map((nth) => delay(nth, 0)),
    [500, 1_000, 150_000],
  );
});

test('a receiver may ask for a longer pause, up to the longest', (t) => {
  t.is(delay(1, 1, { retryAfterMs: 60_000 }), 60_000);
  t.is(delay(1, 1, { retryAfterMs: 3_600_000 }), 300_000);
  t.is(delay(9, 1, { retryAfterMs: 5_000 }), 256_000);
});

test('the last attempt comes when the time is over, and not long after', (t) => {
  const given = { code: 'refused' } as const;
  const line = { attempts: 9, refusedSinceMs: clock.now() - webhookDefaults.giveUpAfterMs + 7_000 };
  t.is(delayOf(line, given, webhookDefaults, { clock, random: () => 1 }), 7_000);
  t.is(delayOf(line, { code: 'unreachable' }, webhookDefaults, { clock, random: () => 1 }), 256_000);
});

/** A webhook whose receiver answers as told, with time in our hands. */
const withReceiver = async (answer: () => Answer) => {
  const time = new ManualClock();
  let calls = 0;
  const receiver = {
    post: async () => {
      calls += 1;
      return answer();
    },
    close: () => undefined,
  };
  const world = new World({ store: createMemoryStore(), clock: time, receiverOf: () => receiver });
  const settings = settingsOf({ giveUpAfterMs: 60_000, retry: { firstDelayMs: 1_000, maxDelayMs: 5_000 } });
  const running = world.started(settings);
  await settled();
  return { world, time, running, calls: () => calls };
};

const refused: Answer = { isAccepted: false, code: 'refused', detail: 'answered 500' };
const nobody: Answer = { isAccepted: false, code: 'unreachable', detail: 'no connection: ECONNREFUSED' };

test('time in which nobody answers is not time in which a call is refused', async (t) => {
  let answer: Answer = refused;
  const { world, time, running } = await withReceiver(() => answer);
  await world.received('ann', 'x');
  await time.advance(30_000);
  answer = nobody;
  await time.advance(3_600_000);
  t.deepEqual(await world.failed(), []);
  answer = refused;
  await time.advance(20_000);
  t.deepEqual(await world.failed(), []);
  await time.advance(20_000);
  t.is((await world.failed()).length, 1);
  void running.stop();
  await time.advance(60_000);
});

test('when a receiver is back, those that met nobody do not wait for their own time', async (t) => {
  let answer: Answer = nobody;
  const { world, time, running, calls } = await withReceiver(() => answer);
  for (const who of ['a', 'b', 'c']) await world.received(who, 'x');
  await time.advance(600_000);
  t.is(running.status?.waiting, 3);
  answer = { isAccepted: true };
  const before = calls();
  await time.until(() => calls() > before);
  await settled();
  t.is(running.status?.waiting, 0);
  t.is(calls(), before + 3);
  void running.stop();
  await time.advance(60_000);
});

test('a refused call that outlives its process is given up in its time all the same', async (t) => {
  const { world, time, running } = await withReceiver(() => refused);
  await world.received('ann', 'x');
  await time.advance(40_000);
  const stopped = running.stop();
  await time.advance(1_000);
  await stopped;
  const again = world.started(settingsOf({ giveUpAfterMs: 60_000 }));
  await settled();
  await time.advance(25_000);
  t.is((await world.failed()).length, 1);
  void again.stop();
  await time.advance(60_000);
});
