import { request } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { startRouter } from '../../src/main/index.js';
import { readyWhen, settled, sourcesOf } from '../projections/support/router.js';

const running = async (t: ExecutionContext, overrides: object = {}) => {
  const sources = sourcesOf(t);
  const router = await startRouter({ ...sources, overrides: { ...sources.overrides, ...overrides } });
  t.teardown(() => router.stop());
  await router.incoming('simple-http', '+256 700', 'echo hi');
  await readyWhen(router.url, settled);
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${router.url}${path}`, { headers });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: await response.text(),
    };
  };
  /** Until it is folded what has come in. */
  const messages = async () => {
    for (;;) {
      const answer = JSON.parse((await get('/api/v1/messages?direction=in&status=handled')).body);
      if (answer.messages.length > 0) return answer;
    }
  };
  return { router, get, messages };
};

for (const engine of ['sqlite', 'memory'])
  test(`messages and events over HTTP, with the engine ${engine}`, async (t) => {
    const { router, get, messages } = await running(t, { eventStore: { engine } });
    t.like(await messages(), {
      messages: [{ identity: '+256 700', text: 'echo hi', status: 'handled', app: 'echo' }],
      matching: 1,
      range: { zone: 'UTC' },
      fresh: { states: 'complete' },
    });
    t.regex((await get('/api/v1/messages?by=direction')).body, /"values":\{"direction":"in"\},"n":1/);
    const csv = await get('/api/v1/messages?identity=256700', { accept: 'text/csv' });
    t.is(csv.type, 'text/csv; charset=utf-8');
    t.regex(csv.body, /'\+256 700.*\r\nend: \d messages\r\n$/s);
    t.regex(
      (await get('/api/v1/messages?format=ndjson&words=hi&direction=in')).body,
      /\n\{"end":\{"messages":1\}\}\n$/,
    );
    t.regex((await get('/api/v1/events?type=MessageRouted')).body, /"type":"MessageRouted"/);
    t.regex(
      (await get('/api/v1/events?format=ndjson&order=oldest&limit=1')).body,
      /\{"end":\{"events":1\}\}\n$/,
    );
    t.true(await router.stop());
  });

test('what is asked wrongly is answered with a sentence that names it', async (t) => {
  const { get } = await running(t);
  for (const [query, sentence] of [
    ['since=march', /^since: expected a time \(.*“march”\.$/],
    ['wrods=x', /^wrods: expected one of /],
    ['limit=1&limit=2', /^limit: expected it once/],
    ['format=xml', /^format: expected json, ndjson, csv, csv-raw, got “xml”\.$/],
    ['by=hour&since=1990-01-01', /^From 1990-01-01T00:00:00\.000Z .* more than 20,000 groups by hour/],
  ] as const) {
    const { status, type, body } = await get(`/api/v1/messages?${query}`);
    t.is(status, 400, query);
    t.is(type, 'application/problem+json; charset=utf-8');
    t.regex(JSON.parse(body).detail, sentence);
  }
  t.is((await get('/api/v1/events?after=nowhere')).status, 400);
});

test('in development mode it is answered on the machine itself only', async (t) => {
  const { router, get } = await running(t);
  for (const header of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip'] as const) {
    const { status, type, body } = await get('/api/v1/messages', { [header]: '10.0.0.1' });
    t.is(status, 403);
    t.is(type, 'application/problem+json; charset=utf-8');
    t.regex(
      JSON.parse(body).detail,
      /^In development mode this is answered on the machine of the router only/,
    );
  }
  const { port } = new URL(router.url ?? '');
  const ask = async (headers: Record<string, string>) => {
    const sent = request({ host: '127.0.0.1', port, path: '/api/v1/events', headers });
    sent.end();
    const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve).once('error', reject);
    });
    response.resume();
    return response.statusCode;
  };
  t.is(await ask({ host: 'router.example' }), 403);
  t.is(await ask({ host: `localhost:${port}` }), 200);
});

test('where others reach the router nobody is answered without a login', async (t) => {
  const { get } = await running(t, { http: { port: 0, host: '0.0.0.0' } });
  t.is((await get('/api/v1/messages')).status, 401);
});
