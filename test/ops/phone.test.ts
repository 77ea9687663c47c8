import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { closedPort, startServer } from '../backends/server.js';
import { freePorts } from '../kannel/support/ports.js';

const phone = (t: ExecutionContext, ...args: string[]) => {
  const child = spawn(process.execPath, ['ops/phone.js', ...args], { stdio: 'pipe' });
  t.teardown(() => child.kill('SIGKILL'));
  return child;
};

const exitCode = async (child: ChildProcess): Promise<unknown> => (await once(child, 'exit'))[0];

const answer = (port: number, words: string) =>
  fetch(`http://127.0.0.1:${port}/?identity=1112223333&text=${words}`);
const ended = (stream: Writable) => (stream.writableFinished ? Promise.resolve() : once(stream, 'finish'));

test('a phone waits for a router that finds its gateway back only after a while, and says why', async (t) => {
  const { url } = await startServer(t, (response) => response.end('OK'));
  const [port = 0] = await freePorts(1);
  const child = phone(t, '--router', url, '--port', `${port}`, 'echo hi');
  const ended = exitCode(child);
  const printed = text(child.stdout);
  const [why] = (await once(child.stderr, 'data')) as [Buffer];
  t.regex(String(why), /tries again within half a minute/);
  await fetch(`http://127.0.0.1:${port}/?identity=1112223333&text=hi`);
  t.is(await printed, 'hi\n');
  t.is(await ended, 0);
});

test('a phone to which no answer comes ends with exit code 1', async (t) => {
  const { url } = await startServer(t, (response) => response.end('OK'));
  const child = phone(t, '--router', url, '--port', `${await closedPort()}`, '--wait', '0.2', 'echo hi');
  const [said, code] = await Promise.all([text(child.stderr), exitCode(child)]);
  t.is(said, 'phone: no answer in 0.2 seconds\n');
  t.is(code, 1);
});

test('a phone whose lines come through a pipe waits for the answer to each', async (t) => {
  const [port = 0] = await freePorts(1);
  const answers: Promise<unknown>[] = [];
  const { url } = await startServer(t, (response) => {
    response.end('OK');
    // After the end of the input: the second answer long after the first.
    if (answers.length === 1) answers.push(ended(child.stdin).then(() => answer(port, 'two')));
    else answers.push(answer(port, 'one'));
  });
  const child = phone(t, '--router', url, '--port', `${port}`);
  child.stdin.end('first\nsecond\n');
  const printed = await text(child.stdout);
  t.regex(printed, /< one\n[^<]*< two\n/);
});
