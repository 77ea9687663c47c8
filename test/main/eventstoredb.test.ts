import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Router, startRouter } from '../../src/main/router.js';
import { StandIn } from '../eventstoredb/standIn.js';
import { collect } from '../store/events.js';
import { untilReadiness } from './readiness.js';

const connectionOf = ({ port }: StandIn) => `esdb://router:s3cret@127.0.0.1:${port}?tls=false`;

const startOn = async (t: ExecutionContext, server: StandIn, eventStore: object = {}): Promise<Router> => {
  const data = mkdtempSync(join(tmpdir(), 'threadless-main-'));
  const router = await startRouter({
    env: { EVENTSTORE_URL: connectionOf(server), THREADLESS_DATA: data },
    overrides: {
      http: { port: 0 },
      secret: 'sixteen characters',
      eventStore: { engine: 'eventstoredb', ...eventStore },
      log: { level: 'silent' },
      backends: { 'my-kannel-backend': null, 'simple-http': { outgoingUrl: 'http://127.0.0.1:1/?%(text)s' } },
    },
  });
  t.teardown(async () => {
    await router.stop();
    rmSync(data, { recursive: true, force: true });
  });
  return router;
};

const say = (router: Router, text: string) =>
  fetch(`${router.url}/http/simple-http/`, {
    method: 'POST',
    body: new URLSearchParams({ identity: '1', text }),
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

test.serial('no password is stored or greeted with', async (t) => {
  const server = await startServer(t);
  const router = await startOn(t, server);
  t.is(router.summary.data, `esdb://127.0.0.1:${server.port}?tls=false`);
  const stored = server.log.all.map(({ data, metadata }) => data.toString() + metadata.toString()).join('');
  t.notRegex(stored, /s3cret/);
});
