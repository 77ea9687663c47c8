import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { startRouter } from '../../src/main/index.js';

for (const [title, signal, toAll] of [
  ['SIGTERM to npm', 'SIGTERM', false],
  // The terminal tells both, and npm repeats it to the router.
  ['Ctrl-C', 'SIGINT', true],
] as const)
  test(`${title} reaches the router, which stops in order before npm ends`, async (t) => {
    const data = mkdtempSync(join(tmpdir(), 'threadless-npm-'));
    // Without prestart, which would build anew under the tests that run beside this one.
    const npm = spawn('npm', ['start', '--ignore-scripts'], {
      env: { ...process.env, PORT: '0', THREADLESS_DATA: data },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    t.teardown(() => {
      try {
        if (npm.pid !== undefined) process.kill(-npm.pid, 'SIGKILL');
      } catch {
        // All of it has ended, as it should.
      }
    });
    const ended = once(npm, 'exit');
    let said = '';
    const listens = new Promise<void>((resolve, reject) => {
      npm.stdout.on('data', (chunk) => {
        said += String(chunk);
        if (said.includes('listens on')) resolve();
      });
      npm.stdout.once('close', () => reject(new Error(`npm start ended with: ${said}`)));
    });
    await listens;
    if (npm.pid === undefined) throw new Error('npm did not start');
    process.kill(toAll ? -npm.pid : npm.pid, signal);
    await ended;
    const next = await startRouter({
      env: {},
      listen: false,
      overrides: { data, log: { level: 'silent' } },
    });
    t.teardown(() => next.stop());
    const story = [];
    for await (const { type } of next.store.readStream('router-main')) story.push(type);
    t.deepEqual(story, ['RouterStarted', 'RouterStopped', 'RouterStarted']);
  });
