import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Router, startRouter } from '../../src/main/router.js';
import { StandIn } from '../eventstoredb/standIn.js';
import { eventually } from '../kannel/support/wait.js';
import { collect } from '../store/events.js';
import { untilReadiness } from './readiness.js';

const connectionOf = ({ port }: StandIn) => `esdb://router:s3cret@127.0.0.1:${port}?tls=false`;

const startOn = async (
  t: ExecutionContext,
  server: StandIn,
  eventStore: object = {},
  more: object = {},
): Promise<Router> => {
  const data = mkdtempSync(join(tmpdir(), 'threadless-main-'));
  const router = await startRouter({
    env: { EVENTSTORE_URL: connectionOf(server), THREADLESS_DATA: data },
    overrides: {
      http: { port: 0 },
      secret: 'sixteen characters',
      eventStore: { engine: 'eventstoredb', ...eventStore },
      log: { level: 'silent' },
      backends: { 'my-kannel-backend': null, 'simple-http': { outgoingUrl: 'http://127.0.0.1:1/?%(text)s' } },
      ...more,
    },
  });
  t.teardown(async () => {
    await router.stop();
    rmSync(data, { recursive: true, force: true });
  });
  return router;
};

const say = (router: Router, text: string, identity = '1') =>
  fetch(`${router.url}/http/simple-http/`, {
    method: 'POST',
    body: new URLSearchParams({ identity, text }),
  });

const startServer = async (t: ExecutionContext) => {
  const server = await StandIn.start();
  t.teardown(() => server.close());
  return server;
};

test.serial('a router on EventStoreDB takes messages, routes them and finds them again', async (t) => {
  const server = await startServer(t);
  const router = await startOn(t, server);
  t.is((await say(router, 'echo one')).status, 200);
  t.is((await router.incoming('simple-http', '1', 'echo two')).answers.length, 1);
  await router.stop();
  const again = await startOn(t, server);
  const stream = 'conversation-simple%2Dhttp:1';
  const events = await collect(again.store.readAll({ filter: { types: ['MessageSent'] } }));
  t.deepEqual(
    events.map(({ data }) => (data as { text: string }).text),
    ['one', 'two'],
    stream,
  );
});

test.serial('while the server is frozen messages are refused, and nothing is lost', async (t) => {
  const server = await startServer(t);
  const router = await startOn(t, server, { appendTimeoutMs: 600, readTimeoutMs: 600 });
  t.is((await say(router, 'echo before')).status, 200);
  server.wire.freeze();
  t.is((await say(router, 'echo lost?')).status, 503);
  await untilReadiness(router, 503);
  server.wire.thaw();
  t.is((await say(router, 'echo after')).status, 200);
  const received = await collect(router.store.readAll({ filter: { types: ['MessageReceived'] } }));
  const texts = received.map(({ data }) => (data as { text: string }).text);
  t.is(texts.at(0), 'echo before');
  t.is(texts.at(-1), 'echo after');
});

test.serial('a server that restarts costs the router nothing', async (t) => {
  const server = await startServer(t);
  const router = await startOn(t, server);
  t.is((await say(router, 'echo before')).status, 200);
  await server.restart();
  t.is((await say(router, 'echo after')).status, 200);
  const sent = await collect(router.store.readAll({ filter: { types: ['MessageSent'] } }));
  t.is(sent.length, 2);
});

/** A phone network that takes every text, and may be slow to say so. */
class Network {
  readonly taken: string[] = [];
  answers: Promise<unknown> = Promise.resolve();
  readonly #server = createServer(async (request, response) => {
    this.taken.push(new URL(request.url ?? '', 'http://network').searchParams.get('text') ?? '');
    await this.answers;
    response.end('taken');
  });

  async listen(t: ExecutionContext): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    t.teardown(() => {
      this.#server.close();
      this.#server.closeAllConnections();
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/?text=%(text)s`;
  }
}

const untilWorkIs = (router: Router, state: string) =>
  eventually(`the router to be ${state}`, 20_000, async () => {
    const ready = (await (await fetch(`${router.url}/readyz`)).json()) as { work: { state: string } };
    return ready.work.state === state;
  });

test.serial('a server that is away for longer than a takeover has no text handed over twice', async (t) => {
  const server = await startServer(t);
  const network = new Network();
  const outgoingUrl = await network.listen(t);
  const takeoverMs = 1_000;
  const limits = { appendTimeoutMs: 1_000, readTimeoutMs: 1_000 };
  const router = await startOn(t, server, limits, {
    workers: { beatMs: 100, takeoverMs },
    backends: { 'my-kannel-backend': null, 'simple-http': { handler: 'queued', outgoingUrl } },
  });
  const phones = Array.from({ length: 12 }, (_, phone) => String(phone));
  let answer = () => {};
  network.answers = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await Promise.all(phones.map((phone) => say(router, `echo to ${phone}`, phone)));
  await eventually('texts on their way', 20_000, () => network.taken.length === phones.length);

  // The network has them, and that cannot be recorded until long after the router has put its shares down.
  const begun = performance.now();
  server.wire.refuse();
  answer();
  await untilWorkIs(router, 'apart');
  await eventually('a long outage', 20_000, () => performance.now() - begun > 3 * takeoverMs);
  server.wire.accept();
  await untilWorkIs(router, 'member');
  t.is((await say(router, 'echo at last', '0')).status, 200);
  await eventually('what came later', 20_000, () => network.taken.includes('at last'));

  t.deepEqual(network.taken.toSorted(), [...phones.map((phone) => `to ${phone}`), 'at last'].toSorted());
  const recorded = await collect(router.store.readAll({ filter: { types: ['MessageDispatched'] } }));
  t.deepEqual(
    recorded.filter(({ data }) => 'resumed' in data),
    [],
  );
});

test.serial('no password is stored or greeted with', async (t) => {
  const server = await startServer(t);
  const router = await startOn(t, server);
  t.is(router.summary.data, `esdb://127.0.0.1:${server.port}?tls=false`);
  const stored = server.log.all.map(({ data, metadata }) => data.toString() + metadata.toString()).join('');
  t.notRegex(stored, /s3cret/);
});
