import test from 'ava';
import { admin, Browser, password, send } from './support.js';

const secretIn = (body: string): string => /link=([\w-]+)/.exec(body)?.[1] ?? '';

test('an admin adds a user, who chooses a password with the link and may do what the role says', async (t) => {
  const { browser: root, url } = await admin(t);
  const made = await root.submit('/users/', '/users/', { name: 'Asha', role: 'viewer' });
  t.is(made.status, 200, made.body);
  const link = secretIn(made.body);
  const asha = new Browser(url);
  const set = await asha.submit(`/setup/?name=asha&link=${link}`, '/setup/', {
    name: 'asha',
    link,
    password,
  });
  t.is(set.status, 303, set.body);
  t.is((await asha.get('/account/')).status, 200);
  const refused = await asha.get('/users/');
  t.is(refused.status, 403);
  t.regex(refused.body, /not for the role viewer/);
  await root.submit('/users/asha/', '/users/asha/role/', { role: 'admin' });
  t.is((await asha.get('/users/')).status, 200);
  await root.submit('/users/asha/', '/users/asha/out/', {});
  t.is((await asha.get('/account/')).status, 303);
  t.is((await root.submit('/users/asha/remove/', '/users/asha/remove/', {})).headers.location, '/users/');
  t.notRegex((await root.get('/users/')).body, /asha<\/bdi>/);
});

test('nobody changes the own role or removes the own account', async (t) => {
  const { browser } = await admin(t);
  await browser.submit('/account/', '/users/admin/remove/', {});
  t.regex((await browser.get('/users/admin/')).body, /another admin does/);
  await browser.submit('/account/', '/users/admin/role/', { role: 'viewer' });
  t.is((await browser.get('/users/')).status, 200);
});

test('a token asks what its scopes allow, without a form, and is nothing once revoked', async (t) => {
  const { browser, url } = await admin(t);
  const made = await browser.submit('/tokens/', '/tokens/', { name: 'shop', scope: 'send', ends: '7d' });
  const [token = ''] = /threadless_shop\.[\w-]+/.exec(made.body) ?? [];
  const ask = (text: string) =>
    send(`${url}/api/v1/events`, { headers: { authorization: `Bearer ${text}` } });
  t.is((await ask(token)).status, 403);
  t.is((await ask(`${token}x`)).status, 401);
  t.is((await send(`${url}/api/v1/events`)).status, 401);
  const reading = await browser.submit('/tokens/', '/tokens/', { name: 'list', scope: 'read', ends: '7d' });
  const [reader = ''] = /threadless_list\.[\w-]+/.exec(reading.body) ?? [];
  t.is((await ask(reader)).status, 200);
  t.notRegex((await browser.get('/tokens/')).body, new RegExp(reader));
  await browser.submit('/tokens/list/revoke/', '/tokens/list/revoke/', {});
  t.is((await ask(reader)).status, 401);
});

test('what was done is in the events with who did it, and no hash is shown, in whatever form', async (t) => {
  const { browser, router } = await admin(t);
  await browser.submit('/users/', '/users/', { name: 'asha', role: 'viewer' });
  await browser.submit('/tokens/', '/tokens/', { name: 'shop', scope: 'read', ends: '7d' });
  const secrets: string[] = [];
  for await (const { data } of router.store.readAll({ filter: { categories: ['user', 'token'] } })) {
    const { sha256, password: kept } = data as { sha256?: string; password?: { hash: string; salt: string } };
    secrets.push(...[sha256, kept?.hash, kept?.salt].filter((text) => text !== undefined));
  }
  t.true(secrets.length >= 6);
  for (const format of ['json', 'ndjson', 'csv', 'csv-raw']) {
    const { status, body } = await browser.get(`/api/v1/events?category=user,token&format=${format}`);
    t.is(status, 200);
    t.regex(body, /UserAdded/);
    t.regex(body, /TokenAdded/);
    t.regex(body, /by"*: *"*"admin/);
    for (const secret of secrets) t.false(body.includes(secret));
  }
});
