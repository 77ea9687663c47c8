// What holds up whom, and what is given up: on a real receiver, in the process.
import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { conversationStream } from '../../src/domain/connection.js';
import { createMemoryStore } from '../../src/store/memory/open.js';
import { StoreError } from '../../src/store/port.js';
import type { WebhookSettings } from '../../src/webhooks/settings.js';
import { eventually } from '../kannel/support/wait.js';
import { type Answering, ReceiverServer } from './support/receiver.js';
import { settingsOf, World } from './support/world.js';

const limitMs = 20_000;

const numbered = (count: number): string[] => Array.from({ length: count }, (_, nth) => String(nth));

const begun = async (
  t: ExecutionContext,
  given: Partial<WebhookSettings> = {},
  answering?: Answering,
  world = new World(),
) => {
  const receiver = new ReceiverServer(answering);
  const settings = settingsOf({ url: await receiver.listen(), ...given });
  const running = world.started(settings);
  t.teardown(async () => {
    await running.stop(0);
    await receiver.close();
  });
  await eventually('the webhook to have begun', limitMs, () => running.status?.state === 'running');
  return { world, receiver, running, settings };
};

test('calls that are never answered take no slot from those of others', async (t) => {
  const hangs: Answering = ({ identity }) => (identity.startsWith('slow') ? undefined : 200);
  const { world, receiver } = await begun(t, { concurrency: 2, timeoutMs: 500 }, hangs);
  for (let nth = 0; nth < 6; nth += 1) await world.received(`slow ${nth}`, 'x');
  for (let nth = 0; nth < 10; nth += 1) await world.received('ann', String(nth));
  await eventually('the calls of others', limitMs, () => receiver.textsOf('ann').length === 10);
  t.deepEqual(receiver.textsOf('ann'), numbered(10));
});

test('more refused conversations than the window takes: the oldest are put aside, nobody else waits', async (t) => {
  const refuses: Answering = ({ identity }) => (identity.startsWith('poison') ? 500 : 200);
  const { world, receiver, settings } = await begun(t, { window: 3, concurrency: 1 }, refuses);
  for (let nth = 0; nth < 8; nth += 1) {
    await world.received(`poison ${nth}`, 'x');
    await world.received('ann', String(nth));
  }
  // Others are accepted between the repeats of those that are refused.
  let more = 8;
  await eventually('enough to be put aside', limitMs, async () => {
    await world.received('ann', String(more));
    more += 1;
    return (await world.failed(settings.name)).length >= 5;
  });
  await eventually('all calls of others', limitMs, () => receiver.textsOf('ann').length === more);
  t.deepEqual(receiver.textsOf('ann'), numbered(more));
  const failed = await world.failed(settings.name);
  t.true(failed.every(({ code, stream }) => code === 'crowded' && /poison/.test(decodeURIComponent(stream))));
  t.true(failed.length <= 6);
});

test('a receiver that refuses everything has nothing put aside before its time, whatever the window', async (t) => {
  const { world, receiver, running, settings } = await begun(t, { window: 2, concurrency: 1 }, () => 503);
  for (let nth = 0; nth < 20; nth += 1) await world.received(`phone ${nth}`, 'x');
  await eventually('repeats', limitMs, () => receiver.calls.length > 30);
  t.deepEqual(await world.failed(settings.name), []);
  t.true((running.status?.failing ?? 0) <= 8);
  receiver.answering = () => 200;
  await eventually('all of them', limitMs, () => receiver.accepted.length === 20);
});

test('what a newer version has written is put aside, and its conversation goes on', async (t) => {
  const { world, receiver, settings } = await begun(t);
  const id = randomUUID();
  await world.store.append(conversationStream({ backend: 'kannel', identity: 'ann' }), [
    {
      type: 'MessageReceived',
      data: { messageId: id, text: 'of tomorrow', receivedAt: 'T' },
      id,
      metadata: { $correlationId: id, schema: 99 },
    },
  ]);
  await world.received('ann', 'of today');
  await eventually('the next one', limitMs, () => receiver.accepted.length === 1);
  t.deepEqual(receiver.textsOf('ann'), ['of today']);
  t.like((await world.failed(settings.name))[0], { eventId: id, code: 'newer' });
});

test('a call that cannot be recorded as put aside is tried on', async (t) => {
  const store = createMemoryStore();
  let refuses = true;
  const stubborn = {
    ...store,
    timeline: 0,
    readStream: store.readStream.bind(store),
    readAll: store.readAll.bind(store),
    subscribe: store.subscribe.bind(store),
    isPosition: store.isPosition.bind(store),
    close: store.close.bind(store),
    checkpoints: store.checkpoints,
    agreements: store.agreements,
    heartbeats: store.heartbeats,
    append: async (...args: Parameters<typeof store.append>) => {
      if (refuses && args[1][0]?.type === 'WebhookCallAbandoned')
        throw new StoreError('unavailable', 'disk full');
      return store.append(...args);
    },
  };
  const world = new World({ store: stubborn });
  const { receiver, settings } = await begun(t, { giveUpAfterMs: 20 }, () => 400, world);
  await world.received('ann', 'x');
  await eventually('it to be told', limitMs, () =>
    world.logged.some((line) => /cannot be put aside/.test(line)),
  );
  refuses = false;
  await eventually(
    'it to be put aside',
    limitMs,
    async () => (await world.failed(settings.name)).length === 1,
  );
  t.true(receiver.calls.length >= 2);
});

test('a store that cannot be read is told once, and the webhook goes on when it can', async (t) => {
  const store = createMemoryStore();
  let isAway = true;
  const readStream: typeof store.readStream = (...args) => {
    if (isAway) throw new StoreError('unavailable', 'away');
    return store.readStream(...args);
  };
  const flaky = new Proxy(store, {
    get: (target, name) => {
      if (name === 'readStream') return readStream;
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  const world = new World({ store: flaky });
  const receiver = new ReceiverServer();
  const running = world.started(settingsOf({ url: await receiver.listen() }));
  t.teardown(async () => {
    await running.stop();
    await receiver.close();
  });
  await eventually('it to stand still', limitMs, () => running.status?.reason === 'away');
  t.is(running.status?.state, 'stopped');
  isAway = false;
  await eventually('it to go on', limitMs, () => running.status?.state === 'running');
  await world.received('ann', 'hello');
  await eventually('the call', limitMs, () => receiver.accepted.length === 1);
  t.is(world.logged.filter((line) => /stands still/.test(line)).length, 1);
});

test('a stop does not wait for a receiver that does not answer, and loses nothing', async (t) => {
  const { world, receiver, running, settings } = await begun(t, {}, () => undefined);
  await world.received('ann', 'hello');
  await eventually('the call', limitMs, () => receiver.calls.length === 1);
  await running.stop(10);
  receiver.answering = () => 200;
  const again = world.started(settings);
  t.teardown(() => again.stop());
  await eventually('its repeat', limitMs, () => receiver.accepted.length === 1);
  t.deepEqual(await world.failed(settings.name), []);
});

test('nothing begins without the lease', async (t) => {
  const { world, receiver } = await begun(t);
  world.hasLease = false;
  await world.received('ann', 'hello');
  await eventually('other work', limitMs, async () => {
    await world.received('ann', 'more');
    return (await world.store.checkpoints.load('anything')) === undefined;
  });
  t.is(receiver.calls.length, 0);
  world.hasLease = true;
  await eventually('the calls', limitMs, () => receiver.accepted.length === 2);
  t.deepEqual(receiver.textsOf('ann'), ['hello', 'more']);
});
