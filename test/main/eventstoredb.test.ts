import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BACKWARDS, END, EventStoreDBClient } from '@eventstore/db-client';
import test, { type ExecutionContext } from 'ava';
import { connectionOf } from '../../src/domain/connection.js';
import { type Router, startRouter } from '../../src/main/index.js';
import { withoutCredentials } from '../../src/store/eventstoredb/connectionString.js';
import { eventually } from '../kannel/support/wait.js';
import { connectionFor, needsStandIn, needsWay, reachServer, startStandIn } from '../oneServer/server.js';
import { collect, newName } from '../store/events.js';
import { untilReadiness } from './readiness.js';

const onStandIn = needsStandIn(test);
const onTheWay = needsWay(test);

/** With a password that nobody asks for without TLS. */
const withPassword = (connectionString: string) =>
  connectionString.replace(/^esdb:\/\//, 'esdb://router:s3cret@');

const startOn = async (
  t: ExecutionContext,
  connectionString: string,
  { backend = newName('phones'), node = newName('main'), eventStore = {}, settings = {}, more = {} } = {},
) => {
  const data = mkdtempSync(join(tmpdir(), 'threadless-main-'));
  const router = await startRouter({
    env: { EVENTSTORE_URL: connectionString, THREADLESS_DATA: data },
    overrides: {
      node,
      http: { port: 0 },
      secret: 'sixteen characters',
      eventStore: { engine: 'eventstoredb', ...eventStore },
      log: { level: 'silent' },
      backends: {
        'my-kannel-backend': null,
        'simple-http': null,
        [backend]: { engine: 'http', outgoingUrl: 'http://127.0.0.1:1/?%(text)s', ...settings },
      },
      ...more,
    },
  });
  t.teardown(async () => {
    await router.stop();
    rmSync(data, { recursive: true, force: true });
  });
  const say = (text: string, identity = '1') =>
    fetch(`${router.url}/http/${backend}/`, {
      method: 'POST',
      body: new URLSearchParams({ identity, text }),
    });
  /** What its conversations have had of a type since it was first started. */
  const stored = async (type: string) => {
    const [started] = await collect(router.store.readStream(`router-${node}`, { maxCount: 1 }));
    const filter = { categories: ['conversation'], types: [type] };
    const events = await collect(router.store.readAll({ from: started?.position ?? '', filter }));
    return events.filter(({ stream }) => connectionOf(stream)?.backend === backend);
  };
  const texts = async (type: string) =>
    (await stored(type)).map(({ data }) => (data as { text: string }).text);
  return { router, backend, node, say, stored, texts };
};

test.serial('a router on EventStoreDB takes messages, routes them and finds them again', async (t) => {
  const connectionString = await connectionFor(t);
  const { router, backend, node, say } = await startOn(t, connectionString);
  t.is((await say('echo one')).status, 200);
  t.is((await router.incoming(backend, '1', 'echo two')).answers.length, 1);
  await router.stop();
  const again = await startOn(t, connectionString, { backend, node });
  t.deepEqual(await again.texts('MessageSent'), ['one', 'two']);
});

onTheWay('while the server is frozen messages are refused, and nothing is lost', async (t) => {
  const { connectionString, wire } = await reachServer(t);
  const eventStore = { appendTimeoutMs: 600, readTimeoutMs: 600 };
  const { router, say, texts } = await startOn(t, connectionString, { eventStore });
  t.is((await say('echo before')).status, 200);
  wire.freeze();
  t.is((await say('echo lost?')).status, 503);
  await untilReadiness(router, 503);
  wire.thaw();
  await eventually('a text to be taken', 20_000, async () => (await say('echo after')).status === 200);
  const received = await texts('MessageReceived');
  t.is(received.at(0), 'echo before');
  t.is(received.at(-1), 'echo after');
});

onStandIn('a server that restarts costs the router nothing', async (t) => {
  const server = await startStandIn(t);
  const { say, texts } = await startOn(t, server.connectionString);
  t.is((await say('echo before')).status, 200);
  await server.restart();
  t.is((await say('echo after')).status, 200);
  t.deepEqual(await texts('MessageSent'), ['before', 'after']);
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

onTheWay('a server that is away for longer than a takeover has no text handed over twice', async (t) => {
  const { connectionString, wire } = await reachServer(t);
  const network = new Network();
  const outgoingUrl = await network.listen(t);
  const takeoverMs = 1_000;
  const { router, say, stored } = await startOn(t, connectionString, {
    eventStore: { appendTimeoutMs: 1_000, readTimeoutMs: 1_000 },
    settings: { handler: 'queued', outgoingUrl },
    more: { workers: { beatMs: 100, takeoverMs } },
  });
  const phones = Array.from({ length: 12 }, (_, phone) => String(phone));
  let answer = () => {};
  network.answers = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await Promise.all(phones.map((phone) => say(`echo to ${phone}`, phone)));
  await eventually('texts on their way', 20_000, () => network.taken.length === phones.length);

  // The network has them, and that cannot be recorded until long after the router has released its partitions.
  const begun = performance.now();
  wire.refuse();
  answer();
  await untilWorkIs(router, 'apart');
  await eventually('a long outage', 20_000, () => performance.now() - begun > 3 * takeoverMs);
  wire.accept();
  await untilWorkIs(router, 'member');
  t.is((await say('echo at last', '0')).status, 200);
  await eventually('what came later', 20_000, () => network.taken.includes('at last'));

  t.deepEqual(network.taken.toSorted(), [...phones.map((phone) => `to ${phone}`), 'at last'].toSorted());
  t.deepEqual(
    (await stored('MessageDispatched')).filter(({ data }) => 'resumed' in data),
    [],
  );
});

test.serial('no password is stored or greeted with', async (t) => {
  const connectionString = await connectionFor(t);
  const { router, say } = await startOn(t, withPassword(connectionString));
  t.is((await say('echo hi')).status, 200);
  t.is(router.summary.data, withoutCredentials(connectionString));
  const client = EventStoreDBClient.connectionString(connectionString);
  t.teardown(() => client.dispose());
  // With the server's own and what readers do not see.
  const latest = client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 100 });
  const stored = JSON.stringify(await collect(latest), (_, value) =>
    typeof value === 'bigint' ? '' : value,
  );
  t.regex(stored, /RouterStarted/);
  t.notRegex(stored, /s3cret/);
});
