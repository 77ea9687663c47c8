import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { startRouter } from '../../src/main/index.js';
import { openProjections } from '../../src/programs/projections/projections.js';
import { counting, folderOf } from '../projections/support/world.js';
import { logOf } from '../support/log.js';

interface Ready {
  readonly ready: boolean;
  readonly projections: readonly { readonly name: string; readonly phase: string; readonly fault?: string }[];
}

const sourcesOf = (t: ExecutionContext, projections: object = {}) => ({
  env: {},
  log: logOf(t),
  overrides: { data: folderOf(t), http: { port: 0 }, projections },
});

const readyWhen = async (url: string | undefined, holds: (ready: Ready) => boolean): Promise<Ready> => {
  for (;;) {
    const ready = (await (await fetch(`${url}/readyz`)).json()) as Ready;
    if (holds(ready)) return ready;
  }
};
const settled = ({ projections }: Ready) =>
  projections.length > 0 && projections.every(({ phase }) => phase !== 'catching-up');

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
      ['all', 'live'],
      ['bad', 'stopped'],
      ['connections', 'live'],
      ['deadletters', 'live'],
      ['folder', 'refused'],
      ['gone', 'refused'],
      ['messages', 'live'],
      ['traffic', 'live'],
    ],
  );
  t.regex(projections[1]?.fault ?? '', /bad\.js:1: 1 \(/);
  t.true(await router.stop());
});

test('a command shows and rebuilds them, beside a router and without one', async (t) => {
  const sources = sourcesOf(t);
  const router = await startRouter(sources);
  t.teardown(() => router.stop());
  await router.incoming('simple-http', '123', 'echo hi');
  await readyWhen(router.url, settled);
  for (const running of [true, false]) {
    if (!running) t.true(await router.stop());
    const tool = await openProjections(sources);
    t.is(await tool.isRunning(), running);
    const seen: string[] = [];
    await tool.rebuild(['connections'], ({ name, phase, part }) => seen.push(`${name} ${phase} ${part}`));
    t.is(seen.at(-1), 'connections live 1');
    const all = await tool.state('connections');
    const [connection] = 'each' in all ? all.each : [];
    t.like(connection?.state, { backend: 'simple-http', identity: '123', received: 1, sent: 1 });
    t.like(await tool.state('connections', connection?.partition), { one: { received: 1 } });
    await t.throwsAsync(tool.state('nothing', ''), { code: 'unknown-projection' });
    await t.throwsAsync(
      tool.rebuild(['nothing'], () => undefined),
      { code: 'unknown-projection' },
    );
    await tool.close();
  }
});

test('files are checked without being run', async (t) => {
  const folder = folderOf(t);
  const sources = sourcesOf(t, { folder, run: false });
  const router = await startRouter(sources);
  t.teardown(() => router.stop());
  writeFileSync(join(folder, 'bad.js'), 'fromAll(');
  const tool = await openProjections(sources);
  const found = tool.check([]).flatMap(({ name, faults }) => faults.map(({ code }) => [name, code]));
  t.deepEqual(found, [['bad', 'syntax']]);
  t.deepEqual(tool.statuses(), []);
  await tool.close();
  await router.stop();
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
