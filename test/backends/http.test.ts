import test, { type ExecutionContext } from 'ava';
import { engines } from '../../src/backends/engines.js';
import { http } from '../../src/backends/http/index.js';
import { closedPort, failureOf, startServer, startTcpServer } from './server.js';

const context = { publicUrl: 'http://router.test', secret: 's', tell: async () => {} };
const backend = (keys: object = {}) =>
  http.create('h', '/http/h/', http.config.parse({ outgoingUrl: 'http://h.test/', ...keys }), context);
const read = (type: string | undefined, body: string | Buffer, keys: object = {}, query = '') => {
  const [route] = backend(keys).routes;
  return route?.read({
    method: type === 'GET' ? 'GET' : 'POST',
    query,
    body: Buffer.from(body),
    ...(type !== undefined && { contentType: type }),
  });
};
const form = 'application/x-www-form-urlencoded';
const json = 'application/json';

test('the engines', (t) => {
  t.deepEqual(
    engines.map(({ engine, prefix }) => [engine, prefix]),
    [
      ['kannel', '/backend'],
      ['http', '/http'],
      ['httptester', '/httptester'],
    ],
  );
  t.like(backend().routes[0], { path: '/', methods: ['GET', 'POST'], success: 'OK' });
});

for (const [title, inbound, text] of [
  ['the form of the seed', read(form, 'identity=1112223333&text=echo+hello'), 'echo hello'],
  ['a form in UTF-8', read(`${form}; charset=utf-8`, 'identity=1112223333&text=%C3%A9'), 'é'],
  ['a form in another charset', read(`${form};charset="Windows-1252"`, 'identity=1112223333&text=%80'), '€'],
  ['raw bytes in a form', read(form, Buffer.from('identity=1112223333&text=é')), 'é'],
  ['JSON', read(`${json}; charset=utf-8`, '{"identity":"1112223333","text":"é"}'), 'é'],
  ['a query', read('GET', '', {}, 'identity=1112223333&text=%C3%A9'), 'é'],
  ['a query and a body', read(form, 'text=a', {}, 'identity=1112223333'), 'a'],
  ['an empty text', read(form, 'identity=1112223333&text='), ''],
  [
    'names of its own',
    read(form, 'phone=1112223333&msg=a', { incomingIdentity: 'phone', incomingText: 'msg' }),
    'a',
  ],
] as const)
  test(`a text arrives by ${title}`, (t) => {
    t.deepEqual(inbound, { kind: 'message', identity: '1112223333', text });
  });

test('the id of the gateway and all other fields are kept', (t) => {
  const inbound = read(json, '{"identity":"1","text":"a","id":7,"n":{"a":1}}', { incomingId: 'id' });
  t.like(inbound, { gateway: { id: '7', other: { n: '{"a":1}' } } });
  t.like(read(form, 'identity=1&text=a%ff'), { text: 'a\ufffd', gateway: { other: { textHex: '61ff' } } });
});

for (const [inbound, status, reason] of [
  [read(form, 'text=a'), 400, /"identity".*came: "text"/],
  [read(form, 'identity=1'), 400, /"text"/],
  [read(form, 'identity=+&text=a'), 400, /empty/],
  [read(form, 'identity=1&text=a&text=b'), 400, /2 times/],
  [read(form, 'identity=1&text=a', {}, 'text=b'), 400, /query and in the body/],
  [read(form, 'identity=1&text=%4'), 400, /"text".*character 1/],
  [read(form, `identity=1&text=${'a'.repeat(102_401)}`), 413, /102400/],
  [read(`${form}; charset=klingon`, 'identity=1&text=a'), 415, /klingon/],
  [read('text/plain', 'hello'), 415, /text\/plain; expected/],
  [read(undefined, 'identity=1&text=a'), 415, /none; expected/],
  [read(json, '{"identity":'), 400, /not JSON/],
  [read(json, Buffer.from('{"identity":"1","text":"\xff"}', 'latin1')), 400, /UTF-8/],
  [read(json, '[]'), 400, /not a JSON object/],
  [read(json, '{"identity":1,"text":"a"}'), 400, /"identity".*number.*expected a text/],
  [read(json, '{"identity":"1","text":null}'), 400, /"text" is null/],
  [read(json, '{"identity":"1","text":"a","id":90071992547409921}', { incomingId: 'id' }), 400, /2\^53/],
] as const)
  test(`refused with ${status}: ${reason.source}`, (t) => {
    t.like(inbound, { kind: 'rejected', status });
    t.regex(inbound?.kind === 'rejected' ? inbound.reason : '', reason);
  });

const send = (t: ExecutionContext, keys: object, text = 'a&b é %(identity)s') => {
  const { gateway } = backend(keys);
  t.teardown(() => gateway.close());
  return gateway.send(
    { messageId: 'm-1', correlationId: 'c-1', identity: '+256', text, inResponseToGatewayId: 'g-1' },
    5_000,
  );
};
const encoded = 'a%26b%20%C3%A9%20%25%28identity%29s';

for (const [title, path, keys, expected] of [
  [
    'the address of the seed',
    '/?identity=%(identity)s&text=%(text)s&c=100%%25',
    {},
    { method: 'GET', url: `/?identity=%2B256&text=${encoded}&c=100%25`, body: '' },
  ],
  ['a posted form', '/in', {}, { method: 'POST', url: '/in', body: `identity=%2B256&text=${encoded}` }],
  [
    'posted JSON',
    '/in',
    { outgoingFormat: 'json', outgoingMethod: 'PUT' },
    { method: 'PUT', body: '{"identity":"+256","text":"a&b é %(identity)s"}' },
  ],
  [
    'fields of other names',
    '/%(messageId)s',
    { outgoingFields: { identity: 'to', text: 'body', inResponseTo: 'link' } },
    { method: 'POST', url: '/m-1', body: `to=%2B256&body=${encoded}&link=g-1` },
  ],
] as const)
  test(`a text leaves by ${title}`, async (t) => {
    const { url, seen } = await startServer(t, (response) => response.end('thanks'));
    const headers = { authorization: 'Bearer abc' };
    t.deepEqual(await send(t, { outgoingUrl: url + path, outgoingHeaders: headers, ...keys }), {
      answer: 'thanks',
    });
    t.like(seen[0], { ...expected, headers });
  });

for (const [status, keys, code] of [
  [201, {}, 'accepted'],
  [302, { successStatus: [200, 302] }, 'accepted'],
  [200, { successStatus: 202 }, 'unclear'],
  [302, {}, 'misconfigured'],
  [400, {}, 'rejected'],
  [401, {}, 'misconfigured'],
  [404, {}, 'misconfigured'],
  [418, {}, 'rejected'],
  [422, {}, 'rejected'],
  [429, {}, 'throttled'],
  [500, {}, 'throttled'],
  [504, {}, 'unclear'],
] as const)
  test(`${status} with ${JSON.stringify(keys)} is ${code}`, async (t) => {
    const { url } = await startServer(t, (response) =>
      response.writeHead(status, { location: '/' }).end('Bearer abc'),
    );
    const attempt = send(t, { outgoingUrl: url, outgoingHeaders: { authorization: 'Bearer abc' }, ...keys });
    if (code === 'accepted') t.is((await attempt).answer, '•••');
    else t.is((await failureOf(attempt)).code, code);
  });

test('a refused connection is unreachable', async (t) => {
  t.is(
    (await failureOf(send(t, { outgoingUrl: `http://127.0.0.1:${await closedPort()}/` }))).code,
    'unreachable',
  );
});

test('a connection that breaks in the middle of a request is unclear, because who knows what a gateway does', async (t) => {
  const port = await startTcpServer(t, (socket) => socket.once('data', () => socket.resetAndDestroy()));
  const attempt = send(t, { outgoingUrl: `http://127.0.0.1:${port}/` }, 'x'.repeat(20_000_000));
  t.is((await failureOf(attempt)).code, 'unclear');
});

for (const [keys, expected] of [
  [{ outgoingUrl: undefined }, /expected an address/],
  [{ outgoingUrl: 'http://h/?t=%(txt)s' }, /%\(txt\)s/],
  [{ outgoingUrl: 'ftp://h/' }, /absolute http/],
  [{ outgoingMethod: 'GET' }, /expected POST or PUT/],
  [{ successStatus: 500 }, /successStatus/],
  [{ outgoingUrls: 'x' }, /outgoingUrls/],
] as const)
  test(`config: ${JSON.stringify(keys)} is refused`, (t) => {
    t.regex(http.config.safeParse({ outgoingUrl: 'http://h/', ...keys }).error?.message ?? '', expected);
  });
