import test, { type ExecutionContext } from 'ava';
import { percentDecode } from '../../src/backends/encoding/percent.js';
import { kannel } from '../../src/backends/kannel/index.js';
import type { Gateway } from '../../src/outbound/gateway.js';
import { closedPort, failureOf, startServer, startTcpServer } from './server.js';

const params = { username: 'rapidsms', password: 'change&me', from: '1234', smsc: 'usb0-modem' };
const context = { publicUrl: 'http://router.test:8000', secret: 'secret', tell: async () => {} };
const hello = { messageId: 'm-1', correlationId: 'c-1', identity: '+256', text: 'hello' };

const gatewayAt = (t: ExecutionContext, sendsmsUrl: string, keys: object = {}): Gateway => {
  const config = kannel.config.parse({ sendsmsUrl, sendsmsParams: params, ...keys });
  const { gateway } = kannel.create('k', '/backend/k/', config, context);
  t.teardown(() => gateway.close());
  return gateway;
};

const accepting = (t: ExecutionContext) =>
  startServer(t, (response) => response.writeHead(202).end('0: Accepted for delivery'));

/** The parameters as latin1 texts of their bytes: no charset is assumed. */
const paramsOf = (url: string | undefined): Record<string, string> =>
  Object.fromEntries(
    (url ?? '')
      .slice((url ?? '').indexOf('?') + 1)
      .split('&')
      .map((pair) => {
        const [name = '', value = ''] = pair.split('=');
        return [name, percentDecode(value).toString('latin1')];
      }),
  );
const latin = (bytes: Buffer): string => bytes.toString('latin1');
const utf16 = (text: string): string => latin(Buffer.from(text, 'utf16le').swap16());
const utf8 = (text: string): string => latin(Buffer.from(text));

test('a text is handed to sendsms with all that Kannel needs', async (t) => {
  const { url, seen } = await accepting(t);
  const accepted = await gatewayAt(t, `${url}/cgi-bin/sendsms`).send({ ...hello, priority: 9 }, 5_000);
  t.deepEqual(accepted, { answer: '0: Accepted for delivery', coding: 'gsm', parts: 1 });
  t.is(seen.length, 1);
  t.true(seen[0]?.url.startsWith('/cgi-bin/sendsms?'));
  const { 'dlr-url': dlrUrl, ...rest } = paramsOf(seen[0]?.url);
  const expected = {
    to: '+256',
    text: 'hello',
    coding: '0',
    charset: 'UTF-8',
    priority: '3',
    'dlr-mask': '31',
  };
  t.deepEqual(rest, { ...params, ...expected });
  t.regex(dlrUrl ?? '', /^http:\/\/router\.test:8000\/backend\/k\/dlr\/\?message=.*&status=%d&answer=%A/);
});

test('without a mask no report is asked for, and an address may have a query already', async (t) => {
  const { url, seen } = await accepting(t);
  await gatewayAt(t, `${url}/sendsms?account=a`, { dlrMask: 0 }).send(hello, 5_000);
  t.true(seen[0]?.url.startsWith('/sendsms?account=a&username='));
  t.false(seen[0]?.url.includes('dlr'));
});

for (const [title, keys, text, bytes, coding, charset, parts] of [
  ['GSM', {}, 'a €@', utf8('a €@'), '0', 'UTF-8', 1],
  ['not GSM', {}, 'Прив😀', utf8('Прив😀'), '2', 'UTF-8', 1],
  ['not GSM, as UTF-16', { charset: 'utf-16be' }, 'П', utf16('П'), '2', 'utf-16be', 1],
  ['GSM beside UTF-16', { charset: 'UTF-16BE' }, 'a', 'a', '0', 'UTF-8', 1],
  ['the seed', { coding: 0, charset: 'ascii', encodeErrors: 'ignore' }, 'né€!', 'n!', '0', 'ascii', 1],
  ['replace', { coding: 0, charset: 'ascii', encodeErrors: 'replace' }, 'né😀!', 'n??!', '0', 'ascii', 1],
  ['in the charset, not in GSM', { coding: 0, charset: 'latin1' }, 'éãb', '\u00e9b', '0', 'latin1', 1],
  ['bytes', { coding: 1 }, 'é\u0001П', '\u00e9\u0001', '1', undefined, 1],
  ['UCS-2 always', { coding: 2 }, 'a', 'a', '2', 'UTF-8', 1],
  ['a lone surrogate', {}, 'a\ud83d', utf8('a\ufffd'), '2', 'UTF-8', 1],
  ['two parts', {}, 'x'.repeat(161), 'x'.repeat(161), '0', 'UTF-8', 2],
] as const)
  test(`encoding: ${title}`, async (t) => {
    const { url, seen } = await accepting(t);
    const accepted = await gatewayAt(t, url, keys).send({ ...hello, text }, 5_000);
    const sent = paramsOf(seen[0]?.url);
    t.deepEqual([sent.text, sent.coding, sent.charset, accepted.parts], [bytes, coding, charset, parts]);
  });

for (const [title, keys, message] of [
  [
    'a character that does not fit, when strict',
    { coding: 0, charset: 'ascii', encodeErrors: 'strict' },
    { text: 'né' },
  ],
  ['a text of which nothing is left', { coding: 0, charset: 'ascii' }, { text: 'Прив' }],
  ['an identity that Kannel takes for two', {}, { identity: '256701 256702' }],
] as const)
  test(`${title}: rejected, and Kannel never hears of it`, async (t) => {
    const { url, seen } = await accepting(t);
    t.is((await failureOf(gatewayAt(t, url, keys).send({ ...hello, ...message }, 5_000))).code, 'rejected');
    t.deepEqual(seen, []);
  });

for (const [title, keys, text, parts] of [
  ['as in our ops/kannel.conf', {}, 'x'.repeat(20 * 153), 20],
  ['in UCS-2', {}, 'П'.repeat(20 * 67), 20],
  ['with a limit of its own', { maxParts: 2 }, 'x'.repeat(2 * 153), 2],
] as const)
  test(`a text of as many parts as Kannel sends goes out, one more is rejected: ${title}`, async (t) => {
    const { url, seen } = await accepting(t);
    const gateway = gatewayAt(t, url, keys);
    t.is((await gateway.send({ ...hello, text }, 5_000)).parts, parts);
    const error = await failureOf(gateway.send({ ...hello, text: `${text}${text[0]}` }, 5_000));
    t.is(error.code, 'rejected');
    t.regex(error.message, new RegExp(`${parts + 1} parts.*at most ${parts} .*maxParts`));
    t.is(seen.length, 1, 'Kannel, which would cut it, never hears of the longer one');
  });

for (const [status, body, code] of [
  [403, 'Authorization failed for sendsms', 'misconfigured'],
  [403, 'Not routable. Do not try again.', 'rejected'],
  [403, 'Number(s) has/have been denied by white- and/or black-lists.', 'rejected'],
  [403, 'Forbidden', 'misconfigured'],
  [400, 'Charset or body misformed, rejected', 'rejected'],
  [400, 'Sender missing and no global set, rejected', 'misconfigured'],
  [400, 'MClass field misformed, rejected', 'misconfigured'],
  [401, '', 'misconfigured'],
  [404, 'Unknown request.', 'misconfigured'],
  [409, '', 'misconfigured'],
  [414, '', 'rejected'],
  [301, '', 'misconfigured'],
  [429, '', 'throttled'],
  [503, 'Temporal failure, try again later.', 'throttled'],
  [500, '', 'throttled'],
  [502, '', 'throttled'],
  [504, '', 'unclear'],
  [200, '<html>', 'unclear'],
] as const)
  test(`${status} ${body} is ${code}`, async (t) => {
    const { url, seen } = await startServer(t, (response) =>
      response.writeHead(status, { location: '/' }).end(body),
    );
    const error = await failureOf(gatewayAt(t, url).send(hello, 5_000));
    t.is(error.code, code);
    t.regex(error.message, new RegExp(`${status}`));
    t.is(seen.length, 1, 'one attempt is one request');
  });

for (const [status, body] of [
  [202, '3: Queued for later delivery'],
  [200, '0: Accepted for delivery'],
] as const)
  test(`${status} ${body} is accepted`, async (t) => {
    const { url } = await startServer(t, (response) => response.writeHead(status).end(body));
    t.is((await gatewayAt(t, url).send(hello, 5_000)).answer, body);
  });

test('a refused connection is unreachable', async (t) => {
  const error = await failureOf(gatewayAt(t, `http://127.0.0.1:${await closedPort()}/`).send(hello, 5_000));
  t.is(error.code, 'unreachable');
  t.false(error.maybeSent);
  t.is(error.message, 'no connection: ECONNREFUSED');
});

test('a name that does not resolve is unreachable', async (t) => {
  t.is((await failureOf(gatewayAt(t, 'http://kannel.invalid/').send(hello, 10_000))).code, 'unreachable');
});

test('a TLS handshake that fails, or never ends, is unreachable', async (t) => {
  const plain = await startTcpServer(t, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  t.is((await failureOf(gatewayAt(t, `https://127.0.0.1:${plain}/`).send(hello, 5_000))).code, 'unreachable');
  const silent = await startTcpServer(t, () => undefined);
  t.is((await failureOf(gatewayAt(t, `https://127.0.0.1:${silent}/`).send(hello, 200))).code, 'unreachable');
});

test('no answer in time is unclear', async (t) => {
  const { url, seen } = await startServer(t, () => undefined);
  const error = await failureOf(gatewayAt(t, url).send(hello, 200));
  t.is(error.code, 'unclear');
  t.true(error.maybeSent);
  t.is(seen.length, 1);
});

test('a connection that breaks after the request is unclear', async (t) => {
  const { url, seen } = await startServer(t, (response) => response.socket?.resetAndDestroy());
  t.is((await failureOf(gatewayAt(t, url).send(hello, 5_000))).code, 'unclear');
  const port = await startTcpServer(t, (socket) => socket.once('data', () => socket.end()));
  t.is((await failureOf(gatewayAt(t, `http://127.0.0.1:${port}/`).send(hello, 5_000))).code, 'unclear');
  t.is(seen.length, 1);
});

test('an answer that is no HTTP is unclear', async (t) => {
  const port = await startTcpServer(t, (socket) => socket.once('data', () => socket.end('hello\r\n')));
  t.is((await failureOf(gatewayAt(t, `http://127.0.0.1:${port}/`).send(hello, 5_000))).code, 'unclear');
});

test('a 202 whose body breaks off is accepted all the same', async (t) => {
  const head = 'HTTP/1.1 202 Accepted\r\nContent-Length: 24\r\n\r\n0: Acc';
  const port = await startTcpServer(t, (socket) => socket.once('data', () => socket.end(head)));
  t.like(await gatewayAt(t, `http://127.0.0.1:${port}/`).send(hello, 5_000), { answer: '202', parts: 1 });
});

test('connections are kept, and one that dies as it is used again is unclear', async (t) => {
  let connections = 0;
  const answer = 'HTTP/1.1 202 Accepted\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n0:';
  const port = await startTcpServer(t, (socket) => {
    connections += 1;
    let requests = 0;
    socket.on('data', () => {
      requests += 1;
      if (requests === 1) socket.write(answer);
      else socket.resetAndDestroy();
    });
  });
  const gateway = gatewayAt(t, `http://127.0.0.1:${port}/`, { dlrMask: 0 });
  t.is((await gateway.send(hello, 5_000)).answer, '0:');
  t.is((await failureOf(gateway.send(hello, 5_000))).code, 'unclear');
  t.is(connections, 1);
});

test('who we are appears in no answer and no error', async (t) => {
  const { url } = await startServer(t, (response, { url: asked }) =>
    response.writeHead(202).end(`0: ${asked} change&me`),
  );
  const { answer } = await gatewayAt(t, url).send(hello, 5_000);
  t.regex(answer, /•••/);
  t.notRegex(answer, /rapidsms|change&me|change%26me/i);
  const error = await failureOf(gatewayAt(t, `http://127.0.0.1:${await closedPort()}/`).send(hello, 5_000));
  t.notRegex(JSON.stringify([error, error.message, error.stack, error.cause]), /rapidsms|change/);
});

test('the answer is one short line', async (t) => {
  const { url } = await startServer(t, (response) =>
    response.writeHead(202).end(`0:\r\n\0 ${'x'.repeat(5_000)}`),
  );
  const { answer } = await gatewayAt(t, url).send(hello, 5_000);
  t.regex(answer, /^0: x{197}…$/);
});

for (const [title, keys, expected] of [
  ['no address', { sendsmsUrl: undefined }, /expected an address/],
  ['no URL', { sendsmsUrl: 'localhost:13013' }, /absolute http/],
  ['an unknown key', { sendsmsURL: 'x' }, /sendsmsURL/],
  ['a parameter of ours', { sendsmsParams: { text: 'x' } }, /router sets this itself/],
  ['a charset that can only be read', { coding: 2, charset: 'ISO-2022-JP' }, /expected a charset/],
  ['an unknown charset', { coding: 0, charset: 'klingon' }, /expected a charset/],
  ['a charset that needs a coding', { charset: 'ascii' }, /set `coding` too/],
  ['a coding', { coding: 7 }, /expected auto, 0/],
  ['a policy', { encodeErrors: 'drop' }, /expected ignore, replace or strict/],
  ['a mask', { dlrMask: 64 }, /at most 63/],
  ['a number of parts', { maxParts: 0 }, /expected 1 or more/],
] as const)
  test(`config: ${title} is refused with what was expected`, (t) => {
    const parsed = kannel.config.safeParse({ sendsmsUrl: 'http://k/', ...keys });
    t.regex(parsed.error?.message ?? '', expected);
  });
