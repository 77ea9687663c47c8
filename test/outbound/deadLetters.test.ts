import { randomUUID } from 'node:crypto';
import test from 'ava';
import type { NewEvent } from '../../src/domain/event.js';
import type { DeadLetter, ListOptions } from '../../src/outbound/deadLetter.js';
import { createDeadLetters } from '../../src/outbound/deadLetters.js';
import { StoreError } from '../../src/store/port.js';
import { fails, ok, storeWith, World } from './support/given.js';
import { settled } from './support/manualClock.js';

const at = '2026-01-01T00:00:00.000Z';
const ann = { by: 'ann', why: 'mended' };

const lettersOf = (world: World) => createDeadLetters(world.store, world.clock, randomUUID);

const listed = async (world: World, options?: ListOptions): Promise<DeadLetter[]> => {
  const letters: DeadLetter[] = [];
  for await (const letter of lettersOf(world).list(options)) letters.push(letter);
  return letters;
};
const ids = async (world: World, options?: ListOptions) =>
  (await listed(world, options)).map(({ messageId }) => messageId);

/** `a` rejected, `b` unclear, `c` dispatched, `d` not routed. */
const withLetters = async () => {
  const world = new World();
  world.gateway.answer = ({ text }) =>
    text === 'a' ? fails('rejected') : text === 'b' ? fails('unclear') : ok;
  world.started();
  await world.sent('123', 'a', 'b', 'c');
  await settled();
  await world.told(
    '456',
    { type: 'MessageReceived', data: { messageId: 'd', text: 'd', receivedAt: at } },
    {
      type: 'RoutingFailed',
      data: { messageId: 'd', app: 'x', phase: 'handle', error: 'boom', trace: [], failedAt: at },
    },
  );
  world.gateway.answer = () => ok;
  return world;
};

test('what waits for a person is listed, oldest first, with its reason and its text', async (t) => {
  const world = await withLetters();
  t.deepEqual(
    (await listed(world)).map(({ messageId, direction, text, event }) => [
      messageId,
      direction,
      text,
      event.type,
    ]),
    [
      ['a', 'outbound', 'a', 'MessageAbandoned'],
      ['b', 'outbound', 'b', 'DispatchUnclear'],
      ['d', 'inbound', 'd', 'RoutingFailed'],
    ],
  );
});

test('pages follow each other', async (t) => {
  const world = await withLetters();
  const first = await listed(world, { maxCount: 2 });
  const after = first.at(-1)?.position;
  t.deepEqual(await ids(world, after === undefined ? {} : { after, maxCount: 2 }), ['d']);
});

test('a text put back is sent behind what its conversation has waiting, with its attempts counted anew', async (t) => {
  const world = await withLetters();
  await lettersOf(world).requeue('a', ann);
  await settled();
  const [requeued, dispatched] = (await world.events('123')).slice(-2);
  t.like(requeued, {
    type: 'MessageRequeued',
    data: { messageId: 'a', direction: 'outbound', by: 'ann', why: 'mended', requeuedAt: at },
    metadata: { $correlationId: 'of 123' },
  });
  t.like(dispatched, {
    type: 'MessageDispatched',
    data: { messageId: 'a', attempt: 1 },
    metadata: { $correlationId: 'of 123', $causationId: requeued?.id },
  });
  t.deepEqual(await ids(world), ['b', 'd']);
});

test('a text put back while the router was down is sent at the next start, once', async (t) => {
  const world = new World();
  world.gateway.answer = () => fails('rejected');
  const outbound = world.started();
  await world.sent('123', 'a', 'b');
  await settled();
  await outbound.stop(1_000);
  await lettersOf(world).requeue('a', ann);

  // Without the checkpoint: what was sent, abandoned and put back is read again from the first event.
  for (const asked of [['a'], []]) {
    const life = new World(world.store);
    const running = life.started();
    await settled();
    t.deepEqual(
      life.gateway.asked.map(({ text }) => text),
      asked,
    );
    await running.stop(1_000);
  }
  t.deepEqual((await world.types('123')).slice(-2), ['MessageRequeued', 'MessageDispatched']);
});

test('a letter that dies again is listed once', async (t) => {
  const world = await withLetters();
  world.gateway.answer = () => fails('rejected');
  await lettersOf(world).requeue('a', ann);
  await settled();
  t.deepEqual(await ids(world), ['b', 'd', 'a']);
});

test('a discarded letter is closed, in both directions', async (t) => {
  const world = await withLetters();
  for (const id of ['a', 'b', 'd']) await lettersOf(world).discard(id, ann);
  t.deepEqual(await ids(world), []);
  t.like((await world.events('456')).at(-1), {
    type: 'MessageDiscarded',
    data: { direction: 'inbound', discardedAt: at },
  });
});

test('a report or a later routing settles a letter', async (t) => {
  const world = await withLetters();
  const report = { messageId: 'b', status: 'delivered', code: '1', reportedAt: at } as const;
  await world.told('123', { type: 'DeliveryReported', data: report });
  const routed = { messageId: 'd', outcome: 'handled', trace: [], routedAt: at } as const;
  await world.told('456', { type: 'MessageRouted', data: routed });
  t.deepEqual(await ids(world), ['a']);
  await t.throwsAsync(lettersOf(world).requeue('b', ann), { name: 'DeadLetterError', code: 'settled' });
});

test('what never was a letter cannot be put back', async (t) => {
  const world = await withLetters();
  await t.throwsAsync(lettersOf(world).requeue('nobody', ann), { name: 'DeadLetterError', code: 'unknown' });
  await t.throwsAsync(lettersOf(world).discard('c', ann), { name: 'DeadLetterError', code: 'unknown' });
});

test('of two who put it back at the same time, one is told that it is settled', async (t) => {
  const world = await withLetters();
  const both = await Promise.allSettled(['ann', 'bob'].map((by) => lettersOf(world).requeue('a', { by })));
  await settled();
  t.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  t.is((await world.types('123')).filter((type) => type === 'MessageRequeued').length, 1);
});

test('a conversation that never rests is not fought with for ever', async (t) => {
  const world = await withLetters();
  const busy = storeWith(world.store, {
    append: () => Promise.reject(new StoreError('conflict', 'moved on')),
  });
  const letters = createDeadLetters(busy, world.clock, randomUUID);
  await t.throwsAsync(letters.requeue('a', ann), { code: 'busy' });
});

test('what a newer version of the router has in hand is no dead letter here', async (t) => {
  const world = await withLetters();
  const requeued = { messageId: 'a', direction: 'outbound', by: 'ann', requeuedAt: at } as const;
  await world.newer('123', { type: 'MessageRequeued', data: requeued });
  t.deepEqual(await ids(world), ['b', 'd']);
  await t.throwsAsync(lettersOf(world).requeue('a', ann), { code: 'settled' });
});

const unclear = (messageId: string): NewEvent => ({
  id: randomUUID(),
  type: 'DispatchUnclear',
  data: { messageId, attempt: 1, detail: 'lost', policy: 'hold', unclearAt: at },
  metadata: { $correlationId: messageId, schema: 1 },
});
const sent = (messageId: string): NewEvent => ({
  id: randomUUID(),
  type: 'MessageSent',
  data: { messageId, app: 'x', text: 'hi', sentAt: at },
  metadata: { $correlationId: messageId, schema: 1 },
});

test('what bears the names of our events elsewhere is no dead letter', async (t) => {
  const world = new World();
  for (const stream of ['router-main', 'inbound-kannel', 'conversation-', 'conversation-kannel:%zz'])
    await world.store.append(stream, [sent('a'), unclear('a')]);
  t.deepEqual(await ids(world), []);
  await t.throwsAsync(lettersOf(world).discard('a', ann), { message: 'no dead letter a' });
});

test('of letters that share an id in several conversations each can be dealt with', async (t) => {
  const world = new World();
  const streams = ['conversation-gone:12', 'conversation-kannel:12', 'conversation-kannel:13'];
  for (const stream of streams) await world.store.append(stream, [sent('a'), unclear('a')]);
  const dealtWith: string[] = [];
  for (const _ of streams) dealtWith.push((await lettersOf(world).discard('a', ann)).stream);
  t.deepEqual(dealtWith.toSorted(), streams);
  t.deepEqual(await ids(world), []);
  await t.throwsAsync(lettersOf(world).discard('a', ann), { message: /no dead letter any more/ });
});
