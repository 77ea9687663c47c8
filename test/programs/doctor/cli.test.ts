import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { startRouter } from '../../../src/main/index.js';
import { startServer } from '../../backends/server.js';
import { freePorts } from '../../kannel/support/ports.js';
import { newFolder } from './support.js';

const program = fileURLToPath(new URL('../../../src/cli/threadless.js', import.meta.url));

/** @param config - YAML, in which nothing is configured but what it says */
const doctor = async (t: ExecutionContext, data: string, config: string, ...parameters: string[]) => {
  const none = 'backends: { my-kannel-backend: null, simple-http: null }';
  const file = join(newFolder(t, { 'my.yaml': `${none}\n${config}` }), 'my.yaml');
  const env = { PATH: process.env.PATH, THREADLESS_DATA: data, THREADLESS_CONFIG: file };
  const child = spawn(process.execPath, [program, 'doctor', ...parameters], { env });
  t.teardown(() => child.kill('SIGKILL'));
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { out, err, code: await code };
};

test('exit code 0 beside a router that is well', async (t) => {
  const [port] = await freePorts(1);
  const data = newFolder(t);
  const router = await startRouter({
    env: { THREADLESS_DATA: data },
    overrides: {
      http: { port },
      log: { level: 'silent' },
      backends: { 'my-kannel-backend': null, 'simple-http': null },
    },
  });
  t.teardown(() => router.stop());
  const { out, err, code } = await doctor(t, data, `http: { port: ${port} }`);
  t.is(err, '');
  t.is(code, 0, out);
  t.regex(out, /^All is well: \d+ things were looked at\.$/m);
  t.regex(
    out,
    /^configuration\n {2}well {8}It was read from config\/default\.yaml, .*my\.yaml and the variable/m,
  );
  t.regex(out, /^ {14}from the variable THREADLESS_DATA:\n {16}data: \//m);
  t.false(out.includes('\u001b'));
});

test('exit code 1 where something is to be looked at, in one JSON object a line', async (t) => {
  const [port] = await freePorts(1);
  const { out, code } = await doctor(
    t,
    newFolder(t),
    `http: { port: ${port} }\nsecret: not to be seen by anyone`,
    '--json',
  );
  t.is(code, 1, out);
  t.notRegex(out, /not to be seen/);
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  for (const { group, about, level, says, advice } of lines) {
    t.is(typeof group, 'string');
    t.regex(String(about), /^[a-z]+\.[a-z]+$/);
    t.true(['well', 'look', 'broken'].includes(String(level)));
    t.regex(String(says), /\S/);
    t.is(typeof advice, level === 'well' ? 'undefined' : 'string');
  }
  const address = lines.find(({ about }) => about === 'router.address');
  t.like(address, { group: 'router', level: 'look' });
});

test('exit code 2 where something is broken, and what follows is looked at all the same', async (t) => {
  const { port } = await startServer(t, (response) => response.end('not a router'));
  const { out, code } = await doctor(t, newFolder(t), `http: { port: ${port} }\nrouting: { lanes: many }`);
  t.is(code, 2, out);
  t.regex(
    out,
    /^ {2}broken {6}routing\.lanes: expected number.*my\.yaml\)\.\n {14}No router starts with this\. Mend it in/m,
  );
  t.regex(out, /^ {2}broken {6}The port \d+ is taken by another program/m);
  t.regex(out, /^\d broken, \d to be looked at, \d+ well\.$/m);
});

test('all keys are shown when asked for', async (t) => {
  const { out } = await doctor(t, newFolder(t), 'http: { port: 1 }', '--all');
  t.regex(out, /from default:\n(?: {16}.*\n)* {16}routing\.lanes: 64\n/);
});
