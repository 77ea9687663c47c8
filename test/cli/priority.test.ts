// Who only looks gives way to a router on the same machine.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { BesideIndex } from '../../src/audit/besideIndex.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { eventually } from '../kannel/support/wait.js';
import { folderOf } from '../projections/support/world.js';
import { event } from '../store/events.js';

const program = fileURLToPath(new URL('../../src/cli/threadless.js', import.meta.url));
const onLinux = process.platform === 'linux' ? test.serial : test.serial.skip;

/** As the kernel has it: 0 for whoever did not ask, more for who gives way. */
const nicenessIn = (path: string): number =>
  Number(
    readFileSync(path, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[16],
  );

onLinux('a command that looks at what happens gives way', async (t) => {
  const data = folderOf(t);
  const store = await openSqliteStore({ path: join(data, 'events.sqlite') });
  await store.append('conversation-a:1', [event()]);
  await store.close();
  const env = { PATH: process.env.PATH, THREADLESS_DATA: data };
  const child = spawn(process.execPath, [program, 'tail'], { env, stdio: 'ignore' });
  t.teardown(() => child.kill('SIGKILL'));
  await eventually('it gives way', 10_000, () => nicenessIn(`/proc/${child.pid}/stat`) === 10);
  t.pass();
});

onLinux('the thread that looks messages up gives way to the one that takes them', async (t) => {
  // Its thread keeps no process alive.
  const alive = setInterval(() => undefined, 1_000);
  t.teardown(() => clearInterval(alive));
  const index = new BesideIndex(join(folderOf(t), 'projections.sqlite'));
  t.teardown(() => index.close());
  t.is(await index.facts(), undefined);
  const threads = readdirSync('/proc/self/task').map((thread) => `/proc/self/task/${thread}/stat`);
  t.true(threads.some((thread) => nicenessIn(thread) === 10));
  t.is(nicenessIn('/proc/self/stat'), 0);
});
