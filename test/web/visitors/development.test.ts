import test from 'ava';
import { Browser, running, send } from './support.js';

const open = { access: { mode: 'development' } };

test('in development mode whoever is on this machine is an admin, and pages say so', async (t) => {
  const { router, browser } = await running(t, open);
  const page = await browser().get('/users/');
  t.is(page.status, 200);
  t.regex(page.body, /Development mode: no login/);
  t.is(await router.firstLink(), undefined);
});

test('who comes by another name or through a proxy is refused: it may be a page of another site', async (t) => {
  const { url } = await running(t, open);
  for (const headers of [
    { host: 'rebound.example' },
    { host: 'rebound.example:8000' },
    { 'x-forwarded-for': '192.0.2.1' },
    { forwarded: 'for=192.0.2.1' },
    { via: '1.1 proxy' },
    { 'x-forwarded-host': 'localhost' },
  ])
    for (const path of ['/users/', '/api/v1/events', '/login/']) {
      const { status, body } = await send(url + path, { headers });
      t.is(status, 403, `${path} ${JSON.stringify(headers)}`);
      t.regex(body, /development mode/);
    }
});

test('nor where a proxy on this machine is trusted', async (t) => {
  const { url } = await running(t, { ...open, http: { port: 0, trustProxy: 1 } });
  for (const headers of [{ 'x-forwarded-for': '127.0.0.1' }, { 'x-forwarded-host': 'localhost' }])
    t.is((await send(`${url}/api/v1/events`, { headers })).status, 403);
});

test('a form needs its token there too', async (t) => {
  const { url } = await running(t, open);
  const browser = new Browser(url);
  t.is((await browser.post('/users/', { name: 'asha', role: 'viewer' })).status, 403);
  t.is((await browser.submit('/users/', '/users/', { name: 'asha', role: 'viewer' })).status, 200);
});
