import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { within } from '../kannel/support/wait.js';

const program = fileURLToPath(new URL('../../src/cli/threadless.js', import.meta.url));

test('a router whose output nobody reads any more stops in order all the same', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'threadless-output-'));
  const router = spawn(process.execPath, [program, 'serve'], {
    env: { ...process.env, PORT: '0', THREADLESS_DATA: data },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => {
    router.kill('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  });
  const ended = once(router, 'exit');
  await once(router.stdout, 'data');
  router.stdout.destroy();
  router.stderr.destroy();

  router.kill('SIGTERM');

  t.deepEqual(await within('the end of the router', 30_000, ended), [0, null]);
});
