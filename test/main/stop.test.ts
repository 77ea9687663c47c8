import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { type Router, startRouter } from '../../src/main/index.js';

const listening = async (t: ExecutionContext, data: string): Promise<Router> => {
  const router = await startRouter({
    env: {},
    outbound: false,
    overrides: { data, http: { port: 0 }, log: { level: 'silent' }, shutdownMs: 20_000 },
  });
  t.teardown(() => router.stop());
  return router;
};

const texts = async (router: Router): Promise<Set<string>> => {
  const found = new Set<string>();
  for await (const { data } of router.store.readAll({ filter: { types: ['MessageReceived'] } }))
    found.add((data as { text: string }).text);
  return found;
};

test('gateways that go on sending over kept connections do not hold up a stop, and every 200 is stored', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'threadless-stop-'));
  const router = await listening(t, data);
  const taken: string[] = [];
  let enough = () => {};
  const busy = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const sendUntilRefused = async (client: number): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.teardown(() => agent.destroy());
    for (let nth = 0; ; nth += 1) {
      const said = `${client}-${nth}`;
      const request = get(`${router.url}/backend/my-kannel-backend/?id=${client}&text=${said}`, { agent });
      let response: IncomingMessage;
      try {
        [response] = (await once(request, 'response')) as [IncomingMessage];
        await text(response);
      } catch (error) {
        // No one listens any more.
        if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return;
        continue;
      }
      if (response.statusCode === 200) taken.push(said);
      if (taken.length >= 100) enough();
    }
  };
  const clients = Array.from({ length: 8 }, (_, client) => sendUntilRefused(client));
  await busy;
  const began = performance.now();
  t.true(await router.stop());
  t.true(performance.now() - began < 5_000, 'long before the time for a stop is up');
  await Promise.all(clients);
  const stored = await texts(await listening(t, data));
  t.deepEqual(
    taken.filter((said) => !stored.has(said)),
    [],
  );
});

test('a connection on which nothing was ever asked does not hold up a stop', async (t) => {
  const router = await listening(t, mkdtempSync(join(tmpdir(), 'threadless-stop-')));
  const socket = connect(Number(new URL(router.url ?? '').port), '127.0.0.1');
  await once(socket, 'connect');
  // Once a later connection has its answer, the server has this one too.
  await (await fetch(`${router.url}/healthz`)).text();
  const closed = once(socket, 'close');
  const began = performance.now();
  t.true(await router.stop());
  t.true(performance.now() - began < 5_000);
  await closed;
});

test('a request that still comes in during a stop is refused, so that the gateway tries again', async (t) => {
  const router = await listening(t, mkdtempSync(join(tmpdir(), 'threadless-stop-')));
  const socket = connect(Number(new URL(router.url ?? '').port), '127.0.0.1');
  const head = 'GET /backend/my-kannel-backend/?id=1&text=late HTTP/1.1\r\nHost: router\r\n';
  // The beginning of the second request comes with the first, so it is there when the first is answered.
  socket.write(`GET /healthz HTTP/1.1\r\nHost: router\r\n\r\n${head}`);
  const [first] = (await once(socket, 'data')) as [Buffer];
  t.regex(first.toString(), /^HTTP\/1\.1 200 /);
  const stopped = router.stop();
  socket.write('\r\n');
  const answer = await text(socket);
  t.regex(answer, /HTTP\/1\.1 503 [\s\S]*Please try again later/);
  t.regex(answer, /\r\nConnection: close\r\n/i);
  t.true(await stopped);
});
