import { isDeepStrictEqual } from 'node:util';
import { EventStoreDBClient } from '@eventstore/db-client';
import test, { type ExecutionContext } from 'ava';
import { openServerProjections } from '../../src/store/eventstoredb/projections.js';
import { StoreError } from '../../src/store/port.js';
import { eventually } from '../kannel/support/wait.js';
import { connectionFor, needsWay, reachServer } from '../oneServer/server.js';
import { newName } from '../store/events.js';
import { openStore } from '../store/eventstoredb-engine.js';
import { at, happened, ours, phone, statesOver, store } from './support/history.js';

/** Two phones: one is answered and told of it twice, the other's answer is given up and put back. */
const historyOf = (backend: string) => {
  const [one, two] = [phone('+256 700', backend), phone('2', backend)];
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => `${name} ${backend}`);
  const report = (status: string, minute: number) =>
    happened('DeliveryReported', { messageId: b, status, code: '1', reportedAt: at(minute) }, one);
  const routed = { messageId: a, outcome: 'handled', app: 'echo', trace: [], routedAt: at(1) };
  const failed = { messageId: c, app: 'x', phase: 'handle', error: 'no', trace: [], failedAt: at(5) };
  return [
    happened('MessageReceived', { messageId: a, text: 'echo hi', receivedAt: at(0) }, one),
    happened('MessageRouted', routed, one),
    happened('MessageSent', { messageId: b, inResponseTo: a, app: 'echo', text: 'hi', sentAt: at(1) }, one),
    happened(
      'MessageDispatched',
      { messageId: b, attempt: 1, answer: '0', parts: 1, dispatchedAt: at(2) },
      one,
    ),
    report('delivered', 3),
    report('accepted', 4),
    happened('MessageReceived', { messageId: c, text: '?', receivedAt: at(5) }, two),
    happened('RoutingFailed', failed, two),
    happened('MessageSent', { messageId: d, text: 'news', sentAt: at(6) }, two),
    happened('MessageAbandoned', { messageId: d, code: 'rejected', abandonedAt: at(7) }, two),
    happened('MessageRequeued', { messageId: d, direction: 'outbound', by: 'ann', requeuedAt: at(8) }, two),
    happened('SomethingNewer', { messageId: d }, two, 9),
  ];
};

/** A projection of this test's on the server, which goes with it. */
const newProjection = (t: ExecutionContext, connectionString: string, kind: string): string => {
  const name = newName(kind);
  t.teardown(async () => {
    const client = EventStoreDBClient.connectionString(connectionString);
    await client.disableProjection(name);
    await client.deleteProjection(name);
    await client.dispose();
  });
  return name;
};

for (const kind of ['connections', 'messages', 'traffic', 'deadletters']) {
  test.serial(`the runner and the server come to the same states of ${kind}`, async (t) => {
    // The server reads what others have in their conversations too.
    t.timeout(170_000);
    const connectionString = await connectionFor(t);
    const events = await openStore(t, { connectionString });
    const backend = newName('kannel');
    await store(events, historyOf(backend));
    const onServer = openServerProjections(connectionString);
    t.teardown(() => onServer.close());
    const name = newProjection(t, connectionString, kind);

    t.is(await onServer.deploy(name, ours(kind).source), 'created');
    t.is(await onServer.deploy(name, ours(kind).source), 'updated');

    const states = [...(await statesOver(events, ours(kind))).values()];
    const own = states.filter((state) => JSON.stringify(state).includes(backend));
    t.true(own.length > 0);
    for (const { partition, state } of own) {
      const comesTo = async () => isDeepStrictEqual(await onServer.state(name, partition), state);
      await eventually(`the state of ${partition}`, 150_000, comesTo).catch(() => undefined);
      t.deepEqual(await onServer.state(name, partition), state, partition);
    }
    t.like(
      (await onServer.status()).find((one) => one.name === name),
      { name, status: 'Running' },
    );
  });
}

needsWay(test)('a server that is away is told of in a sentence', async (t) => {
  const server = await reachServer(t);
  const onServer = openServerProjections(server.connectionString);
  t.teardown(() => onServer.close());
  server.wire.refuse();
  for (const call of [onServer.status(), onServer.state('connections', 'x'), onServer.deploy('x', '')]) {
    await t.throwsAsync(call, { instanceOf: StoreError, message: /EventStoreDB cannot be reached/ });
  }
});
