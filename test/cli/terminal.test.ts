// What every command promises of what it prints: nothing in it acts upon a terminal, and who has read enough ends it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { conversationStream } from '../../src/domain/connection.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { visible } from '../../src/terminal/visible.js';
import { newFolder } from '../programs/doctor/support.js';
import { event } from '../store/events.js';

const program = fileURLToPath(new URL('../../src/cli/threadless.js', import.meta.url));
const identity = 'x\u001b[2Jy\u009b31m\u202e\u2066\u007f';
const nasty = 'a\u001b]0;title\u0007\n\u009b\u202etxt';
const at = '2026-01-02T03:04:05.000Z';

const happened = (type: string, data: object) => event({ type, data });

/** A store in which a conversation, an app's failure and a text that was given up hold all that a terminal acts upon. */
const hostileStore = async (t: ExecutionContext, more = 0): Promise<string> => {
  const data = newFolder(t);
  const store = await openSqliteStore({ path: `${data}/events.sqlite` });
  const stream = conversationStream({ backend: 'simple-http', identity });
  const common = { text: nasty, receivedAt: at };
  await store.append(stream, [
    happened('MessageReceived', { messageId: 'm1', ...common }),
    happened('RoutingFailed', {
      messageId: 'm1',
      app: 'x',
      phase: 'handle',
      error: nasty,
      trace: [],
      failedAt: at,
    }),
    happened('MessageSent', { messageId: 't1', text: nasty, sentAt: at }),
    happened('MessageAbandoned', {
      messageId: 't1',
      code: 'rejected',
      detail: nasty,
      attempts: 1,
      abandonedAt: at,
    }),
  ]);
  await store.append('webhook-clinic', [
    happened('WebhookCallAbandoned', {
      webhook: 'clinic',
      eventId: nasty,
      stream,
      revision: '0',
      type: nasty,
      code: 'refused',
      detail: nasty,
      attempts: 1,
      abandonedAt: at,
    }),
  ]);
  const failure = { at, code: 'refused', detail: nasty };
  await store.checkpoints.save(
    'webhook-clinic',
    JSON.stringify({ position: '1', lines: [], told: { isLive: true, waiting: 1, failing: 1, failure } }),
  );
  writeFileSync(
    `${data}/config.yaml`,
    `webhooks: { clinic: { url: 'http://127.0.0.1:9/', secret: whsec_${Buffer.alloc(24).toString('base64')} } }`,
  );
  for (let n = 0; n < more; n += 1)
    await store.append(`other-${n}`, [happened('Long', { text: 'x'.repeat(100_000) })]);
  await store.close();
  return data;
};

const start = (data: string, parameters: readonly string[], stdout: 'pipe' | number = 'pipe') => {
  const env = { PATH: process.env.PATH, THREADLESS_DATA: data, THREADLESS_CONFIG: `${data}/config.yaml` };
  return spawn(process.execPath, [program, ...parameters], { env, stdio: ['ignore', stdout, 'pipe'] });
};

for (const parameters of [
  ['deadletters', 'list'],
  ['deadletters', 'list', '--json'],
  ['deadletters', 'discard', 'all', '--by', nasty],
  ['webhooks', 'list'],
  ['webhooks', 'list', '--json'],
  ['webhooks', 'failed', 'clinic'],
  ['webhooks', 'failed', 'clinic', '--json'],
  ['webhooks', 'resend', 'clinic', 'all', '--by', nasty],
  ['webhooks', 'resend', 'clinic', nasty],
  ['projections', 'rebuild'],
  ['projections', 'state', 'messages'],
  ['projections', 'state', 'connections'],
  ['explain', '--conversation', conversationStream({ backend: 'simple-http', identity })],
  ['explain', '--conversation', conversationStream({ backend: 'simple-http', identity }), '--json', '--diff'],
  ['explain', nasty],
  ['doctor'],
  ['doctor', '--json'],
]) {
  test(`nothing acts upon a terminal in what ${parameters.slice(0, 2).join(' ')} prints (${parameters
    .slice(2)
    .map((word) => visible(word))
    .join(' ')})`, async (t) => {
    const data = await hostileStore(t);
    if (parameters[1] === 'state') await once(start(data, ['projections', 'rebuild']), 'exit');
    const child = start(data, parameters);
    t.teardown(() => child.kill('SIGKILL'));
    const [out, err] = await Promise.all([
      child.stdout ? text(child.stdout) : '',
      child.stderr ? text(child.stderr) : '',
    ]);
    const all = out + err;
    t.not(all, '');
    t.notRegex(all, /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
  });
}

for (const parameters of [['export'], ['explain', '--conversation', 'other']]) {
  test(`who has read enough of ${parameters[0]} ends it without a word`, async (t) => {
    const data = await hostileStore(t, 40);
    const store = await openSqliteStore({ path: `${data}/events.sqlite` });
    for (let n = 0; n < 200; n += 1)
      await store.append(conversationStream({ backend: 'simple-http', identity: 'other' }), [
        happened('MessageReceived', { messageId: `o${n}`, text: 'y'.repeat(5_000), receivedAt: at }),
      ]);
    await store.close();
    const child = start(data, [...parameters, ...(parameters[0] === 'explain' ? ['--limit', '0'] : [])]);
    t.teardown(() => child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) return t.fail('no pipes');
    await once(stdout, 'data');
    stdout.destroy();
    t.is(await text(stderr), '');
    t.deepEqual(await ended, [141, null]);
  });
}

const full = process.platform === 'linux' ? test : test.skip;

full('output that cannot be written is a failure, in a sentence', async (t) => {
  const data = await hostileStore(t, 3);
  for (const parameters of [
    ['export'],
    ['doctor'],
    ['explain', '--conversation', conversationStream({ backend: 'simple-http', identity })],
  ]) {
    const child = start(data, parameters, openSync('/dev/full', 'w'));
    t.teardown(() => child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    t.regex(
      child.stderr ? await text(child.stderr) : '',
      /^The output(?: to \/dev\/full)? cannot be written: ENOSPC/,
    );
    t.deepEqual(await ended, [74, null]);
  }
});
