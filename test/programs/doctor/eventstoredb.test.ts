// What is wrong with a server, each found and said in a sentence that says what to do; and that nothing was written to it.
import test, { type ExecutionContext } from 'ava';
import { openServerProjections } from '../../../src/store/eventstoredb/projections.js';
import { authority } from '../../eventstoredb/security.js';
import { StandIn } from '../../eventstoredb/standIn.js';
import { eventually } from '../../kannel/support/wait.js';
import { Network, startOn } from '../../main/eventstoredb/support.js';
import { needsStandIn, startStandIn } from '../../oneServer/server.js';
import { phone } from '../../projections/support/history.js';
import { event } from '../../store/events.js';
import { openStore } from '../../store/eventstoredb-engine.js';
import { allAdvise, diagnose, findingOf, newFolder, sourcesOf } from './support.js';

const onStandIn = needsStandIn(test);

const look = async (t: ExecutionContext, url: string, keys: object = {}) => {
  const given = {
    data: newFolder(t),
    keys: { eventStore: { engine: 'eventstoredb' }, ...keys },
    env: { EVENTSTORE_URL: url },
  };
  const found = await diagnose(await sourcesOf(given));
  allAdvise(t, found);
  return found;
};

onStandIn('a server that is away is told, with why and what to do', async (t) => {
  const server = await startStandIn(t);
  const { connectionString } = server;
  await server.close();
  const finding = findingOf(t, await look(t, connectionString), 'store.reachable', 'broken');
  t.regex(finding.says, /EventStoreDB cannot be reached or does not answer\. \(connect ECONNREFUSED/);
  t.regex(finding.advice ?? '', /Start the server or mend the way to it/);
});

onStandIn('a wrong password is told without quoting it', async (t) => {
  const server = await StandIn.start({ user: { name: 'router', password: 'right' } });
  t.teardown(() => server.close());
  const url = `esdb://router:wrongpassword@localhost:${server.port}?tls=true&tlsCAFile=${authority}`;
  const found = await look(t, url);
  const finding = findingOf(t, found, 'store.reachable', 'broken');
  t.regex(finding.says, /does not know this user, or the password is wrong/);
  t.regex(finding.advice ?? '', /EVENTSTORE_URL or eventStore\.connectionString/);
  t.false(JSON.stringify(found).includes('wrongpassword'));
});

onStandIn('a secure server that is told no user is said to need one', async (t) => {
  const server = await StandIn.start({ user: { name: 'router', password: 'right' } });
  t.teardown(() => server.close());
  const url = `esdb://localhost:${server.port}?tls=true&tlsCAFile=${authority}`;
  const finding = findingOf(t, await look(t, url), 'store.reachable', 'broken');
  t.regex(finding.says, /names no user|does not know this user/);
  t.regex(finding.advice ?? '', /user and (?:his|the) password|a user with his password/);
});

onStandIn('a right to read all events that is missing is told, with where it is granted', async (t) => {
  const server = await startStandIn(t);
  server.rights.take('read', '$all');
  const finding = findingOf(t, await look(t, server.connectionString), 'store.reachable', 'broken');
  t.regex(finding.says, /does not let this user read \$all/);
  t.regex(finding.advice ?? '', /docs\/eventstoredb\.md, "Rights"/);
});

onStandIn('a right to append that is missing is told though nothing is appended', async (t) => {
  const server = await startStandIn(t);
  server.rights.take('append', 'conversation-');
  const finding = findingOf(t, await look(t, server.connectionString), 'store.rights', 'broken');
  t.regex(finding.says, /does not let this user append to conversation-…/);
  t.regex(finding.advice ?? '', /no router works/);
});

onStandIn('a clock that is ahead of the server is told', async (t) => {
  const server = await startStandIn(t);
  const store = await openStore(t, { connectionString: server.connectionString });
  const receivedAt = new Date(Date.now() + 3_600_000).toISOString();
  await store.append(phone(), [
    event({ type: 'MessageReceived', data: { messageId: 'a', text: 'hi', receivedAt } }),
  ]);
  const finding = findingOf(t, await look(t, server.connectionString), 'store.clock', 'broken');
  t.regex(finding.says, /is (?:59|60) minutes ahead of the store's/);
  t.regex(finding.advice ?? '', /Set the clock/);
});

onStandIn('a server without projections is told, and that the router does without', async (t) => {
  const server = await startStandIn(t);
  server.projections.run = 'None';
  const finding = findingOf(t, await look(t, server.connectionString), 'projections.server', 'look');
  t.regex(finding.says, /runs no projections: it was started with --run-projections=None/);
  t.regex(finding.advice ?? '', /If there are none, leave it so/);
});

onStandIn(
  'of a server with none of the projections here it is said that the router does without',
  async (t) => {
    const server = await startStandIn(t);
    const onServer = openServerProjections(server.connectionString);
    t.teardown(() => onServer.close());
    await onServer.deploy('another', 'fromAll().when({})');
    const found = await look(t, server.connectionString);
    t.regex(
      findingOf(t, found, 'projections.deployed', 'well').says,
      /None of those here is deployed on the server/,
    );
  },
);

onStandIn(
  'the projections of the server are told, though a folder of projections is not there',
  async (t) => {
    const server = await startStandIn(t);
    const onServer = openServerProjections(server.connectionString);
    t.teardown(() => onServer.close());
    await onServer.deploy('another', 'fromAll().when({})');
    const keys = { projections: { folder: '/nowhere/projections' } };
    const found = await look(t, server.connectionString, keys);
    t.regex(findingOf(t, found, 'projections.files', 'broken').says, /no folder \/nowhere\/projections/);
    t.is(findingOf(t, found, 'projections.deployed').level, 'well');
  },
);

onStandIn('a projection that is faulted on the server is told with its reason', async (t) => {
  const server = await startStandIn(t);
  const store = await openStore(t, { connectionString: server.connectionString });
  await store.append(phone(), [event({ type: 'MessageReceived', data: { messageId: 'a' } })]);
  const onServer = openServerProjections(server.connectionString);
  t.teardown(() => onServer.close());
  const source =
    'fromAll().when({ MessageReceived: () => { throw new Error("no\\r\\n   at A.B(C c) in D.cs:line 3"); } })';
  await t.throwsAsync(onServer.deploy('thrower', source));
  const finding = findingOf(t, await look(t, server.connectionString), 'projections.server', 'broken');
  t.regex(finding.says, /thrower on the server: Faulted.*no$/);
  t.regex(finding.advice ?? '', /None of the files here has that name/);
});

onStandIn('beside a running router nothing is written, and it is found alive', async (t) => {
  const server = await startStandIn(t);
  const network = await Network.start(t);
  const more = { workers: { beatMs: 100, takeoverMs: 2_000 } };
  const place = await startOn(t, server.connectionString, { network, more });
  t.is(await place.say('1', 'echo hi'), 200);
  await network.until('1', 1);
  await eventually('the outcome', 20_000, async () =>
    (await place.typesOf('1')).includes('MessageDispatched'),
  );
  const before = writtenTo(server);
  const found = await look(t, server.connectionString, {
    backends: { [place.backend]: { engine: 'http', outgoingUrl: network.outgoingUrl } },
  });
  t.regex(findingOf(t, found, 'processes.members', 'well').says, /1 process works on the store: main/);
  t.deepEqual(writtenTo(server), before);
});

/** What is in each stream, but for what the router itself keeps telling. */
const writtenTo = (server: StandIn): readonly string[] =>
  server.log
    .backup()
    .all.filter(({ stream }) => !/^(?:\$\$)?threadless\.(?:heartbeats|checkpoints)/.test(stream))
    .map(({ stream, revision }) => `${revision}@${stream}`);
