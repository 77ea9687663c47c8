import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { conversationStream } from '../../src/domain/connection.js';
import { schemaVersion } from '../../src/domain/events.js';
import type { Router } from '../../src/main/index.js';
import { hostile, linksIn, site, wordsOf } from './support.js';

const at = '2026-01-01T00:00:00.000Z';
const overrides = { apps: [fileURLToPath(new URL('./apps/malaria.js', import.meta.url))] };

/** A message on which an app fails, once. @returns its id */
const failed = async (router: Router, identity: string, text: string) => {
  await router.incoming('played', identity, text);
  for await (const { type, data } of router.store.readStream(streamOf(identity), { direction: 'backwards' }))
    if (type === 'RoutingFailed') return (data as { messageId: string }).messageId;
  return '';
};

const streamOf = (identity: string, backend = 'played') => conversationStream({ backend, identity });

const typesOf = async ({ store }: Router, identity: string, backend = 'played') => {
  const types: string[] = [];
  for await (const { type } of store.readStream(streamOf(identity, backend))) types.push(type);
  return types;
};

const withLetters = async (t: ExecutionContext, count: number) => {
  const running = await site(t, overrides);
  const ids: string[] = [];
  for (let one = 0; one < count; one += 1)
    ids.push(await failed(running.router, `+25677200037${one}`, `report ${one}`));
  const page = await running.until('/deadletters/', (text) => text.includes(`Inbound ${count}<`));
  return { ...running, ids, page };
};

test('what waits is shown with its reason, and the same errors together', async (t) => {
  const { page, get } = await withLetters(t, 3);
  const words = wordsOf(page);
  t.regex(words, /3 messages wait for a person\. Nothing happens to them by itself\./);
  t.regex(words, /3 times the same: malaria\.handle: Error: no cases of 0/);
  const same = linksIn(page).find((href) => href.includes('cause=')) ?? '';
  const chosen = (await get(same)).text;
  t.is(chosen.match(/<input[^>]*type="checkbox"[^>]* checked/g)?.length, 3);
  const empty = await get('/deadletters/?kind=outbound');
  t.regex(wordsOf(empty.text), /Nothing waits for a person/);
  t.is((await get('/deadletters/?kind=inbound&after=nonsense')).status, 400);
});

test('one is put back with a reason and a name, and not without a reason', async (t) => {
  const { router, post, until, ids } = await withLetters(t, 2);
  const [first = ''] = ids;
  const without = await post('/deadletters/', '/deadletters/', { id: first, do: 'requeue', why: ' ' });
  t.is(without.said, 'Say why: the others will want to know.');
  const done = await post('/deadletters/', '/deadletters/', { id: first, do: 'requeue', why: 'mended' });
  t.is(done.said, '1 message requeued.');
  const stored: unknown[] = [];
  for await (const { type, data } of router.store.readStream(streamOf('+256772000370')))
    if (type === 'MessageRequeued') stored.push(data);
  t.like(stored, [{ messageId: first, by: 'development', why: 'mended', direction: 'inbound' }]);
  await until('/deadletters/', (text) => text.includes('Inbound 1<'));
  const again = await post('/deadletters/', '/deadletters/', { id: first, do: 'requeue', why: 'mended' });
  t.regex(again.said ?? '', /^0 messages requeued\. 1 could not be: .* is no dead letter any more/);
});

test('what is to be discarded is named and asked once more', async (t) => {
  const { router, post, ids } = await withLetters(t, 1);
  const [first = ''] = ids;
  const fields = { id: first, do: 'discard', why: 'a try' };
  const asked = await post('/deadletters/', '/deadletters/', fields);
  t.is(asked.status, 200);
  t.regex(wordsOf(asked.text), /Discard 1 message\?/);
  t.false((await typesOf(router, '+256772000370')).includes('MessageDiscarded'));
  const done = await post('/deadletters/', '/deadletters/', { ...fields, confirmed: 'yes' });
  t.is(done.said, '1 message discarded.');
  t.true((await typesOf(router, '+256772000370')).includes('MessageDiscarded'));
});

test('all that were shown are dealt with, and what came later is left alone', async (t) => {
  const { router, get, post, until } = await withLetters(t, 3);
  const list = (await get('/deadletters/?kind=inbound')).text;
  const link = linksIn(list).find((href) => href.includes('do=discard')) ?? '';
  await failed(router, 'later', 'report 9');
  await until('/deadletters/', (text) => text.includes('Inbound 4<'));
  t.regex(wordsOf((await get(link)).text), /Discard 4 messages\?.*left alone/s);
  const upTo = new URLSearchParams(link.split('?')[1]).get('upTo') ?? '';
  const fields = { kind: 'inbound', do: 'discard', upTo, why: 'tries' };
  const begun = await post('/deadletters/all/', link, fields);
  t.regex(begun.location ?? '', /^\/deadletters\/jobs\/[\da-f-]+\/$/);
  const ended = await until(begun.location ?? '', (text) => !text.includes('under way'));
  t.regex(wordsOf(ended), /Discard of many: done.*3 of 4 discarded\./s);
  t.false((await typesOf(router, 'later')).includes('MessageDiscarded'));
  t.is((await get('/deadletters/all/?kind=inbound&do=discard&upTo=nowhere')).status, 400);
  t.is((await get('/deadletters/jobs/none/')).status, 404);
});

test('a request that could not be read is read anew with the configuration of today, once', async (t) => {
  const { router, get, post, until } = await site(t, overrides);
  const { store } = router;
  const id = '00000000-0000-7000-8000-00000000aaaa';
  const metadata = { $correlationId: id, schema: schemaVersion };
  const rejected = (url: string) => ({
    reason: 'The field “text” is missing.',
    request: { method: 'GET', url },
    rejectedAt: at,
  });
  const other = id.replace('aaaa', 'bbbb');
  await store.append('inbound-simple-http', [
    { id, type: 'InboundRejected', data: rejected('/http/simple-http/?identity=7&text=echo%20hi'), metadata },
    { id: other, type: 'InboundRejected', data: rejected('/http/simple-http/?identity=7'), metadata },
  ]);
  const page = await until('/deadletters/', (text) => text.includes('Refused 2<'));
  t.regex(wordsOf(page), /2 times the same: The field “…” is missing\./);
  const fields = { do: 'requeue', why: 'mended' };
  const done = await post('/deadletters/', '/deadletters/', { ...fields, id });
  t.is(done.said, '1 message requeued.');
  const not = await post('/deadletters/', '/deadletters/', { ...fields, id: other });
  t.regex(not.said ?? '', /^0 messages requeued\. 1 could not be: it is not understood today either:/);
  t.is((await typesOf(router, '7', 'simple-http')).filter((type) => type === 'MessageReceived').length, 1);
  await until('/deadletters/', (text) => text.includes('Refused 1<'));
  const answer = JSON.parse((await get('/api/v1/deadletters?kind=refused')).text);
  t.like(answer.waiting, [{ id: other, kind: 'refused', backend: 'simple-http' }]);
});

test('programs do the same', async (t) => {
  const { router, ids } = await withLetters(t, 3);
  const call = async (path: string, body?: object) => {
    const response = await fetch(`${router.url}/api/v1/deadletters${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, answer: text === '' ? undefined : JSON.parse(text) };
  };
  const { answer: list } = await call('?kind=inbound&limit=2');
  t.is(list.matching, 3);
  t.is(list.waiting.length, 2);
  t.like(list.causes, [{ n: 3 }]);
  t.regex(list.causes[0].cause, /^malaria\.handle: Error: no cases of 0/);
  t.is((await call('')).status, 400);
  t.is((await call(`?kind=inbound&after=${list.next}`)).answer.waiting.length, 1);
  const [first = ''] = ids;
  t.is((await call(`/${first}/requeue`, {})).status, 400);
  t.is((await call(`/${first}/requeue`, { why: 'mended' })).status, 204);
  t.is((await call(`/${first}/requeue`, { why: 'mended' })).status, 409);
  t.is((await call('/discard', { kind: 'inbound', upTo: 'nowhere', why: 'x' })).status, 400);
  const { status, answer: job } = await call('/discard', { kind: 'inbound', upTo: list.upTo, why: 'x' });
  t.is(status, 202);
  let now = job;
  while (now.state === 'running') now = (await call(`/jobs/${job.id}`)).answer;
  t.like(now, { state: 'done', how: 'discard', by: 'development', done: 2 });
  t.is((await call('/jobs/none')).status, 404);
});

test('whatever an identity and an error are, they are shown as they are, and dealt with', async (t) => {
  const { router, post, until } = await site(t, overrides);
  const ids: string[] = [];
  for (const identity of hostile) ids.push(await failed(router, identity, `report ${identity}`));
  const page = await until('/deadletters/', (text) => text.includes(`Inbound ${hostile.length}<`));
  t.notRegex(page, /<script>alert/);
  for (const [index, identity] of hostile.entries()) {
    t.true(wordsOf(page).includes(`no cases of ${identity}`), identity);
    const done = await post('/deadletters/', '/deadletters/', {
      id: ids[index] ?? '',
      do: 'requeue',
      why: `why ${identity}`,
    });
    t.is(done.said, '1 message requeued.', identity);
  }
});
