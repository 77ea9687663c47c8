import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { keptSecret, secretOf, thisSystem } from '../../src/main/signingSecret.js';

const child = fileURLToPath(new URL('./secret-child.js', import.meta.url));

const folderOf = (t: ExecutionContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'threadless-secret-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'data');
};

const secretIn = (data: string) => secretOf({ data, eventStore: { engine: 'sqlite' } as never });

test('a secret is made once, for its owner only, and nothing is left beside it', (t) => {
  const data = folderOf(t);
  const made = secretIn(data);
  t.true(made.length >= 43);
  t.is(secretIn(data), made);
  t.is(readFileSync(join(data, 'secret'), 'utf8'), made);
  t.is(statSync(join(data, 'secret')).mode & 0o777, 0o600);
  t.deepEqual(readdirSync(data), ['secret']);
});

for (const [what, text] of [
  ['empty', ''],
  ['of blanks', ' '.repeat(40)],
  ['cut off', 'a'.repeat(15)],
] as const) {
  test(`a secret that is ${what} stops the start, and stays as it is`, (t) => {
    const data = folderOf(t);
    mkdirSync(data);
    writeFileSync(join(data, 'secret'), text);
    const error = t.throws(() => secretIn(data), { name: 'ConfigError' });
    t.regex(error?.message ?? '', /secret has \d+ characters.*delete it/s);
    t.is(readFileSync(join(data, 'secret'), 'utf8'), text);
  });
}

test('of many first starts at the same time, on a file system without links, all have the secret of one', async (t) => {
  const data = folderOf(t);
  mkdirSync(data);
  const [file, signal] = [join(data, 'secret'), join(data, 'go')];
  const children = Array.from({ length: 6 }, () => spawn(process.execPath, [child, file, signal]));
  t.teardown(() => {
    for (const one of children) one.kill('SIGKILL');
  });
  await Promise.all(children.map(({ stdout }) => once(stdout, 'data')));
  const told = children.map(({ stdout }) => text(stdout));
  writeFileSync(signal, '');
  const secrets = new Set([...(await Promise.all(told)), readFileSync(file, 'utf8')]);
  t.is(secrets.size, 1, [...secrets].join('\n'));
  t.is([...secrets][0]?.length, 43);
  t.deepEqual(readdirSync(data), ['go', 'secret']);
});

test('a secret that another start has created and not written yet is waited for', (t) => {
  const data = folderOf(t);
  mkdirSync(data);
  const file = join(data, 'secret');
  writeFileSync(file, '');
  const pause = () => writeFileSync(file, 'the secret of the other start');
  t.is(keptSecret(file, 'ours', { ...thisSystem, pause }), 'the secret of the other start');
});

test('a secret that cannot be read stops the start in a sentence', (t) => {
  const data = folderOf(t);
  mkdirSync(join(data, 'secret'), { recursive: true });
  const error = t.throws(() => secretIn(data), { name: 'ConfigError' });
  t.regex(error?.message ?? '', /the secret cannot be read or kept: EISDIR/);
});
