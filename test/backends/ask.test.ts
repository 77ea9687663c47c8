// Whether a gateway would take texts, asked without one.
import test, { type ExecutionContext } from 'ava';
import type { Backend } from '../../src/backends/backend.js';
import { http } from '../../src/backends/http/index.js';
import { kannel } from '../../src/backends/kannel/index.js';
import { viewIn } from '../../src/backends/kannel/view.js';
import { closedPort, startServer, startTcpServer } from './server.js';

const context = { publicUrl: 'http://router.test:8000', secret: 'secret', tell: async () => {} };
const params = { username: 'rapidsms', password: 'change&me', smsc: 'usb0' };

const kannelAt = (port: number, more: object = {}): Backend => {
  const sendsmsUrl = `http://127.0.0.1:${port}/cgi-bin/sendsms`;
  return kannel.create(
    'k',
    '/backend/k/',
    kannel.config.parse({ sendsmsUrl, sendsmsParams: params, ...more }),
    context,
  );
};

const httpAt = (port: number, path = '/send?key=abcdefgh&to=%(identity)s&text=%(text)s'): Backend =>
  http.create(
    'h',
    '/http/h/',
    http.config.parse({ outgoingUrl: `http://127.0.0.1:${port}${path}` }),
    context,
  );

const answering = (t: ExecutionContext, status: number, body: string) =>
  startServer(t, (response) => response.writeHead(status).end(body));

test('Kannel is asked without a receiver and without a text, and with who we are', async (t) => {
  const { port, seen } = await answering(t, 400, 'Missing receiver number, rejected');
  const asked = await kannelAt(port).ask(5_000);
  t.like(asked, { verdict: 'willing', said: '400: Missing receiver number, rejected' });
  t.false(Number.isNaN(Date.parse(asked.date ?? '')));
  t.deepEqual(
    seen.map(({ method, url }) => `${method} ${url}`),
    ['GET /cgi-bin/sendsms?username=rapidsms&password=change%26me&smsc=usb0'],
  );
});

for (const [status, body, verdict] of [
  [403, 'Authorization failed for sendsms', 'misconfigured'],
  [404, 'Unknown request.', 'misconfigured'],
  [503, 'Temporal failure, try again later.', 'throttled'],
  [202, '0: Accepted for delivery', 'strange'],
  [200, '<html>', 'strange'],
  [400, 'Bad request', 'strange'],
] as const)
  test(`what answers ${status} ${body} to sendsms without a receiver is ${verdict}`, async (t) => {
    const { port } = await answering(t, status, body);
    t.is((await kannelAt(port).ask(5_000)).verdict, verdict);
  });

test('what is said of it has no password', async (t) => {
  const { port } = await answering(t, 403, 'user rapidsms password change&me');
  t.is((await kannelAt(port).ask(5_000)).said, '403: user ••• password •••');
});

test('a short password and a short name of a user are blanked as words: no word is torn', async (t) => {
  const body = 'Authorization failed for u with pw up';
  const { port } = await answering(t, 403, body);
  const backend = kannelAt(port, { sendsmsParams: { username: 'u', password: 'pw' } });
  t.is((await backend.ask(5_000)).said, '403: Authorization failed for ••• with ••• up');
});

test('what a gateway quotes of who we are is blanked, also as Basic authentication has it', async (t) => {
  const { port } = await startServer(t, (response, { headers }) =>
    response.writeHead(403).end(`refused ${headers.authorization?.split(' ')[1]} of p4ssw0rdX`),
  );
  const outgoingUrl = `http://user:p4ssw0rdX@127.0.0.1:${port}/`;
  const backend = http.create('h', '/http/h/', http.config.parse({ outgoingUrl }), context);
  t.is((await backend.ask(5_000)).said, '403: refused ••• of •••');
});

test('a gateway that is away, and one that gives no answer', async (t) => {
  t.is((await kannelAt(await closedPort()).ask(5_000)).verdict, 'unreachable');
  const silent = await startTcpServer(t, () => undefined);
  t.is((await httpAt(silent).ask(200)).verdict, 'unclear');
});

test('another service is asked what it can do, at its address without what belongs to a text or is secret', async (t) => {
  const { port, seen } = await answering(t, 405, 'GET only');
  const backend = httpAt(port);
  t.is((await backend.ask(5_000)).verdict, 'willing');
  t.is(backend.address, `http://127.0.0.1:${port}/send`);
  t.deepEqual(
    seen.map(({ method, url, body }) => [method, url, body]),
    [['OPTIONS', '/send', '']],
  );
  t.is(httpAt(port, '/to/%(identity)s?t=%(text)s').address, `http://127.0.0.1:${port}/to/`);
});

for (const [status, verdict] of [
  [401, 'misconfigured'],
  [302, 'strange'],
  [403, 'strange'],
  [404, 'strange'],
  [503, 'throttled'],
  [200, 'willing'],
] as const)
  test(`another service that answers ${status} is ${verdict}`, async (t) => {
    const { port } = await answering(t, status, '');
    const asked = await httpAt(port).ask(5_000);
    t.is(asked.verdict, verdict);
    t.is(asked.said, String(status));
  });

test('where a redirect leads is told, without what may be a secret in it', async (t) => {
  const { port } = await startServer(t, (response) =>
    response.writeHead(302, { location: 'http://127.0.0.1/login/abcdefgh?session=hidden' }).end(),
  );
  const asked = await httpAt(port).ask(5_000);
  t.is(asked.said, '302 to http://127.0.0.1/login/•••?…');
  t.true(asked.isSentOn);
});

test('an end that speaks another language has answered', async (t) => {
  const port = await startTcpServer(t, (socket) => socket.end('SSH-2.0-x\r\n'));
  t.like(await httpAt(port).ask(5_000), {
    verdict: 'foreign',
    said: 'no answer: what it answers is no HTTP (HPE_INVALID_CONSTANT)',
  });
  const { port: plain } = await answering(t, 200, 'hello');
  const secured = http.config.parse({ outgoingUrl: `https://127.0.0.1:${plain}/` });
  t.like(await http.create('h', '/http/h/', secured, context).ask(5_000), {
    verdict: 'foreign',
    said: 'no connection: what it answers is no TLS (EPROTO)',
  });
});

const page = (state: string, boxes: string, smscs: string) => `<?xml version="1.0"?>
<gateway><version>Kannel bearerbox version \`1.4.5'.</version>
<status>${state}, uptime 0d 0h 0m 3s</status>
<sms><received><total>7</total><queued>2</queued></received><sent><total>0</total><queued>0</queued></sent></sms>
<boxes>${boxes}</boxes>
<smscs><count>1</count>${smscs}</smscs></gateway>`;
const smsbox =
  '<box><type>smsbox</type><id></id><IP>127.0.0.1</IP><status>on-line 0d 0h 0m 1s</status></box>';
const smsc = (status: string) =>
  `<smsc><name>FAKE:20001</name><id>fake</id><status>${status}</status><failed>0</failed><queued>4</queued></smsc>`;

test("Kannel's status page tells its state, its smsboxes and its connections", (t) => {
  t.deepEqual(viewIn(page('running', smsbox, smsc('online 5s'))), {
    state: 'running',
    takesTexts: true,
    links: [{ id: 'fake', status: 'online 5s', isUp: true, queued: 4 }],
    waiting: 2,
  });
  const { state, takesTexts, links } = viewIn(page('suspended', '', smsc('connecting')));
  t.deepEqual([state, takesTexts, links[0]?.isUp], ['suspended', false, false]);
});

test('a wrong password of the status page is told, and not quoted', async (t) => {
  const { url } = await answering(t, 200, '<?xml version="1.0"?>\n<gateway>\nDenied</gateway>');
  const backend = kannelAt(1, { statusUrl: `${url}/status.xml?password=no-one` });
  await t.throwsAsync(async () => backend.view(5_000), {
    message: /^Kannel refuses the password of statusUrl\.$/,
  });
  t.is(kannelAt(1).view(5_000), undefined);
});
