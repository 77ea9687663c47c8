import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router, { type RouterContext } from '@koa/router';
import test, { type ExecutionContext } from 'ava';
import Koa from 'koa';
import type { SessionKey } from '../../../src/access/logins.js';
import type { Visitor } from '../../../src/access/visitor.js';
import type { Problem } from '../../../src/web/api/problem.js';
import { formTokens } from '../../../src/web/visitors/formTokens.js';
import { visitors } from '../../../src/web/visitors/visitors.js';
import { type Headers, send } from './support.js';

const anna: Visitor = { name: 'anna', role: 'operator', by: 'anna', seesNumbers: true };
const shop: Visitor = { ...anna, name: 'shop', by: 'token:shop', scopes: ['send'] };
const sessionSecret = 'x'.repeat(43);
const session = `session=1:${sessionSecret}:anna`;

/** Answers with who asks, or why that is not said. */
const serving = async (t: ExecutionContext, { isOpen = false, isKnown = true } = {}) => {
  const tokens = formTokens('a secret of the router');
  const { callerOf } = visitors({
    isOpen,
    formTokens: tokens,
    isKnown: async () => isKnown,
    logins: {
      visitorWithSession: async ({ secret }: SessionKey) => (secret === sessionSecret ? anna : undefined),
      visitorWithToken: (text: string) => (text === 'good' ? shop : undefined),
    },
  });
  const router = new Router();
  router.get('/token', (ctx) => {
    ctx.body = tokens.of(ctx);
  });
  router.all('/', async (ctx: RouterContext) => {
    try {
      ctx.body = (await callerOf(ctx)).by;
    } catch (error) {
      const { status, message } = error as Problem;
      ctx.status = status;
      ctx.body = message;
    }
  });
  const server = createServer(new Koa().use(router.routes()).callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (headers: Headers = {}, method = 'POST') => {
    const { status, body } = await send(`${url}/`, { method, headers });
    return status === 200 ? body : status;
  };
  const formToken = async (headers: Headers) => (await send(`${url}/token`, { headers })).body;
  return { url, ask, formToken };
};

test('a program with a token needs nothing else', async (t) => {
  const { ask } = await serving(t);
  t.is(await ask({ authorization: 'Bearer good' }), 'token:shop');
  t.is(await ask({ authorization: 'bearer  good', origin: 'https://elsewhere.example' }), 'token:shop');
  t.is(await ask({ authorization: 'Bearer bad' }), 401);
  // A token that is no more is not made good by a cookie.
  t.is(await ask({ authorization: 'Bearer bad', cookie: session }, 'GET'), 401);
});

test('a page that asks with its login reads freely, and changes with the token of its forms', async (t) => {
  const { ask, formToken, url } = await serving(t);
  t.is(await ask({ cookie: session }, 'GET'), 'anna');
  t.is(await ask({ cookie: session }), 403);
  const token = await formToken({ cookie: session });
  t.is(await ask({ cookie: session, 'x-form-token': token }), 'anna');
  t.is(await ask({ cookie: session, 'x-form-token': token, origin: url }), 'anna');
  t.is(await ask({ cookie: session, 'x-form-token': token, origin: 'https://evil.example' }), 403);
  t.is(await ask({ cookie: session, 'x-form-token': token, 'sec-fetch-site': 'same-site' }), 403);
  t.is(await ask({ cookie: session, 'x-form-token': await formToken({}) }), 403);
});

test('what is no session is nobody', async (t) => {
  const { ask } = await serving(t);
  for (const cookie of [
    'session=',
    'session=x',
    `session=1:${'y'.repeat(43)}:anna`,
    `session=1:${sessionSecret}:%E0`,
  ])
    t.is(await ask({ cookie }, 'GET'), 401);
});

test('in development mode a program on this machine changes things, and a page of another site does not', async (t) => {
  const { ask, url, formToken } = await serving(t, { isOpen: true });
  t.is(await ask(), 'development');
  for (const headers of [
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { referer: 'https://evil.example/' },
    { cookie: 'browser=abc' },
    { origin: url },
  ])
    t.is(await ask(headers), 403, JSON.stringify(headers));
  const cookie = 'browser=abc';
  t.is(await ask({ cookie, origin: url, 'x-form-token': await formToken({ cookie }) }), 'development');
  t.is(await ask({ host: 'rebound.example' }, 'GET'), 403);
  t.is(await ask({ host: 'rebound.example', authorization: 'Bearer good' }, 'GET'), 'token:shop');
});

test('while it is not known who there is nobody is let in, and nobody turned away for good', async (t) => {
  const { ask } = await serving(t, { isKnown: false });
  t.is(await ask({ authorization: 'Bearer good' }), 503);
  t.is(await ask({ cookie: session }, 'GET'), 503);
  t.is(await ask({}, 'GET'), 401);
});
