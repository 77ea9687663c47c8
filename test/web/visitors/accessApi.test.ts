import test from 'ava';
import { admin, Browser, password, running, send } from './support.js';

test('a program with the scope admin does with users and tokens what the pages do', async (t) => {
  const { browser, url } = await admin(t);
  const made = await browser.submit('/tokens/', '/tokens/', { name: 'ops', scope: 'admin', ends: '1d' });
  const [token = ''] = /threadless_ops\.[\w-]+/.exec(made.body) ?? [];
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await send(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { ...answer, json: answer.body === '' ? undefined : JSON.parse(answer.body) };
  };
  const added = await ask('POST', '/users', { name: 'Asha', role: 'viewer' });
  t.is(added.status, 201, added.body);
  const asha = new Browser(url);
  const link = new URL(added.json.path, url).searchParams.get('link') ?? '';
  const set = await asha.submit(added.json.path, '/setup/', { name: 'asha', link, password });
  t.is(set.status, 303, set.body);
  t.is((await ask('POST', '/users/asha/role', { role: 'operator' })).status, 204);
  t.like((await ask('GET', '/users')).json, {
    users: [
      { name: 'admin', role: 'admin' },
      { name: 'asha', role: 'operator', hasPassword: true, logins: { length: 1 }, addedBy: 'token:ops' },
    ],
  });
  t.is((await ask('POST', '/users/asha/logout')).status, 204);
  t.is((await asha.get('/account/')).status, 303);
  t.is((await ask('DELETE', '/users/asha')).status, 204);
  t.is((await ask('DELETE', '/users/asha')).status, 404);
  t.is((await ask('POST', '/users', { name: 'admin', role: 'viewer' })).status, 409);
  t.is((await ask('POST', '/users', { name: 'x', role: 'boss' })).status, 400);
  const shop = await ask('POST', '/tokens', { name: 'shop', scopes: ['read'], ends: '7d' });
  t.regex(shop.json.token, /^threadless_shop\./);
  t.like((await ask('GET', '/tokens')).json, { tokens: [{ name: 'ops' }, { name: 'shop' }] });
  t.is((await ask('DELETE', '/tokens/shop')).status, 204);
  t.notRegex(
    JSON.stringify([(await ask('GET', '/users')).json, (await ask('GET', '/tokens')).json]),
    /sha256|hash/,
  );
});

test('nobody else does', async (t) => {
  const { url } = await running(t);
  for (const [method, path] of [
    ['GET', '/users'],
    ['POST', '/users'],
    ['GET', '/tokens'],
    ['POST', '/tokens'],
    ['DELETE', '/users/admin'],
  ] as const)
    t.is((await send(`${url}/api/v1${path}`, { method })).status, 401);
});
