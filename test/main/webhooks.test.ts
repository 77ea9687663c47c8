// Webhooks of whole routers: what they are told of, restarts, processes that end, testers, and what is refused at the start.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Router, startRouter } from '../../src/main/index.js';
import type { WebhookStatus } from '../../src/webhooks/status.js';
import { startRouter as startRouterProcess } from '../kannel/support/router.js';
import { eventually } from '../kannel/support/wait.js';
import { ReceiverServer, secret } from '../webhooks/support/receiver.js';

const limitMs = 30_000;

const receiving = async (t: ExecutionContext, receiver = new ReceiverServer()) => {
  const url = await receiver.listen();
  t.teardown(() => receiver.close());
  return { receiver, url };
};

const running = async (
  t: ExecutionContext,
  webhook: object,
  { data, node = 'main', backends = {} }: { data?: string; node?: string; backends?: object } = {},
): Promise<Router> => {
  const router = await startRouter({
    env: {},
    overrides: {
      node,
      ...(data === undefined ? {} : { data }),
      http: { port: 0 },
      eventStore: { engine: data === undefined ? 'memory' : 'sqlite' },
      log: { level: 'silent' },
      apps: ['echo', 'ping'],
      // A machine that is busy must not make it lose its part of the work: then calls are made again.
      workers: { beatMs: 50, takeoverMs: 20_000 },
      backends: {
        'my-kannel-backend': null,
        'simple-http': { outgoingUrl: 'http://127.0.0.1:1/' },
        httptester: { engine: 'httptester' },
        private: { engine: 'httptester', play: 'failed' },
        ...backends,
      },
      webhooks: { clinic: { secret, retry: { firstDelayMs: 20, maxDelayMs: 50 }, ...webhook } },
    },
  });
  t.teardown(() => router.stop());
  return router;
};

const folder = (t: ExecutionContext): string => {
  const data = mkdtempSync(join(tmpdir(), 'threadless-webhooks-'));
  t.teardown(() => rmSync(data, { recursive: true, force: true }));
  return data;
};

const stateOf = async (router: Router): Promise<WebhookStatus | undefined> => {
  const response = await fetch(`${router.url}/readyz`);
  return ((await response.json()) as { webhooks: WebhookStatus[] }).webhooks[0];
};

const works = (router: Router) =>
  eventually('the webhook to have begun', limitMs, async () => (await stateOf(router))?.state === 'running');

test('messages, outcomes, final reports and dead letters are told', async (t) => {
  const { receiver, url } = await receiving(t);
  const router = await running(t, { url, testers: true });
  await works(router);
  await router.incoming('private', '1', 'echo hi');
  await eventually('all of it', limitMs, () => receiver.accepted.length === 4);
  t.deepEqual(
    receiver.accepted.map(({ type, data }) => [type, data.outcome ?? data.status ?? data.text]),
    [
      ['message.received', 'echo hi'],
      ['message.routed', 'handled'],
      ['message.dispatched', undefined],
      ['message.reported', 'failed'],
    ],
  );
  t.true(receiver.calls.every(({ isSigned }) => isSigned));
  t.is(new Set(receiver.accepted.map(({ data }) => data.correlationId)).size, 1);
});

test('testers are left out unless they are asked for', async (t) => {
  const { receiver, url } = await receiving(t);
  const router = await running(t, { url });
  await works(router);
  await router.incoming('httptester', '1', 'echo played');
  await router.incoming('simple-http', '2', 'echo for real');
  await eventually('the other one', limitMs, () => receiver.accepted.length === 2);
  t.deepEqual([...new Set(receiver.accepted.map(({ data }) => data.backend))], ['simple-http']);
});

test('/readyz tells a webhook that fails, and the router is ready all the same', async (t) => {
  const { url } = await receiving(t, new ReceiverServer(() => 500));
  const router = await running(t, { url });
  await works(router);
  await router.incoming('simple-http', '2', 'echo hi');
  const told = await eventually('the failure', limitMs, async () => {
    const state = await stateOf(router);
    return state?.state === 'failing' ? state : undefined;
  });
  t.like(told, { name: 'clinic', reason: 'answered 500', failing: 1 });
  t.is((await fetch(`${router.url}/readyz`)).status, 200);
});

test('when the process that tells it stops, another goes on', async (t) => {
  const { receiver, url } = await receiving(t);
  const data = folder(t);
  const routers = [
    await running(t, { url }, { data, node: 'one' }),
    await running(t, { url }, { data, node: 'two' }),
  ];
  const holder = await eventually('one to tell it', limitMs, async () => {
    const states = await Promise.all(routers.map(stateOf));
    const at = states.findIndex((state) => state?.state === 'running');
    return at < 0 ? undefined : routers[at];
  });
  const other = routers.find((router) => router !== holder);
  await holder.incoming('simple-http', '2', 'what');
  await eventually('the first', limitMs, () => receiver.accepted.length === 2);
  await holder.stop();
  await other?.incoming('simple-http', '2', 'what else');
  await eventually('the second', limitMs, () => receiver.accepted.length === 4);
  t.deepEqual(receiver.textsOf('2').filter(Boolean), ['what', 'what else']);
  t.is(receiver.calls.length, 4);
});

test('a router that is killed while a call is under way makes it again: the same id, the same bytes', async (t) => {
  const { receiver, url } = await receiving(t, new ReceiverServer(() => undefined));
  const webhook = { url, secret, retry: { firstDelayMs: 20, maxDelayMs: 50 }, timeoutMs: 20_000 };
  const router = await startRouterProcess({
    config: {
      backends: {},
      webhooks: { clinic: webhook },
      // A machine that is busy must not make it lose its part of the work: then calls are made again.
      workers: { beatMs: 50, takeoverMs: 20_000 },
      projections: { run: false },
    },
  });
  t.teardown(() => router.stop());
  await eventually('the webhook to have begun', limitMs, async () => {
    const response = await fetch(`${router.url}/readyz`);
    return ((await response.json()) as { webhooks: WebhookStatus[] }).webhooks[0]?.state === 'running';
  });
  const text = encodeURIComponent('Täglich 👩🏽');
  t.is((await fetch(`${router.url}/http/simple-http/?identity=1&text=${text}`)).status, 200);
  await eventually('a call', limitMs, () => receiver.calls.length === 1);
  await router.kill9();
  receiver.answering = () => 200;
  await router.restart();
  await eventually('its repeat', limitMs, () => receiver.accepted.length >= 2);
  const [before, ...after] = receiver.calls;
  t.is(after[0]?.id, before?.id);
  t.is(after[0]?.body, before?.body);
  t.is(before?.data.text, 'Täglich 👩🏽');
  t.true(receiver.calls.every(({ isSigned }) => isSigned));
});
