// Projections of a server that does not do at once what it is asked to.
import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import { Connection } from '../../src/store/eventstoredb/connection.js';
import { DeployTurn } from '../../src/store/eventstoredb/deployTurn.js';
import { ProjectionCalls } from '../../src/store/eventstoredb/projectionCalls.js';
import { openServerProjections, type ServerPatience } from '../../src/store/eventstoredb/projections.js';
import { StoreError } from '../../src/store/port.js';
import { StandIn } from '../eventstoredb/standIn.js';
import { needsStandIn, startStandIn } from '../oneServer/server.js';

const onStandIn = needsStandIn(test);

const good = 'fromAll().when({ $init: () => ({ n: 0 }), $any: (s) => { s.n += 1; } })';
/** Long enough for a busy machine to answer, short enough to wait for what never comes. */
const quick: ServerPatience = { callMs: 1_500, deployMs: 40_000, turnMs: 40_000, beatMs: 100, goneMs: 2_500 };

/** Each as from a machine of its own: by a connection that no other uses. */
const open = (t: ExecutionContext, server: StandIn, name = 'one', patience: Partial<ServerPatience> = {}) => {
  const options = `${server.connectionString}&connectionName=${name}`;
  const opened = openServerProjections(options, { ...quick, ...patience });
  t.teardown(() => opened.close());
  return opened;
};
const connect = (t: ExecutionContext, server: StandIn, name: string): Connection => {
  const connection = Connection.to(`${server.connectionString}&connectionName=${name}`);
  t.teardown(() => connection.release());
  return connection;
};
const statusOf = async (onServer: ReturnType<typeof open>, name: string) =>
  (await onServer.status()).find((projection) => projection.name === name)?.status;

onStandIn('deploys at the same time, from several machines, all end well', async (t) => {
  const server = await startStandIn(t);
  server.projections.operationMs = 5;
  const machines = ['one', 'two', 'three'].map((name) => open(t, server, name));
  for (const round of ['created', 'updated']) {
    const deployed = await Promise.all(
      machines.map(async (machine) => [await machine.deploy('a', good), await machine.deploy('b', good)]),
    );
    const all = deployed.flat();
    t.is(all.filter((how) => how === 'created').length, round === 'created' ? 2 : 0);
    t.is(all.filter((how) => how === 'updated').length, round === 'created' ? 4 : 6);
  }
  t.is(server.projections.restarts, 0);
  for (const name of ['a', 'b']) t.is(await statusOf(open(t, server), name), 'Running');
});

onStandIn('one that was left half way is mended by the next deploy', async (t) => {
  const server = await startStandIn(t);
  const [one, other] = [open(t, server), open(t, server, 'other')];
  await one.deploy('a', good);
  await one.deploy('b', good);
  server.projections.leaveStuck('a');
  t.is(await statusOf(one, 'a'), 'Prepared/Initial');
  t.is(await one.deploy('a', good), 'mended');
  t.is(await statusOf(other, 'a'), 'Running');
  t.is(server.projections.restarts, 1);
  t.is(await one.deploy('b', good), 'updated');
  t.is(server.projections.restarts, 1);
});

onStandIn('a machine that was lost in the middle keeps no other from it', async (t) => {
  const server = await startStandIn(t);
  const connection = connect(t, server, 'lost');
  await new Promise<void>((taken) => {
    const lost = new DeployTurn(connection, 'deploying', { ...quick, beatMs: 60_000 });
    void lost.during(() => new Promise<never>(() => taken()));
  });
  t.is(await open(t, server).deploy('a', good), 'created');
});

onStandIn('who deploys for long is waited for', async (t) => {
  const server = await startStandIn(t);
  const order: string[] = [];
  const slow = new DeployTurn(connect(t, server, 'slow'), 'deploying', quick);
  let end = () => {};
  const ending = new Promise<void>((resolve) => {
    end = resolve;
  });
  let taken = () => {};
  const takes = new Promise<void>((resolve) => {
    taken = resolve;
  });
  const first = slow.during(async () => {
    taken();
    await ending;
    order.push('slow');
  });
  await takes;
  const second = open(t, server)
    .deploy('a', good)
    .then(() => order.push('quick'));
  // It has said so far more often than anyone would wait for one that says nothing.
  while (server.log.streams.of('threadless.deploying').last < 30) await once(server.log.changes, 'written');
  end();
  await Promise.all([first, second]);
  t.deepEqual(order, ['slow', 'quick']);
});

onStandIn('an answer that got lost makes nobody seem gone', async (t) => {
  const server = await startStandIn(t);
  const slow = new DeployTurn(connect(t, server, 'slow'), 'deploying', quick);
  const log = server.log.streams.of('threadless.deploying');
  let isWorking = true;
  const first = slow.during(async () => {
    server.faults.loseAnswers = 1;
    while (log.last < 34) await once(server.log.changes, 'written');
    isWorking = false;
  });
  while (log.last < 0) await once(server.log.changes, 'written');
  t.is(await open(t, server).deploy('a', good), 'created');
  t.false(isWorking);
  await first;
});

onStandIn('a turn that does not come is told', async (t) => {
  const server = await startStandIn(t);
  const connection = connect(t, server, 'slow');
  await new Promise<void>((taken) => {
    void new DeployTurn(connection, 'deploying', quick).during(() => new Promise<never>(() => taken()));
  });
  await t.throwsAsync(open(t, server, 'one', { turnMs: 500 }).deploy('a', good), {
    code: 'unavailable',
    message: /Someone else deploys projections/,
  });
});

onStandIn('a server that has just started is asked again', async (t) => {
  const server = await startStandIn(t);
  server.projections.silent = 3;
  t.is(await open(t, server).deploy('a', good), 'created');
  t.is(await statusOf(open(t, server), 'a'), 'Running');
});

for (const nodePreference of ['follower', 'leader']) {
  onStandIn(`calls go to the node that leads: nodePreference=${nodePreference}`, async (t) => {
    const leader = await startStandIn(t);
    const follower = await StandIn.start({ log: leader.log });
    t.teardown(() => follower.close());
    follower.faults.leader = leader;
    const onServer = openServerProjections(
      `${follower.connectionString}&nodePreference=${nodePreference}`,
      quick,
    );
    t.teardown(() => onServer.close());
    t.deepEqual(await onServer.status(), []);
    t.is(await onServer.deploy('a', good), 'created');
    t.true(Number(Object(await onServer.state('a')).n) > 0);
    t.is(follower.projections.operations, 0);
  });
}

onStandIn('a leader that loses the lead is left for the new one', async (t) => {
  const [one, other] = [await startStandIn(t), await startStandIn(t)];
  const onServer = open(t, one);
  t.is(await onServer.deploy('a', good), 'created');
  one.faults.leader = other;
  t.is(await onServer.deploy('a', good), 'created');
  t.is((await onServer.status()).length, 1);
});

onStandIn('a right that is missing is told with who has it', async (t) => {
  const server = await startStandIn(t);
  const onServer = open(t, server);
  await onServer.deploy('a', good);
  server.projections.readOnly = true;
  for (const name of ['a', 'b'])
    await t.throwsAsync(onServer.deploy(name, good), {
      instanceOf: StoreError,
      message: new RegExp(`does not let this user deploy ${name}: .* the group \\$ops or \\$admins`),
    });
  t.is((await onServer.status()).length, 1);
  t.is(server.projections.restarts, 0);
});

onStandIn('a server that runs none says so, whatever it is asked', async (t) => {
  const server = await startStandIn(t);
  server.projections.run = 'None';
  const onServer = open(t, server);
  for (const call of [onServer.status(), onServer.state('a'), onServer.deploy('a', good)])
    await t.throwsAsync(call, { code: 'unsupported', message: /started with --run-projections=None/ });
});

onStandIn('a server that runs its own only says what it takes', async (t) => {
  const server = await startStandIn(t);
  server.projections.run = 'System';
  await t.throwsAsync(open(t, server).deploy('a', good), {
    code: 'invalid',
    message: /does not run a: it is Stopped\. .*--run-projections=All/,
  });
});

onStandIn('one that the server cannot compile is told in its words, where it tells', async (t) => {
  const server = await startStandIn(t);
  const onServer = open(t, server);
  await onServer.deploy('a', good);
  await t.throwsAsync(onServer.deploy('a', 'fromAll('), {
    code: 'invalid',
    message: /^EventStoreDB cannot run a: Line 1: Unexpected end of input$/,
  });
  t.like(
    (await onServer.status()).find(({ name }) => name === 'a'),
    { status: 'Faulted (Enabled)', reason: 'Line 1: Unexpected end of input' },
  );
  t.is(await onServer.deploy('a', good), 'updated');
  await t.throwsAsync(onServer.deploy('b', 'fromAll('), {
    code: 'invalid',
    message: /does not tell how it is.*log/,
  });
  await t.throwsAsync(onServer.status(), { message: /while one of them could not be compiled.*log/ });
  t.is(await onServer.deploy('b', good), 'updated');
});

onStandIn('what a deleted one left behind keeps none of its name from running', async (t) => {
  const server = await startStandIn(t);
  const onServer = open(t, server);
  await onServer.deploy('a', good);
  const { client } = connect(t, server, 'person');
  await client.disableProjection('a');
  await client.deleteProjection('a');
  t.is(await onServer.deploy('a', good), 'created');
  t.is(await statusOf(onServer, 'a'), 'Running');

  await client.disableProjection('a');
  await client.deleteProjection('a');
  server.rights.take('delete', '$projections-a-partitions');
  await t.throwsAsync(onServer.deploy('a', good), {
    code: 'invalid',
    message: /cannot run a: Multiple projections emitting to the same stream/,
  });
});

onStandIn('one that is not there has no state', async (t) => {
  await t.throwsAsync(open(t, await startStandIn(t)).state('a'), {
    code: 'invalid',
    message: 'EventStoreDB cannot tell the state of a: it has no projection of that name.',
  });
});

onStandIn('what the server fails to tell is asked for in another way', async (t) => {
  const server = await startStandIn(t);
  const asked: string[] = [];
  const told = {
    name: 'a',
    status: 'Faulted',
    stateReason: 'Line 1: Unexpected token',
    progress: 0,
    mode: 'Continuous',
  };
  const fails = () =>
    Promise.reject(Object.assign(new Error('2 UNKNOWN: Exception was thrown by handler.'), { code: 2 }));
  const connection = connect(t, server, 'one');
  const HTTPRequest = async (_method: string, path: string) => {
    asked.push(path);
    return { projections: [told, { ...told, name: 'b', status: 'Creating', stateReason: null }] };
  };
  Object.defineProperties(connection.client, {
    listProjections: { value: fails },
    getProjectionStatus: { value: fails },
    HTTPRequest: { value: HTTPRequest },
  });
  const calls = new ProjectionCalls(connection, quick.callMs);
  t.like(await calls.details('a b'), { stateReason: 'Line 1: Unexpected token' });
  t.deepEqual(
    (await calls.list()).map(({ stateReason }) => stateReason),
    ['Line 1: Unexpected token', ''],
  );
  t.deepEqual(asked, ['/projection/a%20b/statistics', '/projections/continuous']);
});
