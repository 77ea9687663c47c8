import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Router, startRouter, UnknownBackend } from '../../src/main/index.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { Connections } from '../../src/web/connections.js';

interface Call {
  readonly url: URL;
  readonly method: string | undefined;
}

/** A gateway: takes every call, keeps it, answers as told. */
class GatewayServer {
  readonly calls: Call[] = [];
  answer = { status: 202, body: '0: Accepted for delivery' };
  readonly #server: Server;
  #waiting: (() => void)[] = [];

  constructor() {
    this.#server = createServer((request: IncomingMessage, response) => {
      this.calls.push({ url: new URL(request.url ?? '', 'http://gateway'), method: request.method });
      response.writeHead(this.answer.status).end(this.answer.body);
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async called(times: number): Promise<readonly Call[]> {
    while (this.calls.length < times) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.calls;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

const running = async (
  t: ExecutionContext,
  overrides: Record<string, unknown> = {},
): Promise<{ router: Router; gateway: GatewayServer; url: string }> => {
  const gateway = new GatewayServer();
  const address = await gateway.listen();
  const router = await startRouter({
    env: {},
    overrides: {
      http: { port: 0 },
      eventStore: { engine: 'memory' },
      log: { level: 'silent' },
      backends: {
        'my-kannel-backend': { sendsmsUrl: `${address}/cgi-bin/sendsms` },
        'simple-http': { outgoingUrl: `${address}/out?identity=%(identity)s&text=%(text)s` },
      },
      ...overrides,
    },
  });
  t.teardown(async () => {
    await router.stop();
    gateway.close();
  });
  return { router, gateway, url: router.url ?? '' };
};

test("the seed's own curl line works, and the answer leaves", async (t) => {
  const { url, gateway } = await running(t);
  const response = await fetch(`${url}/http/simple-http/`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'identity=1112223333&text=echo hello',
  });
  t.is(response.status, 200);
  t.is(await response.text(), 'OK');
  const [call] = await gateway.called(1);
  t.is(call?.url.pathname, '/out');
  t.is(call?.url.searchParams.get('identity'), '1112223333');
  t.is(call?.url.searchParams.get('text'), 'hello');
});

test("the seed's bare get-url works: an empty 200, and the answer leaves by sendsms", async (t) => {
  const { url, gateway } = await running(t);
  const response = await fetch(
    `${url}/backend/my-kannel-backend/?id=%2B123&text=echo+hi&charset=UTF-8&coding=0`,
  );
  t.is(response.status, 200);
  t.is(await response.text(), '');
  const [call] = await gateway.called(1);
  t.is(call?.url.searchParams.get('to'), '+123');
  t.is(call?.url.searchParams.get('text'), 'hi');
});

test('incoming routes within the process and tells what became of the message', async (t) => {
  const { router, gateway } = await running(t, { apps: ['echo', 'ping'] });
  const handled = await router.incoming('simple-http', '123', 'echo hi');
  t.like(handled, { outcome: 'handled', app: 'echo', answers: ['hi'] });
  const unhandled = await router.incoming('simple-http', '123', 'what');
  t.like(unhandled, { outcome: 'unhandled', answers: [] });
  t.is((await gateway.called(1)).length, 1);
});

test('an unknown backend is an error that names the ones that exist', async (t) => {
  const { router, url } = await running(t);
  const error = await t.throwsAsync(router.incoming('nope', '1', 'x'), { instanceOf: UnknownBackend });
  t.regex(error.message, /no backend nope.*my-kannel-backend, simple-http/);
  await t.throwsAsync(router.send('x', [{ backend: 'nope', identity: '1' }]), { instanceOf: UnknownBackend });
  for (const path of ['/backend/nope/?id=1&text=x', '/http/nope/', '/http/nope']) {
    const response = await fetch(url + path);
    t.is(response.status, 404);
    t.regex(await response.text(), /my-kannel-backend, simple-http/);
  }
});

test('send reports for each connection whether the text was sent', async (t) => {
  const { router, gateway } = await running(t);
  const [sent] = await router.send('closed today', [{ backend: 'simple-http', identity: '+1 2' }]);
  t.true(sent?.sent);
  const [call] = await gateway.called(1);
  t.is(call?.url.searchParams.get('identity'), '+1 2');
});

for (const [name, request, status, sentence] of [
  ['a missing text', { path: '/backend/my-kannel-backend/?id=1' }, 400, /text/],
  ['a missing sender', { path: '/backend/my-kannel-backend/?text=x' }, 400, /id/],
  ['a repeated text', { path: '/backend/my-kannel-backend/?id=1&text=x&text=y' }, 400, /text/],
  ['invalid percent-encoding', { path: '/backend/my-kannel-backend/?id=1&text=%zz' }, 400, /percent|%zz/],
  ['an unknown charset', { path: '/backend/my-kannel-backend/?id=1&text=x&charset=KLINGON' }, 400, /KLINGON/],
  [
    'a text of 300 KB',
    { path: `/backend/my-kannel-backend/?id=1&text=${'x'.repeat(300_000)}` },
    413,
    /large|long|bytes/,
  ],
  ['a missing field', { path: '/http/simple-http/', form: 'identity=1' }, 400, /text/],
  [
    'a body of the wrong type',
    { path: '/http/simple-http/', form: '<x/>', type: 'text/xml' },
    415,
    /xml|form/i,
  ],
  [
    'a body that is no JSON',
    { path: '/http/simple-http/', form: '{', type: 'application/json' },
    400,
    /JSON/,
  ],
  ['a body of 300 KB', { path: '/http/simple-http/', form: 'x'.repeat(300_000) }, 413, /262144/],
  ['a forged report', { path: '/backend/my-kannel-backend/dlr/?id=1&status=1' }, 400, /./],
] as const) {
  test(`${name} is answered ${status} with a sentence, and kept whole`, async (t) => {
    const { url, router } = await running(t);
    const { path } = request;
    const response =
      'form' in request
        ? await fetch(url + path, {
            method: 'POST',
            headers: {
              'content-type': 'type' in request ? request.type : 'application/x-www-form-urlencoded',
            },
            body: request.form,
          })
        : await fetch(url + path);
    const body = await response.text();
    if (name === 'a forged report') t.true([400, 403].includes(response.status));
    else t.is(response.status, status);
    t.regex(body, sentence);
    t.notRegex(body, /\bat .*:\d+:\d+/);
    const rejected = [];
    for await (const event of router.store.readAll({ filter: { types: ['InboundRejected'] } }))
      rejected.push(event);
    t.is(rejected.length, 1);
    t.like(rejected[0]?.data, { reason: body.trim() });
  });
}

test('another method than the expected is answered 405, and a probe by HEAD is no message', async (t) => {
  const { url, router } = await running(t);
  for (const [method, path, allow] of [
    ['HEAD', '/backend/my-kannel-backend/?id=1&text=echo+x', 'GET'],
    ['POST', '/backend/my-kannel-backend/?id=1&text=echo+x', 'GET'],
    ['PUT', '/http/simple-http/', 'GET, POST'],
    ['DELETE', '/http/simple-http', 'GET, POST'],
  ] as const) {
    const response = await fetch(url + path, { method });
    t.is(response.status, 405, `${method} ${path}`);
    t.deepEqual(new Set(response.headers.get('allow')?.split(', ')), new Set(allow.split(', ')));
  }
  const received = [];
  for await (const event of router.store.readAll({ filter: { types: ['MessageReceived'] } }))
    received.push(event);
  t.is(received.length, 0);
});

test('a body that cannot be unpacked is answered 400 and kept as rejected', async (t) => {
  const { url } = await running(t);
  const response = await fetch(`${url}/http/simple-http/`, {
    method: 'POST',
    headers: { 'content-encoding': 'gzip', 'content-type': 'application/x-www-form-urlencoded' },
    body: 'identity=1&text=a',
  });
  t.is(response.status, 400);
  t.regex(await response.text(), /cannot be read/);
});

test('the library refuses what HTTP refuses', async (t) => {
  const { router } = await running(t);
  const bad = router as unknown as Record<'incoming' | 'send', (...args: unknown[]) => Promise<unknown>>;
  for (const call of [
    () => bad.incoming('simple-http', '', 'x'),
    () => bad.incoming('simple-http', '1', 5),
    () => bad.incoming('simple-http', undefined, 'x'),
    () => bad.send(undefined, [{ backend: 'simple-http', identity: '1' }]),
    () => bad.send('x', [{ backend: 'simple-http' }]),
  ]) {
    await t.throwsAsync(call, { instanceOf: TypeError, message: /identity|text is a string/ });
  }
});

test('control characters and empty texts are texts like others', async (t) => {
  const { url, gateway } = await running(t, { apps: ['echo'] });
  await fetch(`${url}/backend/my-kannel-backend/?id=1&text=`);
  await fetch(`${url}/backend/my-kannel-backend/?id=1&text=echo+%00%07%1B&charset=UTF-8`);
  const [call] = await gateway.called(1);
  t.is(call?.url.searchParams.get('to'), '1');
});

test('health: alive at once, ready when the store takes writes and the lanes run', async (t) => {
  const { url } = await running(t);
  t.is((await fetch(`${url}/healthz`)).status, 200);
  let response = await fetch(`${url}/readyz`);
  for (let tries = 0; tries < 100 && response.status !== 200; tries += 1)
    response = await fetch(`${url}/readyz`);
  t.is(response.status, 200);
  t.like(await response.json(), { ready: true, store: true, routing: true });
});

test('a stop in order finishes what is under way and refuses what comes after', async (t) => {
  const { url, router } = await running(t);
  await fetch(`${url}/backend/my-kannel-backend/?id=1&text=echo+hi`);
  t.true(await router.stop());
  await t.throwsAsync(fetch(`${url}/healthz`));
  await t.throwsAsync(router.incoming('simple-http', '1', 'x'), { message: /closed/ });
});

test('an address that is taken stops the start before anything is written or taken', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'threadless-address-'));
  t.teardown(() => rmSync(data, { recursive: true, force: true }));
  const { router } = await running(t);
  const http = { port: Number(new URL(router.url ?? '').port) };
  const starting = startRouter({ env: {}, overrides: { data, http, log: { level: 'silent' } } });
  await t.throwsAsync(starting, { code: 'EADDRINUSE', message: new RegExp(`${http.port}\\. .*PORT`) });
  const store = await openSqliteStore({ path: join(data, 'events.sqlite') });
  t.teardown(() => store.close());
  for await (const { type } of store.readAll()) t.fail(type);
  t.is(await store.agreements.read('workers'), undefined);
});

test('who comes before the start is complete, or after the stop has begun, is asked to come again', async (t) => {
  const connections = new Connections();
  const server = createServer(connections.watch((_request, response) => response.end('served')));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const told = async () => {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const { status, headers } = response;
    return [status, headers.get('threadless-router'), headers.get('retry-after'), await response.text()];
  };
  t.deepEqual(await told(), [503, 'starting', '5', 'The router is starting. Please try again later.\n']);
  connections.serve();
  t.deepEqual(await told(), [200, 'serving', null, 'served']);
  connections.close();
  t.deepEqual(await told(), [503, 'stopping', '5', 'The router is stopping. Please try again later.\n']);
});
