// `/webhooks/` and `/api/v1/webhooks`: how each is, what it refused, and sending that again.
import test, { type ExecutionContext } from 'ava';
import { eventually } from '../kannel/support/wait.js';
import { ReceiverServer, secret } from '../webhooks/support/receiver.js';
import { pageOf, post, site } from './support/site.js';
import { admin, send } from './visitors/support.js';

const limitMs = 20_000;
const identity = '+256772000375';
const backends = {
  'my-kannel-backend': null,
  'simple-http': { outgoingUrl: 'http://127.0.0.1:9/' },
  httptester: { engine: 'httptester' },
};

const configOf = (url: string, more: object = {}) => ({
  backends,
  apps: ['ping'],
  webhooks: {
    clinic: { url, secret, events: ['received'], retry: { firstDelayMs: 10, maxDelayMs: 20 }, ...more },
  },
});

const receiving = async (t: ExecutionContext, receiver: ReceiverServer) => {
  const url = await receiver.listen();
  t.teardown(() => receiver.close());
  return url.replace('http://', 'http://us:geheim@');
};

/** With calls of a conversation that were put aside, as many as texts. */
const withAside = async (t: ExecutionContext, texts: readonly string[]) => {
  const receiver = new ReceiverServer(() => 422);
  const url = await receiving(t, receiver);
  const running = await site(t, configOf(url, { giveUpAfterMs: 1 }));
  await onceTold(running.url, /running/);
  for (const text of texts) await running.incoming('simple-http', identity, text);
  await onceTold(running.url, new RegExp(`Put aside</dt><dd>${texts.length}</dd>`));
  receiver.answering = () => 200;
  return { ...running, receiver };
};

const onceTold = (url: string, expected: RegExp) =>
  eventually(`the page to say ${expected}`, limitMs, async () => {
    const html = await (await fetch(`${url}/webhooks/`)).text();
    return expected.test(html) ? html : undefined;
  });

test('without one the page says how to have one', async (t) => {
  const { url } = await site(t);
  const html = await (await fetch(`${url}/webhooks/`)).text();
  t.regex(html, /None is configured/);
  t.regex(html, /href="\/webhooks\/" aria-current="page"/);
  t.deepEqual(await (await fetch(`${url}/api/v1/webhooks`)).json(), { webhooks: [] });
});

test('a webhook is shown with its state, its last failure, and without what it is called with', async (t) => {
  const url = await receiving(t, new ReceiverServer(() => 503));
  const running = await site(t, configOf(url));
  await onceTold(running.url, /It takes what is told/);
  await running.incoming('simple-http', identity, 'ping');
  const html = await onceTold(running.url, /answered 503/);
  t.regex(html, /clinic does not take all that is told/);
  t.regex(html, /It refuses calls of 1 conversation:/);
  t.regex(html, /received; all backends/);
  t.notRegex(html, /geheim|whsec/);
  const { webhooks } = (await (await fetch(`${running.url}/api/v1/webhooks`)).json()) as {
    webhooks: object[];
  };
  t.like(webhooks[0], { name: 'clinic', state: 'failing', reason: 'answered 503', node: 'main', waiting: 1 });
  t.notRegex(JSON.stringify(webhooks), /geheim|whsec/);
  t.is((await fetch(`${running.url}/webhooks/other/`)).status, 404);
});

test('what was put aside is listed, and the chosen are sent again from the page', async (t) => {
  const { url, receiver, store } = await withAside(t, ['one', 'two']);
  const page = await pageOf(`${url}/webhooks/clinic/`);
  t.regex(page.html, /answered 422/);
  const [first = ''] = [...page.html.matchAll(/name="id" value="([^"]+)"/g)].map(([, id]) => id ?? '');
  const nothing = await post(`${url}/webhooks/clinic/resend/`, page, { which: 'chosen' });
  t.is(nothing.status, 303);
  const sent = await post(`${url}/webhooks/clinic/resend/`, page, {
    which: 'chosen',
    id: first,
    why: 'mended',
  });
  t.is(sent.headers.get('location'), '/webhooks/clinic/');
  await eventually('the call', limitMs, () => receiver.accepted.length === 1);
  t.is(receiver.accepted[0]?.id, first);
  for await (const { data } of store.readStream('webhook-clinic', { direction: 'backwards', maxCount: 1 }))
    t.like(data, { eventId: first, by: 'development', why: 'mended' });
  const audit = await eventually('the audit to tell it', limitMs, async () => {
    const html = await (await fetch(`${url}/audit/`)).text();
    return /had a webhook called again/.test(html) ? html : undefined;
  });
  t.regex(audit, /mended/);
  t.regex(audit, /href="\/conversations\/simple-http\/\+256772000375\/"/);
  const after = await pageOf(`${url}/webhooks/clinic/`);
  t.false(after.html.includes(first));
  t.regex(after.html, /Send all 1 again/);
});

test('all of them are those that the page has shown', async (t) => {
  const { url, receiver } = await withAside(t, ['one', 'two', 'three']);
  const page = await pageOf(`${url}/webhooks/clinic/`);
  const [, upTo = ''] = /name="upTo" value="(\d+)"/.exec(page.html) ?? [];
  await post(`${url}/webhooks/clinic/resend/`, page, { which: 'all', upTo: String(Number(upTo) - 1) });
  await eventually('the calls', limitMs, () => receiver.accepted.length === 2);
  t.deepEqual(receiver.textsOf(identity), ['one', 'two']);
});

test('a program lists what was put aside, page by page, and has it sent again', async (t) => {
  const { url, receiver } = await withAside(t, ['one', 'two', 'three']);
  const ask = async (query: string) => {
    const response = await fetch(`${url}/api/v1/webhooks/clinic/failed${query}`);
    return (await response.json()) as { calls: { eventId: string; identity: string }[]; next?: string };
  };
  const first = await ask('?limit=2');
  t.is(first.calls.length, 2);
  t.is(first.calls[0]?.identity, identity);
  const second = await ask(`?limit=2&before=${first.next}`);
  t.is(second.calls.length, 1);
  t.is(second.next, undefined);
  const resend = (body: object, name = 'clinic') =>
    fetch(`${url}/api/v1/webhooks/${name}/resend`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const ids = second.calls.map(({ eventId }) => eventId);
  const told = await resend({ ids: [...ids, 'nobody'] });
  t.like(await told.json(), {
    results: [{ eventId: ids[0] }, { eventId: 'nobody', problem: /waits/ }].slice(0, 1),
  });
  await eventually('the call', limitMs, () => receiver.accepted.length === 1);
  t.is((await resend({})).status, 400);
  t.is((await resend({ ids, upTo: '1' })).status, 400);
  t.is((await resend({ ids }, 'other')).status, 404);
});

test('who may only read sees numbers shortened, and has nothing sent again', async (t) => {
  const receiver = new ReceiverServer(() => 422);
  const url = await receiving(t, receiver);
  const { browser, url: origin, router } = await admin(t, configOf(url, { giveUpAfterMs: 1 }));
  await router.incoming('simple-http', identity, 'ping');
  const made = await browser.submit('/tokens/', '/tokens/', { name: 'reader', scope: 'read', ends: '1d' });
  const [token = ''] = /threadless_reader\.[\w-]+/.exec(made.body) ?? [];
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = await eventually('a call to be put aside', limitMs, async () => {
    const answer = await send(`${origin}/api/v1/webhooks/clinic/failed`, { method: 'GET', headers });
    return /refused/.test(answer.body) ? answer.body : undefined;
  });
  t.notRegex(body, /772000375|%2B256/);
  t.regex(body, /\+256 7… 375/);
  const resend = await send(`${origin}/api/v1/webhooks/clinic/resend`, {
    method: 'POST',
    headers,
    body: '{"upTo":"9"}',
  });
  t.is(resend.status, 403);
});
