// docs/webhooks.md: the call that is shown there is the one that the router makes, and what is to check it does.
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import test from 'ava';
import type { RecordedEvent } from '../../src/domain/event.js';
import { callOf } from '../../src/webhooks/calls.js';
import { webhookEvents } from '../../src/webhooks/settings.js';
import { signatureHeaders } from '../../src/webhooks/signature.js';

const run = promisify(execFile);
const page = readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8');

const blockOf = (language: string): string => {
  const [, block = ''] = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(page) ?? [];
  return block;
};

const vector = Object.fromEntries(
  blockOf('text')
    .trimEnd()
    .split('\n')
    .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
);
const { secret = '', body = '' } = vector;
const at = Number(vector['webhook-timestamp']);
const headers = {
  'webhook-id': vector['webhook-id'],
  'webhook-timestamp': vector['webhook-timestamp'],
  'webhook-signature': vector['webhook-signature'],
};

const told: RecordedEvent = {
  id: String(vector['webhook-id']),
  type: 'MessageReceived',
  data: {
    messageId: '01956a5e-3a5b-7c52-9d0e-1f2a3b4c5d6f',
    text: 'Baby is here 👶🏾 thank you',
    receivedAt: '2026-03-06T08:15:30.123Z',
    gateway: { id: '4711', receiver: '8000' },
  },
  metadata: { $correlationId: '01956a5e-3a5b-7c52-9d0e-1f2a3b4c5d6f', schema: 1 },
  stream: 'conversation-my-kannel-backend:%2B256772000375',
  revision: 0n,
  position: '1',
  recordedAt: '2026-03-06T08:15:30.200Z',
};

test('the call in the docs is the one that the router makes', (t) => {
  const call = callOf(told);
  t.is(call?.body.toString(), body);
  t.is(call?.body.length, 321);
  if (call !== undefined) t.deepEqual(signatureHeaders([secret], call, at * 1_000 + 999), headers as object);
  t.regex(body, /\p{Extended_Pictographic}/u);
});

/** Each: a change of the call, and whether it is genuine then. The clock is that of the call unless it says so. */
const cases = [
  { is: true },
  { is: true, later: 299 },
  { is: true, headers: { 'webhook-signature': `v1,AAAA v2,x ${headers['webhook-signature']}` } },
  { is: false, later: 301 },
  { is: false, later: -301 },
  { is: false, body: body.replace('Baby', 'baby') },
  { is: false, body: JSON.stringify(JSON.parse(body), null, 1) },
  { is: false, headers: { 'webhook-id': 'another' } },
  { is: false, headers: { 'webhook-timestamp': String(at + 1) } },
  { is: false, headers: { 'webhook-timestamp': 'now' } },
  { is: false, headers: { 'webhook-signature': 'v1,AAAA' } },
  { is: false, headers: { 'webhook-signature': '' } },
  { is: false, secret: `whsec_${Buffer.alloc(32).toString('base64')}` },
].map(({ is, later = 0, ...changed }) => ({
  is,
  now: at + later,
  secret: changed.secret ?? secret,
  body: changed.body ?? body,
  headers: { ...headers, ...changed.headers },
}));
const asked = JSON.stringify(cases);
const expected = cases.map(({ is }) => is);

const linesOf = (code: string) => code.split('\n').filter((line) => line.trim() !== '').length;

test('the Node code in the docs tells what is genuine', async (t) => {
  const code = `${blockOf('js')}
    const cases = JSON.parse(process.env.CASES);
    const bytes = (text) => Buffer.from(text, 'utf8');
    console.log(JSON.stringify(cases.map((c) => isGenuine(c.secret, c.headers, bytes(c.body), c.now))));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code], {
    env: { CASES: asked },
  });
  t.deepEqual(JSON.parse(stdout), expected);
  t.true(linesOf(blockOf('js')) <= 18);
});

const hasPython = spawnSync('python3', ['--version']).status === 0;
// The checks that every change has to pass install it; whoever has none runs the others.
const withPython = hasPython || process.env.PYTHON === 'needed' ? test : test.skip;

withPython('the Python code in the docs tells what is genuine', async (t) => {
  const code = `${blockOf('python')}
import json, os
cases = json.loads(os.environ["CASES"])
print(json.dumps([is_genuine(c["secret"], c["headers"], c["body"].encode(), c["now"]) for c in cases]))`;
  const env = { PATH: process.env.PATH, CASES: asked };
  const { stdout } = await run('python3', ['-c', code], { env });
  t.deepEqual(JSON.parse(stdout), expected);
  t.true(linesOf(blockOf('python')) <= 18);
});

test('the docs name each event, and each type of call', (t) => {
  for (const event of webhookEvents) t.true(page.includes(`| \`${event}\` |`), event);
});
