// A conversation as a page and as JSON: what was said, why, what was known when; and texts that a person or a program sends.
import test from 'ava';
import { pathPart } from '../../src/web/api/paths.js';
import { pageOf, post, site } from './support/site.js';

const backend = 'httptester';

test('a conversation is shown with texts as they were written, whatever they hold', async (t) => {
  const { url, incoming } = await site(t);
  const hostile = `echo <script>alert(1)</script> " ' & \u202Egnol ${'x'.repeat(400)}`;
  await incoming(backend, 'a/b#?<i>', hostile);
  const { html } = await pageOf(`${url}/conversations/${backend}/${pathPart('a/b#?<i>')}/`);
  t.true(html.includes('echo &lt;script'));
  t.false(/<script>alert|<i>/.test(html));
  t.true(html.includes('The whole text: '));
});

test('the state is that of the event that is asked for', async (t) => {
  const { url, incoming } = await site(t);
  await incoming(backend, '256700000001', 'ping');
  const response = await fetch(`${url}/api/v1/conversations/${backend}/256700000001/state?at=0`);
  const { state, chains } = (await response.json()) as {
    state: { received: number; sent: number };
    chains: unknown[];
  };
  t.like(state, { received: 1, sent: 0 });
  t.is(chains.length, 1);
  const { html } = await pageOf(`${url}/conversations/${backend}/256700000001/?at=0`);
  t.true(html.includes('MessageReceived'));
});

test('a text that a person sends is stored with their name; an empty one is not', async (t) => {
  const { url, incoming, store } = await site(t);
  await incoming(backend, '256700000001', 'ping');
  const path = `${url}/conversations/${backend}/256700000001/`;
  const page = await pageOf(path);
  const empty = await post(`${path}text/`, page, { text: '  ' });
  t.is(empty.status, 303);
  const sent = await post(`${path}text/`, page, { text: 'Please come on Friday.\r\nAt nine.' });
  t.is(sent.headers.get('location'), `/conversations/${backend}/256700000001/`);
  const texts: unknown[] = [];
  for await (const { type, data } of store.readAll())
    if (type === 'MessageSent' && 'askedBy' in data) texts.push(data);
  t.is(texts.length, 1);
  t.like(texts[0], { text: 'Please come on Friday.\nAt nine.', askedBy: 'development' });
});

test('a form without its token, or with that of another browser, changes nothing', async (t) => {
  const { url, incoming, store } = await site(t);
  await incoming(backend, '256700000001', 'ping');
  const path = `${url}/conversations/${backend}/256700000001/`;
  const [mine, theirs] = [await pageOf(path), await pageOf(path)];
  for (const form of [
    { ...mine, token: '' },
    { ...mine, token: theirs.token },
    { ...mine, cookie: '' },
  ]) {
    const refused = await post(`${path}text/`, form, { text: 'x' });
    t.is(refused.status, 403);
    t.true((await refused.text()).includes('Load its page again'));
  }
  for await (const { data } of store.readAll()) t.false('askedBy' in data);
});

test('a program sends to several, once a job, and is told what is wrong', async (t) => {
  const { url } = await site(t);
  const ask = (body: unknown) =>
    fetch(`${url}/api/v1/send`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const order = {
    text: 'Closed',
    to: [
      { backend, identity: '1' },
      { backend, identity: '2' },
    ],
    job: 'j1',
  };
  const first = (await (await ask(order)).json()) as { results: { messageId: string; sent: boolean }[] };
  t.deepEqual(
    first.results.map(({ sent }) => sent),
    [true, true],
  );
  const again = (await (await ask(order)).json()) as { results: { messageId: string; repeated?: boolean }[] };
  t.deepEqual(
    again.results.map(({ messageId, repeated }) => [messageId, repeated]),
    first.results.map(({ messageId }) => [messageId, true]),
  );
  for (const [body, detail] of [
    ['{', /JSON/],
    [{ ...order, to: [] }, /body\.to/],
    [{ ...order, text: '' }, /body\.text/],
    [{ ...order, extra: 1 }, /extra/],
    [{ ...order, to: [{ backend: 'nope', identity: '1' }] }, /no backend nope/],
  ] as const) {
    const refused = await ask(body);
    t.is(refused.status, 400);
    t.regex(refused.headers.get('content-type') ?? '', /^application\/problem\+json/);
    t.like(await refused.json(), { status: 400, title: 'The request cannot be understood' });
    t.regex(JSON.stringify(await (await ask(body)).json()), detail);
  }
});

test('who is not on this machine, or comes through another name or a proxy, sees nothing', async (t) => {
  const { url, incoming } = await site(t);
  await incoming(backend, '256700000001', 'ping');
  for (const headers of [{ 'x-forwarded-for': '1.2.3.4' }, { via: '1.1 proxy' }]) {
    const page = await fetch(`${url}/conversations/${backend}/256700000001/`, {
      headers,
      redirect: 'manual',
    });
    t.is(page.status, 403);
    t.regex(await page.text(), /^In development mode/);
    t.is((await fetch(`${url}/api/v1/conversations/${backend}/256700000001`, { headers })).status, 403);
    t.is((await fetch(`${url}/live?topic=all`, { headers })).status, 401);
  }
});

test('what is not there is told in the frame, and in a problem document', async (t) => {
  const { url } = await site(t);
  const page = await fetch(`${url}/conversations/${backend}/nobody/`);
  t.is(page.status, 404);
  t.true((await page.text()).includes('There is nothing here'));
  t.is((await fetch(`${url}/api/v1/messages/nonsense`)).status, 404);
  t.is((await fetch(`${url}/conversations/${backend}/~~AAAA/`)).status, 404);
});
