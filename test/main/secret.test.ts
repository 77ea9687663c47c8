import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { secretOf } from '../../src/main/dataFolder.js';

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
