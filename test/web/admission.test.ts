import test from 'ava';
import type { Log } from '../../src/domain/log.js';
import { startRouter } from '../../src/main/index.js';
import { sourcesOf } from '../projections/support/router.js';
import { type Headers, send } from './visitors/support.js';

const secret = 'a secret of the gateway';

const given = async (t: Parameters<typeof sourcesOf>[0], keys: object, trustProxy?: readonly string[]) => {
  const warnings: object[] = [];
  const quiet = () => {};
  const log: Log = {
    debug: quiet,
    info: quiet,
    warn: (fields, message) => void warnings.push({ ...fields, message }),
    error: quiet,
  };
  const router = await startRouter({
    ...sourcesOf(t, { run: false }),
    log,
    overrides: {
      eventStore: { engine: 'memory' },
      http: { port: 0, ...(trustProxy === undefined ? {} : { trustProxy }) },
      projections: { run: false },
      apps: [],
      backends: { 'simple-http': keys, 'my-kannel-backend': keys },
    },
  });
  t.teardown(() => router.stop());
  const ask = (query: string, headers: Headers = {}) =>
    send(`${router.url}/http/simple-http/?${query}`, { headers });
  const stored = async () => {
    const texts: string[] = [];
    for await (const event of router.store.readAll())
      if (!event.stream.startsWith('router-')) texts.push(JSON.stringify(event.data));
    return texts.join('\n');
  };
  const refusals = () => warnings.filter((one) => /may not speak/.test((one as { message: string }).message));
  return { router, ask, stored, refusals };
};

test('only who sends the secret speaks for phones, and it is kept nowhere', async (t) => {
  const { router, ask, stored, refusals } = await given(t, { inbound: { secret } });
  const query = 'identity=1&text=hi';
  t.is((await ask(query)).status, 403);
  t.is((await ask(`${query}&secret=another+one+of+sixteen`)).status, 403);
  t.is((await ask(`${query}&secret=${encodeURIComponent(secret)}`)).status, 200);
  t.is((await ask(`${query}&%73ecret=${secret.replaceAll(' ', '+')}`)).status, 200);
  t.is((await ask(query, { 'x-threadless-secret': secret })).status, 200);
  t.is((await ask(`text=nobody&secret=${encodeURIComponent(secret)}`)).status, 400);
  const texts = await stored();
  t.is(texts.match(/"text":"hi"/g)?.length, 3);
  t.regex(texts, /"url":"\/http\/simple-http\/\?text=nobody"/);
  t.false(texts.includes('secret'));
  t.is(refusals().length, 1);
  for await (const { data } of router.store.readStream('router-main')) {
    t.false(JSON.stringify(data).includes(secret));
    t.true(JSON.stringify(data).includes('"secret":"•••"'));
  }
});

test('a parameter and a header have the names that the configuration gives them', async (t) => {
  const { ask } = await given(t, { inbound: { secret, parameter: 'key', header: 'X-Key' } });
  const query = 'identity=1&text=hi';
  t.is((await ask(`${query}&secret=${encodeURIComponent(secret)}`)).status, 403);
  t.is((await ask(`${query}&key=${encodeURIComponent(secret)}`)).status, 200);
  t.is((await ask(query, { 'x-key': secret })).status, 200);
});

test('a delivery report is signed, and needs no secret besides', async (t) => {
  const { router } = await given(t, { inbound: { secret } });
  const { status, body } = await send(`${router.url}/backend/my-kannel-backend/dlr/?status=1`);
  t.not(status, 200);
  t.notRegex(body, /secret/);
});

test('an address that is not named is refused before anything is read, and told once', async (t) => {
  const { ask, stored, refusals } = await given(t, { from: ['10.0.0.0/8', '2001:db8::/32'] });
  t.is((await ask('identity=1&text=hi')).status, 403);
  t.is((await ask('identity=1&text=hi')).status, 403);
  t.is(await stored(), '');
  t.like(refusals(), { length: 1, 0: { backend: 'simple-http', address: '127.0.0.1' } });
  const { ask: askHere } = await given(t, { from: ['127.0.0.0/8'] });
  t.is((await askHere('identity=1&text=hi')).status, 200);
  // What anyone can write is not believed.
  t.is((await ask('identity=1&text=hi', { 'x-forwarded-for': '10.0.0.1' })).status, 403);
});

test('behind a trusted proxy the address is that of whom it asks for', async (t) => {
  const { ask } = await given(t, { from: ['10.0.0.0/8'] }, ['127.0.0.1']);
  const query = 'identity=1&text=hi';
  t.is((await ask(query, { 'x-forwarded-for': '10.0.0.1' })).status, 200);
  t.is((await ask(query, { 'x-forwarded-for': '10.0.0.1, 192.0.2.7' })).status, 403);
  t.is((await ask(query)).status, 403);
});
