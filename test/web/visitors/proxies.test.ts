import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import Koa from 'koa';
import { type TrustedProxies, trustProxies } from '../../../src/web/visitors/proxies.js';
import { send } from './support.js';

const seenBy = async (t: ExecutionContext, trusted: TrustedProxies | undefined) => {
  const app = new Koa();
  trustProxies(app, trusted);
  app.use((ctx) => {
    ctx.body = { ip: ctx.ip, secure: ctx.secure, host: ctx.host };
  });
  const server = createServer(app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  return async (headers: Record<string, string> = {}) =>
    JSON.parse((await send(`http://127.0.0.1:${port}/`, { headers: { host: 'here', ...headers } })).body);
};

const spoofed = {
  'x-forwarded-for': '192.0.2.1',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'elsewhere',
};

test('without a trusted proxy nothing that a request says of itself is believed', async (t) => {
  const ask = await seenBy(t, undefined);
  t.deepEqual(await ask(spoofed), { ip: '127.0.0.1', secure: false, host: 'here' });
});

test('past the proxies that are trusted by their address neither', async (t) => {
  const ask = await seenBy(t, ['10.0.0.0/8']);
  t.deepEqual(await ask(spoofed), { ip: '127.0.0.1', secure: false, host: 'here' });
});

test('of a chain what the trusted proxies have written is believed, and what stands before it is not', async (t) => {
  const ask = await seenBy(t, ['127.0.0.1', '10.0.0.0/8']);
  t.deepEqual(await ask(spoofed), { ip: '192.0.2.1', secure: true, host: 'elsewhere' });
  t.is((await ask({ 'x-forwarded-for': '1.1.1.1, 192.0.2.1' })).ip, '192.0.2.1');
  t.is((await ask({ 'x-forwarded-for': '1.1.1.1, 192.0.2.1, 10.0.0.9' })).ip, '192.0.2.1');
  t.is((await ask({ 'x-forwarded-proto': 'https, http' })).secure, false);
  t.is((await ask()).ip, '127.0.0.1');
});

test('a number of proxies: so many from the end', async (t) => {
  const [one, two] = [await seenBy(t, 1), await seenBy(t, 2)];
  t.is((await one({ 'x-forwarded-for': '1.1.1.1, 192.0.2.1' })).ip, '192.0.2.1');
  t.is((await two({ 'x-forwarded-for': '1.1.1.1, 192.0.2.1, 10.0.0.9' })).ip, '192.0.2.1');
  t.is((await one()).ip, '127.0.0.1');
});
