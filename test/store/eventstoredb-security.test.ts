import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { inspect } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { openServerProjections } from '../../src/store/eventstoredb/projections.js';
import { authority, otherAuthority } from '../eventstoredb/security.js';
import { StandIn } from '../eventstoredb/standIn.js';
import { needsStandIn } from '../oneServer/server.js';
import { events, failsWith, ids, idsOf, newCategory, take } from './events.js';
import { openStore, startStandIn } from './eventstoredb-engine.js';

const onStandIn = needsStandIn(test);
const user = { name: 'router', password: 's3cret@/:?' };

const startSecure = async (t: ExecutionContext, log?: StandIn['log']): Promise<StandIn> => {
  const server = await StandIn.start({ user, ...(log && { log }) });
  t.teardown(() => server.close());
  return server;
};

const connectionTo = (
  hosts: string,
  { password = user.password, tls = `tls=true&tlsCAFile=${authority}`, scheme = 'esdb' } = {},
): string => `${scheme}://${user.name}:${encodeURIComponent(password)}@${hosts}?${tls}`;

const hostOf = ({ host, port }: StandIn) => `${host}:${port}`;

const worksWith = async (t: ExecutionContext, connectionString: string): Promise<void> => {
  const store = await openStore(t, { connectionString });
  const category = newCategory();
  const [before, after] = [events(3), events(3)];
  await store.append(`${category}-1`, before, { expectedRevision: 'none' });
  const taking = take(store.subscribe({ filter: { categories: [category] } }), 6);
  await store.append(`${category}-1`, after);
  const given = idsOf([...before, ...after]);
  t.deepEqual(idsOf(await taking), given);
  t.deepEqual(await ids(store.readStream(`${category}-1`)), given);
  t.deepEqual(await ids(store.readAll({ filter: { categories: [category] } })), given);
  await store.checkpoints.save(category, 'here');
  t.is(await store.checkpoints.load(category), 'here');
};

onStandIn('over TLS, every call is signed with the user and the password', async (t) => {
  const server = await startSecure(t);
  const connectionString = connectionTo(hostOf(server));
  await worksWith(t, connectionString);
  const onServer = openServerProjections(connectionString);
  t.teardown(() => onServer.close());
  t.is(await onServer.deploy('all', 'fromAll().when({ $init: () => ({}) })'), 'created');
});

onStandIn('at an address its certificate is checked, and Node has nothing to warn of', async (t) => {
  const warnings: string[] = [];
  const told = ({ name, message }: Error) => warnings.push(`${name}: ${message}`);
  process.on('warning', told);
  t.teardown(() => process.off('warning', told));
  const server = await startSecure(t);
  await worksWith(t, connectionTo(`127.0.0.1:${server.port}`));
  await worksWith(t, connectionTo(`127.0.0.1:${server.port},127.0.0.1:${server.port}`));
  // Its certificate is not for the address of this relay.
  const relay = createServer((client) => client.pipe(connect(server.port, '127.0.0.1')).pipe(client));
  relay.listen(0, '127.0.0.2');
  await once(relay, 'listening');
  t.teardown(() => relay.close());
  const { port } = relay.address() as AddressInfo;
  const connectionString = connectionTo(`127.0.0.2:${port}`);
  const error = await failsWith(t, 'unavailable', openStore(t, { connectionString, connectTimeoutMs: 500 }));
  t.regex(error?.message ?? '', /altnames|not trusted/);
  t.deepEqual(warnings, []);
});

for (const scheme of ['esdb', 'esdb+discover']) {
  onStandIn(`a secure cluster is found by ${scheme}`, async (t) => {
    const follower = await startSecure(t);
    const leader = await startSecure(t, follower.log);
    follower.faults.leader = leader;
    const hosts = scheme === 'esdb' ? `${hostOf(follower)},${hostOf(leader)}` : hostOf(follower);
    await worksWith(t, connectionTo(hosts, { scheme }));
    t.true(leader.faults.appends > 0);
    t.is(follower.faults.appends, 0);
  });
}

onStandIn('a wrong password is an error at once that does not quote it', async (t) => {
  const server = await startSecure(t);
  const opening = openStore(t, {
    connectionString: connectionTo(hostOf(server), { password: 'guessed' }),
    connectTimeoutMs: 60_000,
  });
  const error = await failsWith(t, 'unavailable', opening);
  t.regex(error.message, /password is wrong/);
  t.notRegex(inspect(error, { depth: 9 }), /guessed/);
});

onStandIn('who names no user is told so, and where it is given', async (t) => {
  const server = await startSecure(t);
  const connectionString = `esdb://${hostOf(server)}?tls=true&tlsCAFile=${authority}`;
  const untold = /names no user.*EVENTSTORE_URL or eventStore\.connectionString/;
  t.regex((await failsWith(t, 'unavailable', openStore(t, { connectionString }))).message, untold);
  const onServer = openServerProjections(connectionString);
  t.teardown(() => onServer.close());
  for (const asked of [
    onServer.deploy('all', 'fromAll().when({})'),
    onServer.status(),
    onServer.state('all'),
  ])
    t.regex((await failsWith(t, 'unavailable', asked)).message, untold);
});

onStandIn(
  'a server whose certificate is not by the authority is not spoken to, and the error says so',
  async (t) => {
    const server = await startSecure(t);
    let told: string | undefined;
    const opening = openStore(t, {
      connectionString: connectionTo(hostOf(server), { tls: `tls=true&tlsCAFile=${otherAuthority}` }),
      connectTimeoutMs: 3_000,
      onWait: (why) => {
        told = why;
      },
    });
    const error = await failsWith(t, 'unavailable', opening);
    // Newer versions of Node add what to do about it.
    t.regex(error.message, /\(unable to verify the first certificate.*\)/);
    t.regex(told ?? '', /^unable to verify the first certificate/);
    t.notRegex(inspect(error, { depth: 9 }), /s3cret/);
  },
);

for (const scheme of ['esdb', 'esdb+discover']) {
  onStandIn(`TLS at one end only is told after a moment, and what is to be set: ${scheme}`, async (t) => {
    const secure = await startSecure(t);
    const plain = await startStandIn(t);
    const toldBy = async (connectionString: string) => {
      const told: (string | undefined)[] = [];
      const onWait = (why: string | undefined) => told.push(why);
      const opening = openStore(t, { connectionString, connectTimeoutMs: 3_000, onWait });
      const opened = await failsWith(t, 'unavailable', opening);
      t.is(told.length, 1);
      const onServer = openServerProjections(connectionString);
      t.teardown(() => onServer.close());
      const unanswered = await failsWith(t, 'unavailable', onServer.status());
      for (const { message } of [opened, unanswered]) {
        t.true(message.endsWith(` (${told[0]})`), message);
        t.notRegex(message, /s3cret/);
      }
      return told[0] ?? '';
    };
    const told = await Promise.all([
      toldBy(connectionTo(hostOf(secure), { tls: 'tls=false', scheme })),
      toldBy(connectionTo(`localhost:${plain.port}`, { scheme })),
    ]);
    t.deepEqual(told, [
      `${hostOf(secure)}: it speaks TLS: set tls=true in the connection string, and tlsCAFile to its authority`,
      `localhost:${plain.port}: it speaks no TLS: set tls=false in the connection string`,
    ]);
  });
}
