import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { TransferProgress } from '../../src/cli/transferProgress.js';
import { ids } from '../store/events.js';
import { openStore } from '../store/sqlite-engine.js';
import { fill, newFolder } from './support.js';

const program = fileURLToPath(new URL('../../src/cli/threadless.js', import.meta.url));

const run = async (t: ExecutionContext, data: string, parameters: readonly string[], input = '') => {
  const env = { PATH: process.env.PATH, THREADLESS_DATA: data };
  const child = spawn(process.execPath, [program, ...parameters], { env });
  t.teardown(() => child.kill('SIGKILL'));
  child.stdin.on('error', () => {}).end(input);
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { out: await text(child.stdout), err: await text(child.stderr), code: await code };
};

test('a store moves through a pipe, and both sides tell how it went', async (t) => {
  const [data, target] = [await newFolder(t), await newFolder(t)];
  const source = await openStore(t, { path: join(data, 'events.sqlite') });
  await fill(source, 10);
  const { out, err, code } = await run(t, data, ['export']);
  t.is(code, 0);
  t.is(err, 'Exported 14 events.\n');
  t.deepEqual(await run(t, target, ['import', '-'], out), { out: '', err: 'Imported 14 events.\n', code: 0 });
  t.is((await run(t, target, ['import', '-'], out)).err, 'Imported 14 events: all were there.\n');
  const copy = await openStore(t, { path: join(target, 'events.sqlite') });
  t.deepEqual(await ids(copy.readAll()), await ids(source.readAll()));
});

test('what went wrong is a sentence with exit code 1, a wrong call one with 64', async (t) => {
  const data = await newFolder(t);
  const missing = await run(t, data, ['export', 'x.ndjson']);
  t.is(missing.code, 1);
  t.regex(missing.err, /there is no store at .*events\.sqlite\n$/);
  const wrong = await run(t, data, ['import', program]);
  t.is(wrong.code, 1);
  t.regex(wrong.err, /^.*threadless\.js: Line 1 is not the header of an export .*Nothing was imported\.\n$/);
  const nowhere = await run(t, data, ['export', '--resume']);
  t.is(nowhere.code, 64);
  t.regex(nowhere.err, /--resume needs the name of a file/);
});

const written = (isTTY: boolean) => {
  const texts: string[] = [];
  let now = 0;
  const out = { isTTY, columns: 20, write: (line: string) => texts.push(line) };
  return { texts, progress: new TransferProgress(out, () => now), pass: (ms: number) => (now += ms) };
};

test('progress is one line written over at a terminal', (t) => {
  const { texts, progress, pass } = written(true);
  progress.tell(() => 'too early');
  pass(200);
  progress.tell((seconds) => `after ${seconds} s, and more than fits`);
  progress.tell(() => 'too early');
  progress.end('done');
  t.deepEqual(texts, ['\r\x1b[Kafter 0.2 s, and mo', '\r\x1b[K', 'done\n']);
});

test('progress is a line each ten seconds in a log', (t) => {
  const { texts, progress, pass } = written(false);
  for (let second = 1; second <= 25; second += 1) {
    pass(1_000);
    progress.tell((seconds) => `after ${seconds} s`);
  }
  progress.end('done');
  t.deepEqual(texts, ['after 10 s\n', 'after 20 s\n', 'done\n']);
});
