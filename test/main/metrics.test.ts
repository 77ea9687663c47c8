// Who may read /metrics, and what a process tells of itself.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import test from 'ava';
import { commandsOn } from '../cli/support.js';
import { eventually } from '../kannel/support/wait.js';
import { valueIn } from '../metrics/exposition.js';
import { scrapedUntil, startMeasured } from '../metrics/running.js';

test('a process without pages answers a scrape beside the probes', async (t) => {
  const { router } = await startMeasured(t, { listen: false, healthPort: 0 });
  await router.incoming('my-kannel-backend', '+256700', 'echo hello');
  const families = await scrapedUntil(router.url, 'the message to be counted', (found) =>
    Boolean(valueIn(found, 'threadless_messages_routed_total', { app: 'echo', outcome: 'handled' })),
  );
  t.is(valueIn(families, 'threadless_messages_received_total', { backend: 'my-kannel-backend' }), 1);
  t.is(valueIn(families, 'threadless_info', { node: 'main', node_version: process.version }), 1);
  t.true((valueIn(families, 'threadless_store_commits_total') ?? 0) > 0);
  t.true((valueIn(families, 'threadless_store_bytes') ?? 0) > 0);
  t.true((valueIn(families, 'nodejs_eventloop_lag_p99_seconds') ?? 0) > 0);
});

test('a proxy asks for others: it gets nothing, unless they have shown that they may read', async (t) => {
  const { router } = await startMeasured(t);
  const response = await fetch(`${router.url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.9' } });
  t.is(response.status, 403);
  t.regex(await response.text(), /metrics\.from/);
});

test('a token with the scope read may ask through a proxy, and one without it not', async (t) => {
  const { router, data } = await startMeasured(t);
  const run = commandsOn(data);
  const tokenOf = async (name: string, scopes: string): Promise<string> =>
    /threadless_\S+/.exec((await run(`tokens add ${name} --scopes ${scopes} --ends 1d`)).out)?.[0] ?? '';
  const [reads, sends] = [await tokenOf('prometheus', 'read'), await tokenOf('shop', 'send')];
  const asked = async (token: string) => {
    const headers = { 'x-forwarded-for': '203.0.113.9', authorization: `Bearer ${token}` };
    return (await fetch(`${router.url}/metrics`, { headers })).status;
  };
  await eventually('the token to be known', 20_000, async () => (await asked(reads)) === 200 || undefined);
  t.is(await asked(sends), 403);
});

test('an address that metrics.from names may ask under any name of the machine', async (t) => {
  const asked = async (from: readonly string[]) => {
    const { router } = await startMeasured(t, {
      overrides: { http: { port: 0 }, ...(from.length === 0 ? {} : { metrics: { from } }) },
    });
    const sent = request(`${router.url}/metrics`, { headers: { host: 'router.clinic.example' } }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  };
  t.is(await asked([]), 403);
  t.is(await asked(['10.0.0.0/8']), 403);
  t.is(await asked(['10.0.0.0/8', '127.0.0.0/8']), 200);
});

test('a network that is none stops the start', async (t) => {
  const error = await t.throwsAsync(() =>
    startMeasured(t, { overrides: { metrics: { from: ['10.0.0.0/33'] } } }),
  );
  t.regex(error.message, /metrics\.from\.0: expected an address or a network such as 10\.0\.0\.0\/8/);
});
