import test from 'ava';
import { admin, Browser, password, running, send } from './support.js';

test('without a login a page leads to the door, and back once one is in', async (t) => {
  const { browser } = await admin(t);
  const other = (await browser.submit('/account/', '/account/out/', {})).headers.location;
  t.is(other, '/login/');
  const away = await browser.get('/marks/?x=1');
  t.is(away.status, 303);
  t.is(away.headers.location, '/login/?to=%2Fmarks%2F%3Fx%3D1');
  const back = await browser.submit('/login/?to=%2Fmarks%2F%3Fx%3D1', '/login/', {
    to: '/marks/?x=1',
    name: ' Admin ',
    password,
  });
  t.is(back.status, 303, back.body);
  t.is(back.headers.location, '/marks/?x=1');
  t.is((await browser.get('/marks/')).status, 200);
});

test('after a login nobody is led to another site', async (t) => {
  const { browser } = await admin(t);
  for (const to of ['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)']) {
    const { headers } = await browser.get(`/login/?to=${encodeURIComponent(to)}`);
    t.is(headers.location, '/', to);
  }
});

test('of two posts with the first link at the same moment one is logged in', async (t) => {
  const { router, browser } = await running(t);
  const link = new URL((await router.firstLink())?.url ?? '');
  const fields = { name: 'admin', link: link.searchParams.get('link') ?? '', password };
  const answers = await Promise.all(
    [browser(), browser()].map((one) => one.submit(link.pathname + link.search, '/setup/', fields)),
  );
  t.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [303, 410],
  );
  t.is(await router.firstLink(), undefined);
  t.is((await browser().get(link.pathname + link.search)).status, 410);
});

test('the cookie of a session is out of reach of scripts and other sites', async (t) => {
  const { browser } = await admin(t);
  const line = browser.set.find((one) => one.startsWith('session=')) ?? '';
  t.regex(line, /; httponly/i);
  t.regex(line, /; samesite=lax/i);
  t.regex(line, /; path=\//i);
  t.notRegex(line, /; secure/i);
  const expires = Date.parse(/; expires=([^;]+)/i.exec(line)?.[1] ?? '');
  t.true(Math.abs(expires - Date.now() - 12 * 3_600_000) < 60_000);
});

test('where a trusted proxy has TLS, cookies are for TLS and this host alone', async (t) => {
  const { browser } = await admin(
    t,
    { http: { port: 0, trustProxy: ['127.0.0.1'] } },
    { 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.7' },
  );
  const line = browser.set.find((one) => one.startsWith('__Host-session=')) ?? '';
  t.regex(line, /; secure/i);
  t.notRegex(line, /domain/i);
  t.regex((await browser.get('/account/')).body, /192\.0\.2\.7/);
});

test('a form without its token, or with that of another browser, changes nothing', async (t) => {
  const { browser, url } = await admin(t);
  const [, ofAnother = ''] =
    /name="formToken" value="([^"]+)"/.exec((await new Browser(url).get('/login/')).body) ?? [];
  t.not(ofAnother, '');
  for (const formToken of ['', 'nonsense', ofAnother]) {
    const { status, body } = await browser.post('/account/out/', { formToken });
    t.is(status, 403);
    t.regex(body, /comes from elsewhere/);
  }
  t.is((await browser.get('/account/')).status, 200);
});

test('a form that comes from a page of another site is refused, with its token too', async (t) => {
  const { browser, url } = await admin(t);
  const [, formToken = ''] =
    /name="formToken" value="([^"]+)"/.exec((await browser.get('/account/')).body) ?? [];
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: url },
  ])
    t.is((await browser.post('/account/out/', { formToken }, headers)).status, 403, JSON.stringify(headers));
  t.is((await browser.post('/account/out/', { formToken }, { origin: url })).status, 303);
});

test('who logs out is out with that cookie, wherever it was copied to', async (t) => {
  const { browser, url } = await admin(t);
  const cookie = `session=${browser.cookies.get('session')}`;
  t.is((await send(`${url}/account/`, { headers: { cookie } })).status, 200);
  await browser.submit('/account/', '/account/out/', {});
  t.is((await send(`${url}/account/`, { headers: { cookie } })).status, 303);
});

test('after five wrong passwords there is a pause, for the right one too', async (t) => {
  const { browser } = await admin(t);
  await browser.submit('/account/', '/account/out/', {});
  const attempt = (given: string) => browser.submit('/login/', '/login/', { name: 'admin', password: given });
  const wrong = await Promise.all(Array.from({ length: 8 }, () => attempt('wrong')));
  t.deepEqual(
    wrong.map(({ status }) => status).toSorted((a, b) => a - b),
    [403, 403, 403, 403, 403, 429, 429, 429],
  );
  t.regex(wrong.find(({ status }) => status === 429)?.body ?? '', /Please wait 15 minutes/);
  t.is((await attempt(password)).status, 429);
});

test('another password logs out everywhere else', async (t) => {
  const { browser, url } = await admin(t);
  const before = `session=${browser.cookies.get('session')}`;
  const next = 'another long password';
  const answer = await browser.submit('/account/', '/account/password/', { current: password, next });
  t.is(answer.status, 303);
  t.regex((await browser.get('/account/')).body, /The password is changed/);
  t.is((await send(`${url}/account/`, { headers: { cookie: before } })).status, 303);
});
