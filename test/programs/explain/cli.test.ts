import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { stringify } from 'yaml';
import { newFolder } from '../doctor/support.js';
import { type Clinic, openClinic } from './support.js';

const program = fileURLToPath(new URL('../../../src/cli/threadless.js', import.meta.url));

const start = (t: ExecutionContext, { sources }: Clinic, parameters: readonly string[]) => {
  const folder = newFolder(t, { 'my.yaml': stringify(sources.overrides) });
  const env = { PATH: process.env.PATH, ...sources.env, THREADLESS_CONFIG: `${folder}/my.yaml`, TZ: 'UTC' };
  const child = spawn(process.execPath, [program, ...parameters], { env });
  t.teardown(() => child.kill('SIGKILL'));
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, code };
};

const run = async (t: ExecutionContext, clinic: Clinic, ...parameters: string[]) => {
  const { child, code } = start(t, clinic, parameters);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { out, err, code: await code };
};

test('a pipe gets whole ids and lines, no colour, and nothing that a terminal acts upon', async (t) => {
  const clinic = await openClinic(t);
  const identity = 'x\u001b[2Jy\u009b\u202e';
  const { messageId } = await clinic.router.incoming(clinic.backend, identity, 'a\nb\u0007 \u202eevil');
  const { out, err, code } = await run(t, clinic, 'explain', messageId);
  t.is(err, '');
  t.is(code, 0);
  t.regex(
    out,
    /^phones-\w+ {2}x␛\[2Jy<U\+009B><U\+202E> {6}\d events? since today, last today \d\d:\d\d \(UTC\)\n/,
  );
  t.true(out.includes(`▸ a␊b␇ <U+202E>evil  ${messageId}\n`));
  t.notRegex(out, /[^\P{Cc}\n]|[\u202a-\u202e]/u);
});

test('--json is one object with every event as it is stored', async (t) => {
  const clinic = await openClinic(t);
  const { messageId } = await clinic.router.incoming(clinic.backend, '123\u009b', 'register Grace');
  await clinic.delivered(1);
  const { out } = await run(t, clinic, 'explain', messageId, '--json');
  t.notRegex(out, /\u009b/);
  const { connection, chains, codes } = JSON.parse(out);
  t.is(connection.identity, '123\u009b');
  t.like(chains[0], { way: 'in', messageId, received: { type: 'MessageReceived', revision: '0' } });
  const [step] = chains[0].steps;
  t.is(step.event.data.outcome, 'handled');
  t.is(step.facts[0].type, 'clinic.Registered');
  t.is(step.texts[0].decided.data.text, 'Thank you, Grace. (clinic)');
  t.is(codes[step.event.id].today, 'same');
});

test('--at goes by the zone that is named, and a day is meant to its end', async (t) => {
  const clinic = await openClinic(t);
  await clinic.router.incoming(clinic.backend, '123', 'hello');
  const shown = async (at: string, zone: string) =>
    (await run(t, clinic, 'explain', '--conversation', '123', '--at', at, '--zone', zone)).out;
  const hour = new Date().getUTCHours();
  // Wherever it is, this is today; in one of the two it is another day than here.
  for (const zone of ['UTC', hour < 12 ? '-12:00' : '+12:00']) {
    t.regex(await shown('today', zone), /hello/);
    t.notRegex(await shown('yesterday', zone), /hello/);
  }
});

test('who has read enough ends it without a word', async (t) => {
  const clinic = await openClinic(t);
  // More than a pipe holds.
  for (let n = 0; n < 300; n += 1)
    await clinic.router.incoming(clinic.backend, '123', `text ${n} ${'x'.repeat(1_000)}`);
  const { child, code } = start(t, clinic, ['explain', '--conversation', '123', '--limit', '0']);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.stdout.destroy();
  t.is(await text(child.stderr), '');
  t.is(await code, 141);
});

for (const [parameters, says, ends = 64] of [
  [['explain', 'nonsense'], /^There is no message nonsense in this store\.\n$/, 1],
  [
    ['explain', '--conversation', 'nobody'],
    /^There is no conversation with nobody in any of the backends httptester, phones-\w+\.\n$/,
    1,
  ],
  [['explain'], /name a message, or a conversation with --conversation/],
  [['explain', 'x', '--at', 'march'], /--at: expected a revision \(312\) or a time .*, got "march"\./],
  [['explain', 'x', '--zone', 'Mars'], /'--zone <name>' argument 'Mars' is invalid\. Expected a time zone/],
  [['explain', 'x', '--limit', '-3'], /Expected a number/],
] as const) {
  test(`${parameters.join(' ')} fails with a sentence`, async (t) => {
    const clinic = await openClinic(t);
    await clinic.router.incoming(clinic.backend, '1', 'hello');
    const { out, err, code } = await run(t, clinic, ...parameters);
    t.is(out, '');
    t.regex(err, says);
    t.is(code, ends);
  });
}
