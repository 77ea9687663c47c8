import test from 'ava';
import { openServerProjections } from '../../src/store/eventstoredb/projections.js';
import { StoreError } from '../../src/store/port.js';
import { openStore, startStandIn } from '../store/eventstoredb-engine.js';
import { at, happened, ours, phone, statesOver, store } from './support/history.js';

const report = (messageId: string, status: string, minute: number) =>
  happened('DeliveryReported', { messageId, status, code: '1', reportedAt: at(minute) });

/** Two phones: one is answered and told of it twice, the other's answer is given up and put back. */
const history = [
  happened('MessageReceived', { messageId: 'a', text: 'echo hi', receivedAt: at(0) }),
  happened('MessageRouted', { messageId: 'a', outcome: 'handled', app: 'echo', trace: [], routedAt: at(1) }),
  happened('MessageSent', { messageId: 'b', inResponseTo: 'a', app: 'echo', text: 'hi', sentAt: at(1) }),
  happened('MessageDispatched', { messageId: 'b', attempt: 1, answer: '0', parts: 1, dispatchedAt: at(2) }),
  report('b', 'delivered', 3),
  report('b', 'accepted', 4),
  happened('MessageReceived', { messageId: 'c', text: '?', receivedAt: at(5) }, phone('2')),
  happened(
    'RoutingFailed',
    { messageId: 'c', app: 'x', phase: 'handle', error: 'no', trace: [], failedAt: at(5) },
    phone('2'),
  ),
  happened('MessageSent', { messageId: 'd', text: 'news', sentAt: at(6) }, phone('2')),
  happened('MessageAbandoned', { messageId: 'd', code: 'rejected', abandonedAt: at(7) }, phone('2')),
  happened(
    'MessageRequeued',
    { messageId: 'd', direction: 'outbound', by: 'ann', requeuedAt: at(8) },
    phone('2'),
  ),
  happened('SomethingNewer', { messageId: 'd' }, phone('2'), 9),
];

for (const name of ['connections', 'messages', 'traffic', 'deadletters']) {
  test(`the runner and the server come to the same states of ${name}`, async (t) => {
    const server = await startStandIn(t);
    const connectionString = process.env.EVENTSTORE_URL ?? server.connectionString;
    const events = await openStore(t, { connectionString });
    await store(events, history);
    const onServer = openServerProjections(connectionString);
    t.teardown(() => onServer.close());

    t.is(await onServer.deploy(name, ours(name).source), 'created');
    t.is(await onServer.deploy(name, ours(name).source), 'updated');

    const states = [...(await statesOver(events, ours(name))).values()];
    t.true(states.length > 0);
    for (const { partition, state } of states)
      t.deepEqual(await onServer.state(name, partition), state, partition);
    t.like(
      (await onServer.status()).find((one) => one.name === name),
      { name },
    );
  });
}

test('a server that is away is told of in a sentence', async (t) => {
  const server = await startStandIn(t);
  const onServer = openServerProjections(server.connectionString);
  t.teardown(() => onServer.close());
  server.stop();
  for (const call of [onServer.status(), onServer.state('connections', 'x'), onServer.deploy('x', '')]) {
    await t.throwsAsync(call, { instanceOf: StoreError, message: /EventStoreDB cannot be reached/ });
  }
});
