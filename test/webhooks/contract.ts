// What a webhook promises on every engine: real calls over HTTP, to a receiver that is away, slow, or refuses.
import { randomUUID } from 'node:crypto';
import type { ExecutionContext, TestFn } from 'ava';
import { sendAgain } from '../../src/webhooks/failed.js';
import type { WebhookSettings } from '../../src/webhooks/settings.js';
import { eventually } from '../kannel/support/wait.js';
import type { Engine } from '../store/engine.js';
import { type Answering, ReceiverServer } from './support/receiver.js';
import { type Running, settingsOf, World } from './support/world.js';

const limitMs = 20_000;

interface Scene {
  readonly world: World;
  readonly receiver: ReceiverServer;
  readonly settings: WebhookSettings;
  readonly running: Running;
}

const begun = async (
  t: ExecutionContext,
  engine: Engine,
  given: Partial<WebhookSettings> = {},
  answering?: Answering,
): Promise<Scene> => {
  const receiver = new ReceiverServer(answering);
  const url = await receiver.listen();
  const world = new World({ store: await engine.open(t) });
  const settings = settingsOf({ url, name: `hook-${randomUUID()}`, ...given });
  const running = world.started(settings);
  t.teardown(async () => {
    await running.stop(0);
    await receiver.close();
  });
  await eventually('the webhook to have begun', limitMs, () => running.status?.state === 'running');
  return { world, receiver, settings, running };
};

const accepted = (receiver: ReceiverServer, count: number): Promise<true> =>
  eventually(`${count} accepted calls`, limitMs, () => receiver.accepted.length >= count || undefined);

const numbered = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, nth) => String(from + nth));

export const webhookContract = (test: TestFn, engine: Engine): void => {
  test('what happens from its beginning on is told, signed, and in order', async (t) => {
    const store = await engine.open(t);
    const world = new World({ store });
    await world.received('before', 'not told');
    const receiver = new ReceiverServer();
    const settings = settingsOf({ url: await receiver.listen(), name: `hook-${randomUUID()}` });
    const running = world.started(settings);
    t.teardown(async () => {
      await running.stop();
      await receiver.close();
    });
    await eventually('its beginning', limitMs, () => running.status?.state === 'running');
    for (const text of numbered(20)) await world.received(Number(text) % 2 === 0 ? 'ann' : 'ben', text);
    await accepted(receiver, 20);
    t.deepEqual(
      receiver.textsOf('ann'),
      numbered(20).filter((text) => Number(text) % 2 === 0),
    );
    t.true(receiver.calls.every(({ isSigned, type }) => isSigned && type === 'message.received'));
    t.true(receiver.calls.every(({ seconds }) => Math.abs(seconds - Date.now() / 1_000) < 60));
    t.is(receiver.calls.length, 20);
    t.false(receiver.calls.some(({ identity }) => identity === 'before'));
  });

  test('while its receiver is away nothing is lost, and nothing is given up', async (t) => {
    const { world, receiver, running } = await begun(t, engine, { giveUpAfterMs: 100 });
    await receiver.close();
    for (const text of numbered(30)) await world.received(`phone ${Number(text) % 3}`, text);
    await eventually('it to fail', limitMs, () => running.status?.failure?.code === 'unreachable');
    t.is(running.status?.state, 'failing');
    await receiver.listen();
    await accepted(receiver, 30);
    for (const nth of [0, 1, 2])
      t.deepEqual(
        receiver.textsOf(`phone ${nth}`),
        numbered(30).filter((text) => Number(text) % 3 === nth),
      );
    await eventually('it to be well', limitMs, () => running.status?.state === 'running');
  });

  test('a stopped webhook goes on where it was: nothing is lost, and nothing comes twice', async (t) => {
    const { world, receiver, settings, running } = await begun(t, engine);
    await world.received('ann', ...numbered(10));
    await accepted(receiver, 10);
    await running.stop();
    await world.received('ann', ...numbered(10, 10));
    const again = world.started(settings);
    t.teardown(() => again.stop());
    await accepted(receiver, 20);
    t.deepEqual(receiver.textsOf('ann'), numbered(20));
    t.is(receiver.calls.length, 20);
  });

  test('a process that loses its lease, and is not heard of again, costs nothing: a repeat has the same bytes', async (t) => {
    const { world, receiver, settings } = await begun(t, engine, {}, () => 500);
    await world.received('ann', 'Täglich 👩🏽‍⚕️', 'next');
    await eventually('a call', limitMs, () => receiver.calls.length > 0);
    world.hasLease = false;
    const other = new World({ store: world.store });
    receiver.answering = () => 200;
    const running = other.started(settings);
    t.teardown(() => running.stop());
    await accepted(receiver, 2);
    t.deepEqual(receiver.textsOf('ann'), ['Täglich 👩🏽‍⚕️', 'next']);
    const [first] = receiver.calls;
    const repeats = receiver.calls.filter(({ id }) => id === first?.id);
    t.true(repeats.length >= 2);
    t.true(repeats.every(({ body, isSigned }) => body === first?.body && isSigned));
  });

  test('one conversation that is refused holds up no other, not at the next start either', async (t) => {
    const refuses: Answering = ({ identity }) => (identity === 'poison' ? 422 : 200);
    const { world, receiver, settings, running } = await begun(t, engine, {}, refuses);
    await world.received('poison', ...numbered(50));
    for (const text of numbered(20)) await world.received('ann', text);
    await accepted(receiver, 20);
    await eventually('the others to be done with', limitMs, () => running.status?.waiting === 50);
    t.like(running.status, { state: 'failing', failing: 1 });
    await running.stop();
    const [calls] = [receiver.calls.length];
    receiver.answering = () => 200;
    const again = world.started(settings);
    t.teardown(() => again.stop());
    await accepted(receiver, 70);
    t.deepEqual(receiver.textsOf('poison'), numbered(50));
    t.deepEqual(receiver.textsOf('ann'), numbered(20));
    t.is(receiver.calls.length, calls + 50, 'what was told before is not told again');
  });

  test('what is refused for too long is put aside, its conversation goes on, and it can be sent again', async (t) => {
    const refuses: Answering = ({ data }) => (data.text === 'bad' ? 400 : 200);
    const { world, receiver, settings, running } = await begun(t, engine, { giveUpAfterMs: 150 }, refuses);
    await world.received('ann', 'one', 'bad', 'two');
    await accepted(receiver, 2);
    const [call, ...others] = await world.failed(settings.name);
    t.deepEqual(others, []);
    t.like(call, { type: 'message.received', code: 'refused', detail: 'answered 400' });
    t.true((call?.attempts ?? 0) >= 2);
    receiver.answering = () => 200;
    const needs = { store: world.store, clock: world.clock, newId: randomUUID };
    const told = await sendAgain(needs, settings.name, {}, { by: 'ann', why: 'mended' });
    t.deepEqual(told, [{ eventId: call?.eventId ?? '' }]);
    await accepted(receiver, 3);
    t.deepEqual(receiver.textsOf('ann'), ['one', 'two', 'bad']);
    const bodies = new Set(receiver.calls.filter(({ data }) => data.text === 'bad').map(({ body }) => body));
    t.is(bodies.size, 1);
    t.deepEqual(await world.failed(settings.name), []);
    const nobody = await sendAgain(needs, settings.name, [call?.eventId ?? ''], { by: 'ann' });
    t.regex(nobody[0]?.problem ?? '', /waits to be sent again/);
    await eventually('nothing to wait', limitMs, () => running.status?.waiting === 0);
  });

  test('without its checkpoint it goes on where it stopped in order, and without that it tells all since its beginning', async (t) => {
    const { world, receiver, settings, running } = await begun(t, engine);
    await world.received('ann', ...numbered(5));
    await accepted(receiver, 5);
    await running.stop();
    await world.store.checkpoints.save(`webhook-${settings.name}`, '{"position":"nowhere","lines":[]}');
    await world.received('ann', '5');
    const again = world.started(settings);
    t.teardown(() => again.stop());
    await accepted(receiver, 6);
    t.is(receiver.calls.length, 6);
    world.hasLease = false;
    await again.stop();
    world.hasLease = true;
    await world.store.checkpoints.save(`webhook-${settings.name}`, '{"position":"nowhere","lines":[]}');
    const third = world.started(settings);
    t.teardown(() => third.stop());
    await accepted(receiver, 7);
    t.deepEqual(
      receiver.accepted.map(({ data }) => data.text),
      [...numbered(6), '5'],
      'what was told since it last stopped in order comes again',
    );
    t.is(new Set(receiver.accepted.map(({ id, body }) => id + body)).size, 6);
  });
};
