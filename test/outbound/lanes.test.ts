import test from 'ava';
import fc from 'fast-check';
import { isA } from '../../src/outbound/conversationEvents.js';
import { type Answer, fails, ok, openStore, ScriptedGateway, World } from './support/given.js';
import { settled } from './support/manualClock.js';

test('a text that is sent is handed over, and the event tells by what', async (t) => {
  const world = new World();
  world.gateway.answer = () => ({ answer: '0: Accepted', gatewayId: 'g1', coding: 'gsm', parts: 2 });
  world.started();
  await world.sent('123', 'hi');
  await settled();

  const [sent, dispatched] = await world.events('123');
  t.like(world.gateway.asked[0], { messageId: 'hi', identity: '123', text: 'hi' });
  t.like(dispatched, {
    type: 'MessageDispatched',
    data: { messageId: 'hi', attempt: 1, answer: '0: Accepted', gatewayId: 'g1', coding: 'gsm', parts: 2 },
    metadata: { $correlationId: 'of 123', $causationId: sent?.id },
  });
  t.false('resumed' in (dispatched?.data ?? {}));
});

test('a text for another backend is left alone', async (t) => {
  const world = new World();
  world.started();
  const metadata = { $correlationId: 'c', schema: 1 };
  const data = { messageId: 'm', text: 'm', sentAt: '2026-01-01T00:00:00.000Z' };
  const event = { type: 'MessageSent', data, metadata, id: crypto.randomUUID() };
  await world.store.append('conversation-kannel2:123', [event]);
  await settled();
  t.is(world.gateway.asked.length, 0);
});

test('a throttled text is tried again after its back-off, and others are not held up by it', async (t) => {
  const world = new World();
  world.gateway.answer = (_, nth) => (nth === 1 ? fails('throttled', 'slow down') : ok);
  world.started();
  await world.sent('123', 'a', 'b');
  await world.sent('456', 'c');
  await settled();
  t.deepEqual(world.gateway.taken, ['c']);
  t.like((await world.outcomes('123'))[0], {
    type: 'DispatchFailed',
    data: { attempt: 1, code: 'throttled', detail: 'slow down', retryAt: '2026-01-01T00:00:01.000Z' },
  });

  await world.clock.advance(1_000);
  t.deepEqual(world.gateway.taken, ['c', 'a', 'b']);
  t.like((await world.outcomes('123'))[1], { type: 'MessageDispatched', data: { attempt: 2 } });
});

test('a text that is throttled to the last is abandoned, and the next one goes', async (t) => {
  const world = new World();
  world.gateway.answer = ({ text }) => (text === 'a' ? fails('throttled') : ok);
  world.started({ retry: { maxAttempts: 3 } });
  await world.sent('123', 'a', 'b');
  await world.clock.advance(60_000);
  t.deepEqual(await world.types('123'), [
    'DispatchFailed',
    'DispatchFailed',
    'DispatchFailed',
    'MessageAbandoned',
    'MessageDispatched',
  ]);
  t.like((await world.outcomes('123'))[3], { data: { code: 'throttled', attempts: 3 } });
});

test('a rejected text is abandoned at once', async (t) => {
  const world = new World();
  world.gateway.answer = () => fails('rejected', 'Not routable');
  world.started();
  await world.sent('123', 'a');
  await settled();
  t.deepEqual(await world.types('123'), ['DispatchFailed', 'MessageAbandoned']);
  t.like((await world.outcomes('123'))[1], {
    data: { code: 'rejected', detail: 'Not routable', attempts: 1 },
  });
});

test('an unclear text is left to a person, and the next one goes', async (t) => {
  const world = new World();
  world.gateway.answer = ({ text }) => (text === 'a' ? fails('unclear') : ok);
  world.started();
  await world.sent('123', 'a', 'b');
  await world.clock.advance(60_000);
  t.deepEqual(await world.types('123'), ['DispatchUnclear', 'MessageDispatched']);
  t.deepEqual(world.gateway.taken, ['b']);
});

test('where it is wished, an unclear text is sent again', async (t) => {
  const world = new World();
  world.gateway.answer = (_, nth) => (nth === 1 ? fails('unclear') : ok);
  world.started({ onUnclear: 'resend' });
  await world.sent('123', 'a');
  await world.clock.advance(1_000);
  t.like((await world.outcomes('123'))[0], {
    data: { policy: 'resend', retryAt: '2026-01-01T00:00:01.000Z' },
  });
  t.like((await world.outcomes('123'))[1], { type: 'MessageDispatched', data: { attempt: 2 } });
});

test('an unclear text is not sent again once a report has shown that it arrived', async (t) => {
  const world = new World();
  world.gateway.answer = () => fails('unclear');
  world.started({ onUnclear: 'resend' });
  await world.sent('123', 'a');
  await settled();
  const data = {
    messageId: 'a',
    status: 'delivered',
    code: '1',
    reportedAt: '2026-01-01T00:00:00.500Z',
  } as const;
  await world.told('123', { type: 'DeliveryReported', data });
  await world.clock.advance(60_000);
  t.is(world.gateway.asked.length, 1);
  t.deepEqual(await world.types('123'), ['DispatchUnclear', 'DeliveryReported', 'MessageDispatched']);
});

test('what a gateway throws against its contract counts as unclear', async (t) => {
  const world = new World();
  world.gateway.answer = () => new TypeError('a bug');
  world.started({ onUnclear: 'hold' });
  await world.sent('123', 'a');
  await settled();
  t.deepEqual(await world.types('123'), ['DispatchUnclear']);
});

test('what becomes of a text that the gateway did not take is told', async (t) => {
  const unclear = new World(openStore(), new ScriptedGateway(() => fails('unclear')));
  unclear.started({ onUnclear: 'hold' });
  await unclear.sent('123', 'a');
  const rejected = new World(openStore(), new ScriptedGateway(() => fails('rejected')));
  rejected.started();
  await rejected.sent('123', 'a');
  await settled();
  t.deepEqual(unclear.logged, [
    { level: 'warn', message: 'outcome unknown: perhaps sent, it waits in the dead letters' },
  ]);
  t.deepEqual(rejected.logged, [{ level: 'warn', message: 'given up: it waits in the dead letters' }]);
});

test('a text that is cancelled while it waits is not sent', async (t) => {
  const world = new World();
  world.gateway.answer = ({ text }) => (text === 'a' ? fails('throttled') : ok);
  world.started();
  await world.sent('123', 'a', 'b', 'c');
  await settled();
  const cancelled = {
    messageId: 'b',
    text: 'b',
    cancelledBy: 'consent',
    cancelledAt: '2026-01-01T00:00:00.000Z',
  };
  await world.told('123', { type: 'MessageCancelled', data: cancelled });
  world.gateway.answer = () => ok;
  await world.clock.advance(1_000);
  t.deepEqual(world.gateway.taken, ['a', 'c']);
});

test('no more attempts are in flight than allowed', async (t) => {
  const world = new World();
  world.gateway.answer = () => settled().then(() => ok);
  const outbound = world.started({ concurrency: 3 });
  for (let n = 0; n < 20; n += 1) await world.sent(`${n}`, `to ${n}`);
  await world.clock.until(() => world.gateway.taken.length === 20);
  t.is(world.gateway.mostInFlight, 3);
  await settled();
  t.like(outbound.status()[0], { state: 'running', waiting: 0, inFlight: 0 });
});

test('attempts are spread evenly below the rate', async (t) => {
  const world = new World();
  const times: number[] = [];
  const startMs = world.clock.now();
  world.gateway.answer = () => {
    times.push(world.clock.now() - startMs);
    return ok;
  };
  world.started({ ratePerSecond: 4 });
  for (let n = 0; n < 6; n += 1) await world.sent(`${n}`, `to ${n}`);
  await world.clock.advance(10_000);
  t.deepEqual(times, [0, 250, 500, 750, 1_000, 1_250]);
});

const conversations = ['1', '2', '3'];
const answers = fc.infiniteStream(
  fc.constantFrom<'ok' | 'throttled' | 'unreachable' | 'rejected' | 'unclear'>(
    'ok',
    'ok',
    'throttled',
    'unreachable',
    'rejected',
    'unclear',
  ),
);

test('whatever fails, the texts of one conversation leave in order, and each ends once', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...conversations), { minLength: 1, maxLength: 25, size: 'max' }),
      answers,
      fc.constantFrom('hold' as const, 'resend' as const),
      async (to, script, onUnclear) => {
        const world = new World();
        const next = (): Answer => {
          const { value } = script.next();
          return value === 'ok' ? ok : fails(value ?? 'rejected');
        };
        world.gateway.answer = () => settledBriefly().then(next);
        const outbound = world.started({ concurrency: 2, onUnclear, retry: { maxAttempts: 3 } });
        for (const [n, identity] of to.entries()) await world.sent(identity, `${n}`);
        await world.clock.until(() => world.gateway.inFlight === 0 && outbound.status()[0]?.waiting === 0);

        for (const identity of conversations) {
          const all = await world.events(identity);
          const sent = all.filter((event) => isA(event, 'MessageSent')).map(({ data }) => data.messageId);
          const asked = world.gateway.asked.filter((text) => text.identity === identity);
          t.deepEqual([...new Set(asked.map(({ messageId }) => messageId))], sent);
          const ended = all.filter(
            (event) =>
              isA(event, 'MessageDispatched', 'MessageAbandoned') ||
              (isA(event, 'DispatchUnclear') && event.data.policy === 'hold'),
          );
          t.deepEqual(
            ended.map(({ data }) => 'messageId' in data && data.messageId),
            sent,
          );
          const inOrder = asked.map(({ text }) => Number(text));
          t.deepEqual(
            inOrder,
            inOrder.toSorted((a, b) => a - b),
          );
        }
      },
    ),
    { numRuns: 60 },
  );
});

const settledBriefly = () => new Promise((resolve) => setImmediate(resolve));

test('a limited rate goes on when the date is set back', async (t) => {
  const world = new World();
  world.started({ ratePerSecond: 1 });
  await world.sent('1', 'a', 'b', 'c');
  await world.clock.advance(1_100);
  world.clock.set(-3_600_000);
  await world.clock.advance(2_000);
  t.deepEqual(world.gateway.taken, ['a', 'b', 'c']);
});

test('a text is tried again after the longest wait at the latest, though the date was set back since', async (t) => {
  const ahead = new World();
  ahead.clock.set(3_600_000);
  ahead.gateway.answer = () => fails('throttled');
  const outbound = ahead.started({ retry: { firstDelayMs: 1_000, maxDelayMs: 60_000 } });
  await ahead.sent('1', 'a');
  await settled();
  await outbound.stop(1_000);
  const world = new World(ahead.store);
  world.started({ retry: { firstDelayMs: 1_000, maxDelayMs: 60_000 } });
  await world.clock.advance(61_000);
  t.deepEqual(world.gateway.taken, ['a']);
});
