import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { startRouter } from '../../src/main/index.js';
import { openProjections } from '../../src/programs/projections/projections.js';
import { readyWhen, settled, sourcesOf } from '../projections/support/router.js';
import { folderOf } from '../projections/support/world.js';

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
