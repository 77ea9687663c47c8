import test from 'ava';
import { hostile, linksIn, site, wordsOf } from './support.js';

test('a message is found by its words, its number and each filter, and the page says which', async (t) => {
  const { router, get, until } = await site(t);
  await router.incoming('simple-http', '+256 772 000375', 'report malaria');
  await router.incoming('my-kannel-backend', '+256772000118', 'echo hi');
  const all = wordsOf(
    await until('/messages/', (text) => text.includes('report malaria') && text.includes('echo hi')),
  );
  t.regex(all, /report malaria/);
  for (const [query, isThere, isNot] of [
    ['q=MALARIA', 'report malaria', 'echo hi'],
    ['q=0772000375', 'report malaria', 'echo hi'],
    ['identity=%2B256772000118', 'echo hi', 'report malaria'],
    ['backend=simple-http', 'report malaria', 'echo hi'],
    ['status=in:handled', 'echo hi', 'report malaria'],
    ['app=echo&direction=in', 'echo hi', 'report malaria'],
    ['direction=in&outcome=handled', 'echo hi', 'report malaria'],
    ['since=1h&q=hi&backend=&app=', 'echo hi', 'report malaria'],
  ] as const) {
    const { status, text } = await get(`/messages/?${query}`);
    t.is(status, 200, query);
    t.true(text.includes(isThere), query);
    t.false(wordsOf(text).includes(isNot), query);
  }
  const chips = (await get('/messages/?q=malaria&status=in:defaulted')).text;
  t.true(linksIn(chips).includes('/messages/?status=in%3Adefaulted'));
  t.true(linksIn(chips).includes('/messages/?q=malaria'));
});

test('nothing found says how far the store reaches, and what there is instead', async (t) => {
  const { router, get, until } = await site(t);
  t.regex(wordsOf((await get('/messages/')).text), /No message yet.*Open the tester/s);
  await router.incoming('simple-http', '1', 'echo hi');
  await until('/messages/?status=in:handled', (text) => text.includes('echo hi'));
  const none = wordsOf((await get('/messages/?q=maleria&since=1h')).text);
  t.regex(none, /No message is like this/);
  t.regex(none, /What is stored reaches from/);
  t.regex(none, /Search all times/);
  t.regex(
    wordsOf((await get('/messages/?app=nosuch')).text),
    /No message has the app “nosuch”\. There is: echo/,
  );
});

test('what is asked wrongly is a page with the question, and a sentence', async (t) => {
  const { get } = await site(t);
  const { status, text } = await get('/messages/?since=march&q=x');
  t.is(status, 400);
  t.regex(wordsOf(text), /since: expected a time/);
  t.regex(text, /name="q"[^>]* value="x"|value="x"[^>]* name="q"/);
  t.is((await get('/messages/export/?since=march')).status, 400);
  t.is((await get('/messages/export/?format=xml')).status, 400);
});

test('pages follow each other, there and back, and the first of them is live', async (t) => {
  const { router, get, until } = await site(t);
  for (let n = 0; n < 60; n += 1) await router.incoming('played', '1', `text ${n}.`);
  await until('/messages/?direction=in', (text) => text.includes('text 59.') && text.includes('60</b>'));
  const first = (await get('/messages/?direction=in')).text;
  t.regex(first, /data-live="\[&quot;messages&quot;\]"/);
  t.regex(first, /<p[^>]* data-news[^>]* hidden/);
  const older = linksIn(first).find((href) => href.includes('after=')) ?? '';
  const second = (await get(older)).text;
  t.regex(second, /text 9\./);
  t.notRegex(second, /text 10\./);
  t.notRegex(second, /data-live=|data-news/);
  const newer = linksIn(second).find((href) => href.includes('before=')) ?? '';
  const back = await get(newer);
  t.is(back.headers.get('location'), '/messages/?direction=in');
  const oneBackend = (await get('/messages/?backend=played')).text;
  t.regex(oneBackend, /data-live="\[&quot;backend:played&quot;\]"/);
});

test('every message of the filter is exported, in three forms, with an end', async (t) => {
  const { router, get, until } = await site(t);
  for (let n = 0; n < 60; n += 1) await router.incoming('played', '+256772000375', `=text ${n}.`);
  await until('/messages/?direction=in', (text) => text.includes('60</b>'));
  const exported = async (format: string) => get(`/messages/export/?direction=in&format=${format}`);
  const csv = await exported('csv');
  t.regex(csv.headers.get('content-disposition') ?? '', /^attachment; filename="messages-.*-some\.csv"$/);
  t.is(csv.headers.get('content-type'), 'text/csv; charset=utf-8');
  t.regex(csv.text, /'=text 0\./);
  t.regex(csv.text, /\r\nend: 60 messages\r\n$/);
  const raw = await exported('csv-raw');
  t.regex(raw.text, /,=text 0\./);
  t.regex(raw.text, /\r\nend: 60 messages\r\n$/);
  const lines = (await exported('ndjson')).text.trimEnd().split('\n');
  t.is(lines.length, 61);
  t.deepEqual(JSON.parse(lines.at(-1) ?? ''), { end: { messages: 60 } });
});

test('whatever an identity is, it is shown as it is, and leads to its conversation', async (t) => {
  const { router, get, until } = await site(t);
  for (const identity of hostile) await router.incoming('played', identity, `${identity} says`);
  const html = await until('/messages/?direction=in', (text) => text.includes(`<b>${hostile.length}</b>`));
  const words = wordsOf(html);
  t.notRegex(html, /<script>alert/);
  for (const identity of hostile) {
    t.true(words.includes(identity), identity);
    const asked = new URLSearchParams({ identity });
    const found = (await get(`/messages/?${asked}`)).text;
    t.true(wordsOf(found).includes(`${identity} says`), identity);
    const csv = (await get(`/messages/export/?${asked}&format=csv-raw&direction=in`)).text;
    t.regex(csv, /end: 1 messages/);
    const answer = JSON.parse((await get(`/api/v1/messages?${asked}&direction=in`)).text);
    t.is(answer.messages[0]?.identity, identity);
    const path = linksIn(found).find((href) => href.startsWith('/conversations/played/'));
    t.regex(path ?? '', /^\/conversations\/played\/[A-Za-z0-9+_~-]+\/$/);
  }
});
