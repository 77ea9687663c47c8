import test, { type ExecutionContext } from 'ava';
import { startOwn } from './client.js';

const good = 'fromAll().when({ $any: (s) => s })';
/** In milliseconds: for an answer that does not come. */
const soon = { deadline: 1_000 };

const start = async (t: ExecutionContext) => {
  const { server, client } = await startOwn(t);
  return { server, client, given: server.projections };
};

test('one that is there already, or is not there, is told in words alone', async (t) => {
  const { client } = await start(t);
  await client.createProjection('a', good);
  const told = { code: 2, type: 'unknown' };
  t.like(
    await t.throwsAsync(client.createProjection('a', good), { message: /received Conflict instead/ }),
    told,
  );
  for (const call of [
    client.getProjectionState('b'),
    client.getProjectionStatus('b'),
    client.enableProjection('b'),
  ])
    t.like(await t.throwsAsync(call, { message: /received NotFound instead/ }), told);
});

test('one that was never compiled is told of by no call, and hides all others from a list', async (t) => {
  const { client } = await start(t);
  await client.createProjection('good', good);
  await client.createProjection('broken', 'fromAll().when({');
  const untold = { message: /Exception was thrown by handler/ };
  await t.throwsAsync(client.listProjections(), untold);
  await t.throwsAsync(client.getProjectionStatus('broken'), untold);
  await t.throwsAsync(client.getProjectionState('broken', soon), { message: /DEADLINE_EXCEEDED/ });
  t.like(await client.getProjectionStatus('good'), { status: 'Running' });
  await client.updateProjection('broken', good);
  t.is((await client.listProjections()).length, 2);
  await client.updateProjection('broken', 'fromAll(');
  t.like(await client.getProjectionStatus('broken'), { status: 'Faulted (Enabled)' });
});

test('one that fails at an event is faulted, with lines that say at what', async (t) => {
  const { server, client } = await start(t);
  await client.createProjection('throws', 'fromAll().when({ Noted: () => { throw new Error("no"); } })');
  t.like(await client.getProjectionStatus('throws'), { status: 'Running' });
  const metadata = Buffer.from('{}');
  const event = { id: crypto.randomUUID(), type: 'Noted', isJson: true, data: Buffer.from('{}'), metadata };
  server.log.append('a-1', [event], 'any');
  const { status, stateReason } = await client.getProjectionStatus('throws');
  t.is(status, 'Faulted (Enabled)');
  t.regex(stateReason, /failed to process an event\.\r\n.*Message:\r\n\r\nno$/s);
});

test('two operations on one projection that meet leave it stuck, until all are restarted', async (t) => {
  const { client, given } = await start(t);
  await client.createProjection('a', good);
  given.operationMs = 500;
  const first = client.disableProjection('a');
  const second = client.resetProjection('a', { deadline: 2_000 });
  await t.throwsAsync(first, { message: /received OperationFailed instead/ });
  await t.throwsAsync(second, { message: /DEADLINE_EXCEEDED/ });
  t.like(await client.getProjectionStatus('a'), { status: 'Prepared/Initial', progress: -1 });
  await t.throwsAsync(client.enableProjection('a', soon), { message: /DEADLINE_EXCEEDED/ });
  await client.restartSubsystem();
  await client.enableProjection('a');
  t.like(await client.getProjectionStatus('a'), { status: 'Running' });
});

test('creations are written one after the other', async (t) => {
  const { client, given } = await start(t);
  given.operationMs = 30;
  const order: string[] = [];
  const create = (name: string) => client.createProjection(name, good).then(() => order.push(name));
  await Promise.all(['a', 'b', 'c'].map(create));
  t.deepEqual(order, ['a', 'b', 'c']);
});

test('a server that has just started, or does not lead, does not answer', async (t) => {
  const { server, client, given } = await start(t);
  given.silent = 1;
  await t.throwsAsync(client.createProjection('a', good, soon), { message: /DEADLINE_EXCEEDED/ });
  await client.createProjection('a', good);
  server.faults.leader = server;
  await t.throwsAsync(client.listProjections(soon), { message: /DEADLINE_EXCEEDED/ });
});

test('a server may be told to run none, or only its own', async (t) => {
  const { client, given } = await start(t);
  given.run = 'System';
  await client.createProjection('a', good);
  t.like(await client.getProjectionStatus('a'), { status: 'Stopped (Enabled)' });
  given.run = 'None';
  t.like(await t.throwsAsync(client.listProjections()), { code: 12 });
});

test('who may not change projections may look at them', async (t) => {
  const { client, given } = await start(t);
  await client.createProjection('a', good);
  given.readOnly = true;
  for (const call of [client.createProjection('b', good), client.enableProjection('a')])
    await t.throwsAsync(call, { message: /received NotAuthorized instead/ });
  for (const call of [client.deleteProjection('a'), client.restartSubsystem()])
    t.like(await t.throwsAsync(call), { type: 'access-denied' });
  t.is((await client.listProjections()).length, 1);
});
