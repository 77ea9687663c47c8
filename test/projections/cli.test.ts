import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { needsWay, reachServer } from '../oneServer/server.js';
import { newCategory, newName } from '../store/events.js';
import { openStore } from '../store/eventstoredb-engine.js';
import { happened, store } from './support/history.js';
import { folderOf } from './support/world.js';

const program = fileURLToPath(new URL('../../src/cli/threadless.js', import.meta.url));

const onServer = async (t: ExecutionContext) => {
  const { connectionString, wire } = await reachServer(t);
  const [name, category] = [newName('counting'), newCategory()];
  const phones = [`${category}-1`, `${category}-2`] as const;
  const events = await openStore(t, { connectionString });
  for (const stream of phones) await store(events, [happened('MessageReceived', { text: 'hi' }, stream)]);
  const source = `fromCategory('${category}').foreachStream().when({
    $init: () => ({ received: 0 }), MessageReceived: (s) => { s.received += 1; return s; } })`;
  const folder = folderOf(t, { [`${name}.js`]: source });
  const config = `{ eventStore: { engine: eventstoredb }, projections: { folder: ${folder} } }`;
  const env = {
    PATH: process.env.PATH,
    THREADLESS_DATA: folderOf(t),
    THREADLESS_CONFIG: `${folderOf(t, { 'my.yaml': config })}/my.yaml`,
    EVENTSTORE_URL: connectionString,
  };
  const run = async (...parameters: string[]) => {
    const child = spawn(process.execPath, [program, 'projections', ...parameters], { env });
    t.teardown(() => child.kill('SIGKILL'));
    const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { out, err, code: await code };
  };
  return { wire, name, phones, run };
};

needsWay(test)('on EventStoreDB a command tells of what runs here and what is deployed there', async (t) => {
  const { wire, name, phones, run } = await onServer(t);
  t.regex((await run('status')).out, /No projection has run yet\./);
  const rebuilt = await run('rebuild', name);
  t.is(rebuilt.code, 0, rebuilt.err);
  const { out } = await run('status');
  t.regex(out, new RegExp(`^${name} +live +2 events`, 'm'));
  t.notRegex(out, new RegExp(`^${name} +Running`, 'm'));
  const listed = (await run('state', name)).out.trim().split('\n');
  t.deepEqual(
    listed.map((line) => line.split('\t')[0]),
    phones,
  );
  t.is((await run('deploy', name)).out, `${name}: created\n`);
  t.regex((await run('status')).out, new RegExp(`^On the server:\n(.+\n)*${name} +Running`, 'm'));
  t.like(JSON.parse((await run('state', name, phones[1])).out), { received: 1 });
  const unknown = await run('state', 'nothing');
  t.is(unknown.code, 1);
  t.is(unknown.err, `There is no projection nothing. There are: ${name}.\n`);

  wire.refuse();
  t.is((await run('state', name)).out.trim().split('\n').length, 2);
  const away = await run('deploy');
  t.is(away.code, 1);
  t.regex(away.err, /^EventStoreDB cannot be reached or does not answer\./);
});
