import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { startRouter } from '../../src/main/index.js';
import { openProjections } from '../../src/programs/projections/projections.js';
import { readyWhen, settled, sourcesOf } from '../projections/support/router.js';
import { counting, folderOf } from '../projections/support/world.js';

test('a router runs its projections and the user’s, tells of them, and is ready beside a stopped one', async (t) => {
  const folder = folderOf(t, { 'all.js': counting, 'bad.js': 'fromAll().when({ $any: () => { throw 1 } })' });
  symlinkSync('/nowhere/at/all', join(folder, 'gone.js'));
  mkdirSync(join(folder, 'folder.js'));
  const sources = sourcesOf(t, { folder });
  const router = await startRouter(sources);
  t.teardown(() => router.stop());
  await router.incoming('simple-http', '123', 'echo hi');
  const { ready, projections } = await readyWhen(
    router.url,
    (state) => settled(state) && state.projections.some(({ phase }) => phase === 'stopped'),
  );
  t.true(ready);
  t.deepEqual(
    projections.map(({ name, phase }) => [name, phase]),
    [
      ['acts', 'live'],
      ['all', 'live'],
      ['apps', 'live'],
      ['bad', 'stopped'],
      ['connections', 'live'],
      ['deadletters', 'live'],
      ['folder', 'refused'],
      ['gone', 'refused'],
      ['messages', 'live'],
      ['refused', 'live'],
      ['traffic', 'live'],
    ],
  );
  t.regex(projections.find(({ name }) => name === 'bad')?.fault ?? '', /bad\.js:1: 1 \(/);
  t.true(await router.stop());
});

test('with the memory engine they run in the router, and a command says so', async (t) => {
  const { overrides, ...others } = sourcesOf(t);
  const sources = { ...others, overrides: { ...overrides, eventStore: { engine: 'memory' } } };
  const router = await startRouter(sources);
  t.teardown(() => router.stop());
  await router.incoming('simple-http', '123', 'echo hi');
  await readyWhen(router.url, settled);
  t.true(await router.stop());
  await t.throwsAsync(openProjections(sources), { name: 'ConfigError', message: /memory engine/ });
});

test('a folder that is not there, or none, stops the start before it has begun', async (t) => {
  for (const folder of ['/nowhere/at/all', fileURLToPath(import.meta.url)]) {
    const sources = sourcesOf(t, { folder });
    await t.throwsAsync(startRouter(sources), { name: 'ConfigError', message: /projections\.folder/ });
    t.deepEqual(readdirSync(sources.overrides.data), []);
  }
});
