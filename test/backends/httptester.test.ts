import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import type { InboundReport } from '../../src/backends/backend.js';
import { httptester } from '../../src/backends/httptester/index.js';
import type { OutgoingText } from '../../src/outbound/gateway.js';
import { failureOf } from './server.js';

/** A tester, and what it reports. */
const tester = (t: ExecutionContext, keys: object = {}) => {
  const told: InboundReport[] = [];
  const reports = new EventTarget();
  const context = {
    publicUrl: 'http://router.test',
    secret: 's',
    tell: async (report: InboundReport) => {
      told.push(report);
      reports.dispatchEvent(new Event('told'));
    },
  };
  const config = httptester.config.parse({ delayMs: 30, awayMs: 200, ...keys });
  const backend = httptester.create('tester', '/httptester/tester/', config, context);
  t.teardown(() => backend.gateway.close());
  const reported = async (count: number) => {
    while (told.length < count) await once(reports, 'told');
    return told.map(({ status }) => status);
  };
  return { ...backend, told, reported };
};

const read = (t: ExecutionContext, body: string) =>
  tester(t).routes[0]?.read({
    method: 'POST',
    query: '',
    contentType: 'application/x-www-form-urlencoded',
    body: Buffer.from(body),
  });

const text = (inResponseToGatewayId?: string): OutgoingText => ({
  messageId: 'm',
  correlationId: 'c',
  identity: '123',
  text: 'hi',
  ...(inResponseToGatewayId === undefined ? {} : { inResponseToGatewayId }),
});

/** The id that a message got which says what becomes of its answers. */
const idOf = (t: ExecutionContext, play: string): string => {
  const inbound = read(t, `identity=123&text=hi&play=${play}`);
  return inbound?.kind === 'message' ? (inbound.gateway?.id ?? '') : '';
};

test("the seed's own form is a message, and what else comes is kept", (t) => {
  t.deepEqual(read(t, 'identity=1112223333&text=echo+hello'), {
    kind: 'message',
    identity: '1112223333',
    text: 'echo hello',
  });
  t.like(read(t, 'identity=1&text=a&from=page&play='), { gateway: { other: { from: 'page' } } });
  t.like(read(t, 'identity=1&text=a&play=lost'), {
    kind: 'rejected',
    status: 400,
    reason: '"play" is "lost"; expected one of delivered, failed, delayed, away, none, or none.',
  });
  t.like(read(t, 'text=a'), { kind: 'rejected', status: 400 });
});

test('each message that says what becomes of its answers is a message of its own', (t) => {
  t.not(idOf(t, 'failed'), idOf(t, 'failed'));
});

for (const [play, statuses] of [
  ['delivered', ['delivered']],
  ['failed', ['failed']],
  ['delayed', ['buffered', 'delivered']],
] as const) {
  test(`${play} is played, as a message says or else the configuration`, async (t) => {
    const byMessage = tester(t, { play: 'none' });
    await byMessage.gateway.send(text(idOf(t, play)), 1_000);
    t.deepEqual(await byMessage.reported(statuses.length), statuses);
    const [report] = byMessage.told;
    t.like(report, { kind: 'report', messageId: 'm', correlationId: 'c', identity: '123' });
    const byConfig = tester(t, { play });
    await byConfig.gateway.send(text(), 1_000);
    t.deepEqual(await byConfig.reported(statuses.length), statuses);
  });
}

test('a gateway that is away takes the text when it is back', async (t) => {
  const { gateway, reported } = tester(t, { awayMs: 60 });
  const id = idOf(t, 'away');
  let failures = 0;
  for (; ; failures += 1) {
    try {
      await gateway.send(text(id), 1_000);
      break;
    } catch (error) {
      t.like(error, { code: 'unreachable', maybeSent: false });
      await new Promise(setImmediate);
    }
  }
  t.true(failures > 0);
  t.deepEqual(await reported(1), ['delivered']);
});

test('nothing is reported of what is to be left without a report, nor after a stop', async (t) => {
  const quiet = tester(t, { play: 'none' });
  await quiet.gateway.send(text(), 1_000);
  const stopped = tester(t, { play: 'delivered' });
  await stopped.gateway.send(text(), 1_000);
  stopped.gateway.close();
  const later = tester(t, { play: 'delayed', delayMs: 60 });
  await later.gateway.send(text(), 1_000);
  await later.reported(2);
  t.deepEqual([...quiet.told, ...stopped.told], []);
});

test('only one message is held up by a gateway that is away for it', async (t) => {
  const { gateway } = tester(t);
  t.like(await failureOf(gateway.send(text(idOf(t, 'away')), 1_000)), { code: 'unreachable' });
  t.deepEqual(await gateway.send({ ...text(), messageId: 'other' }, 1_000), {
    answer: 'taken by the tester',
  });
});
