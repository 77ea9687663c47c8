// The backends as a page and as JSON: which way stands still, why, who acts; pausing and resuming.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { backendStream } from '../../src/domain/backendPause.js';
import { startRouter } from '../../src/main/index.js';
import { pathPart } from '../../src/web/api/paths.js';
import { closedPort, startServer } from '../backends/server.js';
import { eventually } from '../kannel/support/wait.js';
import { collect } from '../store/events.js';
import { pageOf, post, site } from './support/site.js';

interface Status {
  readonly name: string;
  readonly state: string;
  readonly by?: string;
  readonly reason?: string;
  readonly node?: string;
  readonly work?: { readonly waiting: number; readonly inFlight: number };
}

const backend = 'httptester';

const statuses = async (url: string): Promise<readonly Status[]> => {
  const response = await fetch(`${url}/api/v1/backends`);
  return ((await response.json()) as { backends: readonly Status[] }).backends;
};

const untilState = (url: string, name: string, expected: Partial<Status>): Promise<true> =>
  eventually(`${name} to be ${expected.state}`, 20_000, async () => {
    const found = (await statuses(url)).find((one) => one.name === name);
    return (
      Object.entries(expected).every(([key, value]) => found?.[key as keyof Status] === value) || undefined
    );
  });

const ask = (url: string, body: object = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Only its own backends, with a gateway each. */
const without = { 'my-kannel-backend': null, 'simple-http': null, httptester: null };

test('the page tells what needs a person first, why, and what happens next; no secret is in it', async (t) => {
  const refusing = await startServer(t, (response) => response.writeHead(401).end('who <are> you?'));
  const away = await closedPort();
  const { url, incoming } = await site(t, {
    apps: ['echo'],
    backends: {
      ...without,
      'a-runs': { engine: 'httptester' },
      'b-away': {
        engine: 'http',
        outgoingUrl: `http://127.0.0.1:${away}/?to=%(identity)s&text=%(text)s&apikey=geheim`,
        outgoingHeaders: { authorization: 'Bearer geheim' },
      },
      'c-held': { engine: 'http', outgoingUrl: `${refusing.url}/?to=%(identity)s&text=%(text)s` },
    },
  });
  for (const name of ['a-runs', 'b-away', 'c-held']) await incoming(name, '1', 'echo hi');
  await untilState(url, 'b-away', { state: 'paused' });
  await untilState(url, 'c-held', { state: 'held' });
  const { html } = await pageOf(`${url}/backends/`);
  const order = [...html.matchAll(/<h2 id="lane-[^"]*">([^<]+)</g)].map(([, name]) => name);
  t.deepEqual(order, ['c-held', 'b-away', 'a-runs']);
  t.regex(html, /3 ways in and out\. 1 waits for its gateway\. <a href="#lane-c-held">1 needs you<\/a>/);
  t.regex(html, /The gateway refuses us:<\/b> <code>[^<]*401/);
  t.regex(html, /The gateway cannot be reached:<\/b> <code>[^<]*ECONNREFUSED/);
  t.regex(html, /Tried again by itself/);
  t.false(html.includes('geheim') || html.includes('<are>'));
  t.true(html.includes('set, not shown'));
  t.false((await (await fetch(`${url}/api/v1/backends`)).text()).includes('geheim'));
});

test('a person pauses a backend with a reason, sees it, and resumes it: texts wait, none is lost', async (t) => {
  const { url, incoming, store } = await site(t, { apps: ['echo'] });
  const page = await pageOf(`${url}/backends/`);
  const paused = await post(`${url}/backends/${backend}/pause/`, page, { why: ' training <b>at 15:00</b> ' });
  t.is(paused.status, 303);
  t.is(paused.headers.get('location'), '/backends/');
  await untilState(url, backend, { state: 'paused', by: 'development', reason: 'training <b>at 15:00</b>' });
  await incoming(backend, '1', 'echo hi');
  await eventually('the text to wait', 20_000, async () => (await statuses(url))[0]?.work?.waiting === 1);
  const shown = await pageOf(`${url}/backends/`);
  t.regex(shown.html, /Paused by <bdi>development<\/bdi>\./);
  t.true(shown.html.includes('training &lt;b>at 15:00&lt;/b>'));
  t.true((await fetch(`${url}/readyz`)).ok);
  const story = await pageOf(`${url}/conversations/${backend}/1/`);
  t.regex(story.html, /Waits: <bdi>development<\/bdi> has paused <a href="\/backends\/">httptester<\/a>/);
  const again = await post(`${url}/backends/${backend}/pause/`, page, { why: 'twice' });
  t.is(again.status, 303);
  await post(`${url}/backends/${backend}/resume/`, page, { why: '' });
  await eventually('what waited to leave', 20_000, async () => {
    const events = await collect(store.readAll({ filter: { types: ['MessageDispatched'] } }));
    return events.length === 1;
  });
  t.like((await statuses(url))[0], { state: 'running' });
  const events = await collect(store.readStream(backendStream(backend)));
  t.deepEqual(
    events.map(({ type }) => type),
    ['BackendPaused', 'BackendResumed'],
  );
  t.like(events[0]?.data, { by: 'development', why: 'training <b>at 15:00</b>' });
});

test('a pause without a reason, of a backend that is none, or without the token of the form changes nothing', async (t) => {
  const { url, store } = await site(t);
  const page = await pageOf(`${url}/backends/`);
  t.is((await post(`${url}/backends/${backend}/pause/`, page, { why: ' ' })).status, 303);
  t.is((await post(`${url}/backends/${backend}/pause/`, page, { why: 'x'.repeat(501) })).status, 400);
  t.is((await post(`${url}/backends/nope/pause/`, page, { why: 'x' })).status, 404);
  t.is((await post(`${url}/backends/${backend}/pause/`, { ...page, token: '' }, { why: 'x' })).status, 403);
  t.deepEqual(await collect(store.readAll({ filter: { categories: ['backend'] } })), []);
});

test('a program does the same, and is told what is wrong', async (t) => {
  const { url } = await site(t);
  const one = `${url}/api/v1/backends/${backend}`;
  t.like(await (await fetch(one)).json(), { name: backend, engine: 'httptester', state: 'running' });
  const paused = await ask(`${one}/pause`, { why: 'repair' });
  t.is(paused.status, 200);
  t.like(await paused.json(), { state: 'paused', by: 'development', reason: 'repair' });
  const twice = await ask(`${one}/pause`, { why: 'repair' });
  t.is(twice.status, 409);
  t.like(await twice.json(), { detail: `${backend} is paused already, by development: repair` });
  t.is((await ask(`${one}/pause`, {})).status, 400);
  t.is((await ask(`${one}/resume`)).status, 200);
  t.is((await ask(`${one}/resume`)).status, 409);
  t.is((await ask(`${url}/api/v1/backends/nope/pause`, { why: 'x' })).status, 404);
  t.is((await fetch(`${url}/api/v1/backends/nope`)).status, 404);
});

test('a backend whose name looks like a path is paused and resumed', async (t) => {
  const name = '..ug.kannel-2';
  const { url } = await site(t, { backends: { ...without, [name]: { engine: 'httptester' } } });
  const page = await pageOf(`${url}/backends/`);
  const [, action = ''] = /action="(\/backends\/[^"]+\/pause\/)"/.exec(page.html) ?? [];
  await post(`${url}${action}`, page, { why: 'x' });
  await untilState(url, name, { state: 'paused' });
  const resumed = await ask(`${url}/api/v1/backends/${pathPart(name)}/resume`);
  t.is(resumed.status, 200);
});

test('the lane of another process is shown, as that tells it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'threadless-backends-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const start = async (node: string, outbound: boolean) => {
    const router = await startRouter({
      env: { THREADLESS_DATA: join(folder, 'data') },
      overrides: {
        node,
        http: { port: 0 },
        log: { level: 'silent' },
        workers: { beatMs: 200, takeoverMs: 1_500 },
        projections: { run: false },
        apps: ['echo'],
        backends: {
          ...without,
          phones: { engine: 'http', outgoingUrl: `http://127.0.0.1:${await closedPort()}/` },
        },
      },
      outbound,
    });
    t.teardown(() => router.stop());
    return router;
  };
  const asked = await start('asked', false);
  const url = asked.url ?? '';
  await untilState(url, 'phones', { state: 'stopped' });
  t.regex((await pageOf(`${url}/backends/`)).html, /No process delivers for it/);
  const delivering = await start('delivering', true);
  await untilState(url, 'phones', { state: 'running', node: 'delivering' });
  await asked.incoming('phones', '1', 'echo hi');
  await untilState(url, 'phones', { state: 'paused' });
  t.is((await ask(`${url}/api/v1/backends/phones/pause`, { why: 'x' })).status, 200);
  await eventually('the other to hear it', 20_000, async () =>
    (await (await fetch(`${delivering.url}/readyz`)).text()).includes('"by":"development"'),
  );
});
