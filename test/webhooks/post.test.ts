import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { type Answer, createReceiver } from '../../src/webhooks/post.js';
import { secret } from './support/receiver.js';

const call = {
  id: '0195c3f0-7a3e-7c52-9d0e-1f2a3b4c5d6e',
  type: 'message.received',
  body: Buffer.from('{}'),
};
const nowMs = Date.parse('2026-03-06T08:15:30Z');

const listening = async (t: ExecutionContext, answer: RequestListener): Promise<string> => {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const posted = async (
  t: ExecutionContext,
  url: string,
  { timeoutMs = 5_000, secrets = [secret], cut = new AbortController().signal } = {},
): Promise<Answer> => {
  const receiver = createReceiver(
    { url, secrets, timeoutMs },
    () => nowMs,
    (text) => text.replaceAll('geheim', '•••'),
  );
  t.teardown(() => receiver.close());
  return receiver.post(call, cut);
};

test('any 2xx is a success, also when the rest of the answer breaks off', async (t) => {
  const host = await listening(t, (_, response) => void response.writeHead(202).end('thanks'));
  t.deepEqual(await posted(t, `http://${host}/`), { isAccepted: true });
  const broken = await listening(t, (_, response) => {
    response.writeHead(200, { 'content-length': 1_000 }).write('{', () => response.destroy());
  });
  t.deepEqual(await posted(t, `http://${broken}/`), { isAccepted: true });
});

test('a redirect is not followed', async (t) => {
  const asked: (string | undefined)[] = [];
  const host = await listening(t, ({ url }, response) => {
    asked.push(url);
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  t.deepEqual(await posted(t, `http://${host}/`), {
    isAccepted: false,
    code: 'refused',
    detail: 'answered 307',
  });
  t.deepEqual(asked, ['/']);
});

test('410 is a refusal as any other', async (t) => {
  const host = await listening(t, (_, response) => void response.writeHead(410).end('gone'));
  t.like(await posted(t, `http://${host}/`), { code: 'refused', detail: 'answered 410: gone' });
});

test('what it says is told in a line, shortened, without secrets', async (t) => {
  const host = await listening(t, (_, response) => {
    response.writeHead(500).end(`<h1>no\n\u0007  geheim</h1>${'x'.repeat(1_000)}`);
  });
  const answer = await posted(t, `http://${host}/`);
  const detail = 'detail' in answer ? answer.detail : '';
  t.true(detail.startsWith('answered 500: <h1>no •••</h1>xxx'));
  t.true(detail.length < 230);
});

test('an answer without an end ends, and takes no memory', async (t) => {
  let sent = 0;
  const host = await listening(t, (_, response) => {
    response.writeHead(503);
    const more = () => {
      sent += 16_384;
      response.write('x'.repeat(16_384), (error) => error ?? setImmediate(more));
    };
    more();
  });
  t.like(await posted(t, `http://${host}/`), { code: 'refused', detail: 'answered 503' });
  t.true(sent < 50_000_000);
});

test('Retry-After is told, in seconds or as a date', async (t) => {
  for (const [header, expected] of [
    ['120', 120_000],
    ['Fri, 06 Mar 2026 08:16:00 GMT', 30_000],
    ['Fri, 06 Mar 2026 08:00:00 GMT', undefined],
    ['soon', undefined],
  ] as const) {
    const host = await listening(
      t,
      (_, response) => void response.writeHead(429, { 'retry-after': header }).end(),
    );
    const answer = await posted(t, `http://${host}/`);
    t.is('retryAfterMs' in answer ? answer.retryAfterMs : undefined, expected);
  }
});

test('who answers nothing in time has refused; where nobody listens there is nobody', async (t) => {
  const host = await listening(t, () => undefined);
  t.like(await posted(t, `http://${host}/`, { timeoutMs: 100 }), { code: 'no-answer' });
  t.like(await posted(t, 'http://127.0.0.1:1/'), {
    code: 'unreachable',
    detail: 'no connection: ECONNREFUSED',
  });
});

test('a call under way is cut', async (t) => {
  const cut = new AbortController();
  const host = await listening(t, () => cut.abort());
  t.like(await posted(t, `http://${host}/`, { cut: cut.signal }), { isAccepted: false });
  t.like(await posted(t, `http://${host}/`, { cut: cut.signal }), { isAccepted: false });
});

test('who we are may stand in the address', async (t) => {
  const asked: unknown[] = [];
  const host = await listening(t, ({ headers, url }, response) => {
    asked.push(headers.authorization, url);
    response.end();
  });
  t.deepEqual(await posted(t, `http://us:p%40ss@${host}/hook?key=1`), { isAccepted: true });
  t.deepEqual(asked, [`Basic ${Buffer.from('us:p@ss').toString('base64')}`, '/hook?key=1']);
});

test('each of several secrets signs', async (t) => {
  const other = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  const asked: unknown[] = [];
  const host = await listening(t, ({ headers }, response) => {
    asked.push(String(headers['webhook-signature']).split(' ').length, headers['webhook-timestamp']);
    response.end();
  });
  await posted(t, `http://${host}/`, { secrets: [secret, other] });
  t.deepEqual(asked, [2, String(nowMs / 1_000)]);
});
