import test from 'ava';
import { hostile, linksIn, site, wordsOf } from './support.js';

test('everyone is listed with what came and went, who was heard of last first', async (t) => {
  const { router, get, until } = await site(t);
  t.regex(wordsOf((await get('/connections/')).text), /Nobody yet/);
  await router.incoming('played', '+256772000375', 'echo one');
  await router.incoming('played', '+256772000375', 'echo two');
  await router.incoming('simple-http', '+256772000118', 'unknown words');
  const list = await until(
    '/connections/',
    (text) => text.includes('2</b> connections') && text.includes('delivered'),
  );
  t.regex(wordsOf(list), /\+256772000118.*\+256772000375 played.*2 in, 2 out.*delivered/s);
  t.regex(list, /data-live="\[&quot;messages&quot;\]"/);
  for (const [query, isThere, isNot] of [
    ['q=0772000375', '000375', '000118'],
    ['q=%2B25677200011', '000118', '000375'],
    ['backend=played', '000375', '000118'],
    ['status=delivered', '000375', '000118'],
  ] as const) {
    const { text } = await get(`/connections/?${query}`);
    t.true(wordsOf(text).includes(isThere), query);
    t.false(wordsOf(text).includes(isNot), query);
  }
  t.regex(wordsOf((await get('/connections/?q=nobody')).text), /Nobody is like this/);
  const answer = JSON.parse((await get('/api/v1/connections?identity=0772000375')).text);
  t.like(answer, {
    connections: [{ backend: 'played', identity: '+256772000375', received: 2, sent: 2 }],
    matching: 1,
    backends: ['played', 'simple-http'],
  });
});

test('pages follow each other, also past one who was heard of meanwhile', async (t) => {
  const { router, get, until } = await site(t);
  for (let n = 10; n < 65; n += 1) await router.incoming('played', `phone ${n}`, 'echo hi');
  const first = await until('/connections/', (text) => text.includes('55</b> connections'));
  const older = linksIn(first).find((href) => href.includes('after=')) ?? '';
  const names = (text: string) => [...wordsOf(text).matchAll(/phone (\d\d) played/g)].map(([, n]) => n);
  t.is(names(first).length, 50);
  const last = names(first).at(-1);
  await router.incoming('played', `phone ${last}`, 'echo again');
  await until(`/connections/?q=phone+${last}`, (text) => wordsOf(text).includes('2 in, '));
  const second = (await get(older)).text;
  t.is(names(second).length, 5);
  t.deepEqual(
    names(second).filter((n) => names(first).includes(n)),
    [],
  );
  t.is((await get('/connections/?after=nonsense')).status, 400);
});

test('whatever an identity is, it is listed, found and followed', async (t) => {
  const { router, get, until } = await site(t);
  for (const identity of hostile) await router.incoming('played', identity, 'echo hi');
  const list = await until('/connections/', (text) => text.includes(`${hostile.length}</b> connections`));
  t.notRegex(list, /<script>alert/);
  for (const identity of hostile) {
    t.true(wordsOf(list).includes(identity), identity);
    const answer = JSON.parse((await get(`/api/v1/connections?${new URLSearchParams({ identity })}`)).text);
    t.is(answer.connections[0]?.identity, identity);
  }
  const paths = linksIn(list).filter((href) => href.startsWith('/conversations/'));
  for (const path of paths) t.is((await get(path)).status, 200, path);
});
