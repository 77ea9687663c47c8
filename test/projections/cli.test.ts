import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { needsStandIn, startStandIn } from '../oneServer/server.js';
import { openStore } from '../store/eventstoredb-engine.js';
import { at, happened, phone, store } from './support/history.js';
import { folderOf } from './support/world.js';

const onStandIn = needsStandIn(test);
const program = fileURLToPath(new URL('../../src/cli/threadless.js', import.meta.url));

/** @param config - YAML */
const commandIn = (t: ExecutionContext, config: string, env: Readonly<Record<string, string>> = {}) => {
  const data = join(folderOf(t), 'data');
  const given = {
    PATH: process.env.PATH,
    THREADLESS_DATA: data,
    THREADLESS_CONFIG: `${folderOf(t, { 'my.yaml': config })}/my.yaml`,
    ...env,
  };
  const run = async (...parameters: string[]) => {
    const child = spawn(process.execPath, [program, 'projections', ...parameters], { env: given });
    t.teardown(() => child.kill('SIGKILL'));
    const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { out, err, code: await code };
  };
  return { run, data };
};

/** @param files - projections of one's own */
const onServer = async (t: ExecutionContext, files: Readonly<Record<string, string>> = {}) => {
  const server = await startStandIn(t);
  const events = await openStore(t, { connectionString: server.connectionString });
  await store(events, [
    happened('MessageReceived', { messageId: 'a', text: 'echo hi', receivedAt: at(0) }),
    happened('MessageReceived', { messageId: 'b', text: 'echo ho', receivedAt: at(1) }, phone('2')),
  ]);
  const folder = folderOf(t, files);
  const config = `eventStore: { engine: eventstoredb }\nprojections: { folder: ${folder} }`;
  return { server, folder, ...commandIn(t, config, { EVENTSTORE_URL: server.connectionString }) };
};

onStandIn('on EventStoreDB a command tells of what runs here and what is deployed there', async (t) => {
  const { server, run } = await onServer(t);
  t.regex((await run('status')).out, /No projection has run yet\..*None is deployed on the server/s);
  t.is((await run('rebuild', 'connections')).code, 0);
  t.regex((await run('status')).out, /^connections +live +2 events.*None is deployed/s);
  const listed = (await run('state', 'connections')).out.trim().split('\n');
  t.deepEqual(
    listed.map((line) => line.split('\t')[0]),
    [phone(), phone('2')],
  );
  t.is((await run('deploy', 'connections')).out, 'connections: created\n');
  t.regex((await run('status')).out, /On the server:\nconnections +Running/);
  t.like(JSON.parse((await run('state', 'connections', phone('2'))).out), { identity: '2', received: 1 });
  const unknown = await run('state', 'nothing');
  t.is(unknown.code, 1);
  t.is(unknown.err, 'There is no projection nothing. There are: connections.\n');

  server.stop();
  t.is((await run('state', 'connections')).out.trim().split('\n').length, 2);
});

onStandIn('a server that is away, or runs none, is told of in a sentence', async (t) => {
  const { server, run } = await onServer(t);
  server.projections.run = 'None';
  const none = await run('deploy', 'connections');
  t.is(none.code, 1);
  t.regex(none.err, /^EventStoreDB runs no projections: it was started with --run-projections=None\./);
  await server.close();
  const away = await run('deploy');
  t.is(away.code, 1);
  t.regex(away.err, /^EventStoreDB cannot be reached or does not answer\. \(connect ECONNREFUSED/);
});

const broken = 'fromAll().when({\n  A: (s) => s.a.localeCompare(Intl),\n})';

test('check says what hinders each file, with the place, and asks no server and writes nothing', async (t) => {
  const folder = folderOf(t, { 'broken.js': broken, 'fine.js': 'fromAll().when({ A: (s) => s })' });
  const config = `eventStore: { engine: eventstoredb, connectionString: 'esdb://127.0.0.1:1?tls=false' }\nprojections: { folder: ${folder} }`;
  const { run, data } = commandIn(t, config);
  const all = await run('check');
  t.is(all.code, 1);
  t.is(
    all.out,
    'acts: good\napps: good\nconnections: good\ndeadletters: good\nmessages: good\nrefused: good\ntraffic: good\nfine: good\n',
  );
  const places = all.err
    .trim()
    .split('\n')
    .map((line) => line.replace(/ (?:is|are) not.*/, ''));
  t.deepEqual(places, [`${folder}/broken.js:2:17: localeCompare`, `${folder}/broken.js:2:31: Intl`]);
  t.deepEqual(await run('check', 'fine', 'traffic'), {
    out: 'traffic: good\nfine: good\n',
    err: '',
    code: 0,
  });
  const unknown = await run('check', 'nothing');
  t.is(unknown.code, 1);
  t.regex(unknown.err, /^There is no projection nothing\. There are: acts, .*broken, fine\.\n$/);
  t.false(existsSync(data));
});

onStandIn('a file that is refused keeps a deploy from beginning', async (t) => {
  const { server, run } = await onServer(t, { 'broken.js': broken });
  const refused = await run('deploy');
  t.is(refused.code, 1);
  t.is(refused.out, '');
  t.regex(
    refused.err,
    /broken\.js:2:17: .*broken\.js:2:31: .*Nothing is deployed: mend this, or name those/s,
  );
  t.is(server.projections.operations, 0);
  t.is((await run('deploy', 'traffic')).out, 'traffic: created\n');
});

onStandIn('status shows the whole reason of one that is faulted, and columns under each other', async (t) => {
  const name = 'a-name-that-is-longer-than-any-column';
  const { run } = await onServer(t, {
    'thrower.js': 'fromAll().when({\n  MessageReceived: () => {\n    throw new Error("no");\n  },\n})',
    [`${name}.js`]: 'fromAll().when({ MessageReceived: (s) => s })',
  });
  const deployed = await run('deploy', 'thrower', name);
  t.is(deployed.code, 1);
  t.is(deployed.out, `${name}: created\n`);
  t.regex(deployed.err, /^EventStoreDB cannot run thrower: The thrower projection failed/);
  await run('rebuild', 'thrower', name);
  const { out } = await run('status');
  const lines = out.split('\n');
  const rows = lines.filter((line) => /^\S+ {2,}(live|stopped|Running|Faulted)/.test(line));
  t.is(rows.length, 4);
  t.deepEqual([...new Set(rows.map((row) => row.search(/(?<= {2})\S/)))], [name.length + 2]);
  t.regex(out, /^thrower +stopped .*\n {2}\S+thrower\.js:3:11: no \(MessageReceived \S+ in \S+\)\n/m);
  t.regex(
    out,
    /^thrower +Faulted \(Enabled\) +0\.0 %\n {2}The thrower projection failed[^\n]*\n {2}Handler: [^\n]*\n {2}Message:\n {2}no$/m,
  );
});

test('a file of states that cannot be opened is named', async (t) => {
  const { run, data } = commandIn(t, 'apps: [echo]');
  mkdirSync(join(data, 'projections.sqlite'), { recursive: true });
  const events = await openSqliteStore({ path: join(data, 'events.sqlite') });
  await store(events, [happened('MessageReceived', { messageId: 'a', text: 'hi', receivedAt: at(0) })]);
  await events.close();
  const { err, code } = await run('rebuild');
  t.is(code, 1);
  t.true(err.startsWith(`${join(data, 'projections.sqlite')}, or the lock beside it, cannot be used: `), err);
});
