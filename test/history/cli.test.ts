import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const program = fileURLToPath(new URL('./history.js', import.meta.url));

const run = (...words: readonly string[]) => {
  const { status, stderr } = spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' });
  return { status, said: stderr };
};

test('a history is made where there is none, and what it is good for is said', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'threadless-history-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const made = run('--events', '2000', '--seed', '3', folder);
  t.is(made.status, 0, made.said);
  t.regex(made.said, /^Made 2,000 events of seed 3 in [\d.]+ s: \d+ MB in /);
  t.true(made.said.includes(`THREADLESS_CONFIG=${folder}/config.yaml THREADLESS_DATA=${folder}`));

  const again = run('--events', '2000', folder);
  t.deepEqual(again, {
    status: 1,
    said: `There is a store in ${folder} already. Name a folder without one, or delete it.\n`,
  });
});

test('what cannot be is a sentence', (t) => {
  const folder = join(tmpdir(), 'threadless-history-never');
  t.deepEqual(run('--events', '7', folder), {
    status: 1,
    said: 'A history has at least 2000 events: got 7.\n',
  });
  t.true(run('--events', 'many', folder).said.includes('Expected a whole number.'));
  t.true(run('--until', '2999-01-01', folder).said.includes('a store holds what has happened'));
});
