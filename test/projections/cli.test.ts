import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { openStore, startStandIn } from '../store/eventstoredb-engine.js';
import { at, happened, phone, store } from './support/history.js';
import { folderOf } from './support/world.js';

const program = fileURLToPath(new URL('../../src/cli/threadless.js', import.meta.url));

const onServer = async (t: ExecutionContext) => {
  const server = await startStandIn(t);
  const events = await openStore(t, { connectionString: server.connectionString });
  await store(events, [
    happened('MessageReceived', { messageId: 'a', text: 'echo hi', receivedAt: at(0) }),
    happened('MessageReceived', { messageId: 'b', text: 'echo ho', receivedAt: at(1) }, phone('2')),
  ]);
  const data = folderOf(t);
  const env = {
    PATH: process.env.PATH,
    THREADLESS_DATA: data,
    THREADLESS_CONFIG: `${folderOf(t, { 'my.yaml': 'eventStore: { engine: eventstoredb }' })}/my.yaml`,
    EVENTSTORE_URL: server.connectionString,
  };
  const run = async (...parameters: string[]) => {
    const child = spawn(process.execPath, [program, 'projections', ...parameters], { env });
    t.teardown(() => child.kill('SIGKILL'));
    const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { out, err, code: await code };
  };
  return { server, run };
};

test('on EventStoreDB a command tells of what runs here and what is deployed there', async (t) => {
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
  const away = await run('deploy');
  t.is(away.code, 1);
  t.regex(away.err, /^EventStoreDB cannot be reached or does not answer\./);
});
