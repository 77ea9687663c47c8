import test from 'ava';
import fc from 'fast-check';
import { createReportReader, createReportUrl } from '../../src/backends/kannel/report.js';

const context = { publicUrl: 'http://router.test:8000', secret: 'secret', tell: async () => {} };
const urlBy =
  (url: ReturnType<typeof createReportUrl>) =>
  (messageId: string, identity: string, correlationId = `c of ${messageId}`): string =>
    url({ messageId, correlationId, identity });
const urlOf = urlBy(createReportUrl('k', '/backend/k/', context));
const reader = createReportReader('k', 'secret');
const read = (query: string) => reader({ method: 'GET', query, body: Buffer.alloc(0) });

/** Kannel's part: every escape filled in, as it does, percent-encoded. */
const fill = (url: string, values: Record<string, string> = {}): string =>
  url.slice(url.indexOf('?') + 1).replaceAll(/%([a-zA-Z])/g, (_, letter: string) => values[letter] ?? '');

test('a report names the text that it is about', (t) => {
  const values = {
    d: '1',
    A: 'stat%3ADELIVRD',
    i: 'fake1',
    I: 'u-1',
    F: 'f-1',
    t: '2026-11-24+00:52:38',
    p: '%2B256',
  };
  t.deepEqual(read(fill(urlOf('m-1', '+256'), values)), {
    kind: 'report',
    messageId: 'm-1',
    correlationId: 'c of m-1',
    identity: '+256',
    status: 'delivered',
    code: '1',
    text: 'stat:DELIVRD',
    gateway: {
      id: 'u-1',
      smsc: 'fake1',
      time: '2026-11-24 00:52:38',
      other: { foreign: 'f-1', phone: '+256' },
    },
  });
});

for (const [code, status] of [
  ['1', 'delivered'],
  ['2', 'failed'],
  ['4', 'buffered'],
  ['8', 'accepted'],
  ['16', 'rejected'],
  ['32', 'intermediate'],
] as const)
  test(`Kannel's ${code} is ${status}`, (t) => {
    t.like(read(fill(urlOf('m', '1'), { d: code })), { kind: 'report', status, code });
  });

for (const code of ['', '0', '3', '64', '%d', 'delivered'])
  test(`status ${code || '(none)'} is refused`, (t) => {
    t.like(read(fill(urlOf('m', '1'), { d: code.replace('%', '%25') })), { kind: 'rejected', status: 400 });
  });

test('the address holds no percent sign but the escapes, whatever the ids are', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (messageId, identity) => {
      t.deepEqual(urlOf(messageId, identity).match(/%./g), ['%d', '%A', '%i', '%I', '%F', '%t', '%p']);
      t.like(read(fill(urlOf(messageId, identity), { d: '8' })), { kind: 'report', messageId, identity });
    }),
  );
});

test('a percent sign of the path is doubled, because Kannel reads escapes there too', (t) => {
  t.true(
    urlBy(createReportUrl('k', '/backend/k%C3/', context))('m', '1').startsWith(
      'http://router.test:8000/backend/k%%C3/dlr/?',
    ),
  );
});

test('the words of the SMSC can be any bytes', (t) => {
  const report = read(fill(urlOf('m', '1'), { d: '2', A: '%00%FFno' }));
  t.like(report, { kind: 'report', text: '\0\ufffdno', gateway: { other: { answerHex: '00ff6e6f' } } });
});

const genuine = fill(urlOf('m-1', '256'), { d: '1' });
const base64url = (text: string): string => Buffer.from(text).toString('base64url');

for (const [title, query] of [
  ['without a signature', genuine.replace(/signature=[^&]*/, '')],
  ['with an empty signature', genuine.replace(/signature=[^&]*/, 'signature=')],
  ['with a shortened signature', genuine.replace(/signature=([^&]{8})[^&]*/, 'signature=$1')],
  ['with another signature', genuine.replace(/signature=[^&]*/, `signature=${'A'.repeat(22)}`)],
  ['about another message', genuine.replace(/message=[^&]*/, `message=${base64url('m-2')}`)],
  ['about another correlation', genuine.replace(/correlation=[^&]*/, `correlation=${base64url('c')}`)],
  ['about another phone', genuine.replace(/identity=[^&]*/, `identity=${base64url('257')}`)],
  [
    'with the ids moved',
    genuine.replace(
      /message=[^&]*&correlation=[^&]*&identity=[^&]*/,
      `message=${base64url('m-12')}&correlation=${base64url('c of m-1')}&identity=${base64url('56')}`,
    ),
  ],
  [
    'signed for another backend',
    fill(urlBy(createReportUrl('other', '/backend/k/', context))('m-1', '256'), { d: '1' }),
  ],
  [
    'signed with another secret',
    fill(urlBy(createReportUrl('k', '/backend/k/', { ...context, secret: 'x' }))('m-1', '256'), { d: '1' }),
  ],
] as const)
  test(`a report ${title} is forged`, (t) => {
    t.like(read(query), { kind: 'rejected', status: 403 });
  });

test('the order of the fields does not matter, and each is expected once', (t) => {
  t.deepEqual(read(genuine.split('&').reverse().join('&')), read(genuine));
  t.like(read(`${genuine}&message=${base64url('m-2')}`), { kind: 'rejected', status: 400 });
  t.like(read('status=1'), { kind: 'rejected', status: 400 });
});
