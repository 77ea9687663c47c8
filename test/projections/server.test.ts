import { isDeepStrictEqual } from 'node:util';
import { EventStoreDBClient } from '@eventstore/db-client';
import test, { type ExecutionContext } from 'ava';
import { openServerProjections } from '../../src/store/eventstoredb/projections.js';
import { StoreError } from '../../src/store/port.js';
import { eventually } from '../kannel/support/wait.js';
import { connectionFor, needsStandIn, startStandIn } from '../oneServer/server.js';
import { newCategory } from '../store/events.js';
import { openStore } from '../store/eventstoredb-engine.js';
import { at, happened, ours, phone, statesOver, store, written } from './support/history.js';

const report = (messageId: string, status: string, minute: number) =>
  happened('DeliveryReported', { messageId, status, code: '1', reportedAt: at(minute) });

/** Two phones: one is answered and told of it twice, the other's answer is given up and put back. */
const trace = [0, 9, 10, 79, 81, 6_301, 2_500_000, 1e9].map((microseconds) => ({
  phase: microseconds > 100 ? 'handle' : 'filter',
  app: 'echo',
  result: 'none',
  microseconds,
}));

const history = [
  happened('MessageReceived', { messageId: 'a', text: 'echo hi', receivedAt: at(0) }),
  happened('MessageRouted', { messageId: 'a', outcome: 'handled', app: 'echo', trace, routedAt: at(1) }),
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

/** The server that EVENTSTORE_URL names, with what others have on it, or a stand-in; what is deployed there goes again. */
const openServer = async (t: ExecutionContext) => {
  const connectionString = await connectionFor(t);
  const onServer = openServerProjections(connectionString);
  const deployed = new Set<string>();
  t.teardown(async () => {
    const client = EventStoreDBClient.connectionString(connectionString);
    for (const name of deployed) {
      await client.disableProjection(name);
      await client.deleteProjection(name, { deleteCheckpointStream: true, deleteStateStream: true });
    }
    await client.dispose();
    await onServer.close();
  });
  const deploy = (name: string, source: string) => {
    deployed.add(name);
    return onServer.deploy(name, source);
  };
  return { connectionString, onServer, deploy };
};

for (const name of ['connections', 'messages', 'traffic', 'deadletters', 'apps']) {
  test(`the runner and the server come to the same states of ${name}`, async (t) => {
    const { connectionString, onServer, deploy } = await openServer(t);
    const category = newCategory();
    const events = await openStore(t, { connectionString });
    await store(
      events,
      history.map((happening) => ({
        ...happening,
        stream: happening.stream.replace('conversation', category),
      })),
    );
    const file = written(ours(name).source.replaceAll('conversation', category), `${name}-${category}`);

    t.is(await deploy(file.name, file.source), 'created');
    t.is(await deploy(file.name, file.source), 'updated');

    const states = [...(await statesOver(events, file)).values()];
    t.true(states.length > 0);
    for (const { partition, state } of states) {
      const isSame = async () => isDeepStrictEqual(await onServer.state(file.name, partition), state);
      // A server gets there by itself, in its own time.
      await eventually(`the state of ${partition}`, 20_000, isSame).catch(() => undefined);
      t.deepEqual(await onServer.state(file.name, partition), state, partition);
    }
    t.like(
      (await onServer.status()).find((one) => one.name === file.name),
      { status: 'Running' },
    );
  });
}

test('two deploys at the same time both end well', async (t) => {
  const { connectionString, onServer, deploy } = await openServer(t);
  const other = openServerProjections(`${connectionString}&connectionName=other`);
  t.teardown(() => other.close());
  const names = ['one', 'two'].map((name) => `${name}-${newCategory()}`);
  const source = 'fromStream("none").when({ $any: (s) => s })';
  for (const _round of [1, 2, 3]) {
    const deployAll = async (by: typeof deploy) => {
      for (const name of names) await by(name, source);
    };
    await Promise.all([deployAll(deploy), deployAll((...given) => other.deploy(...given))]);
    const there = (await onServer.status()).filter(({ name }) => names.includes(name));
    t.deepEqual(
      there.map(({ status }) => status),
      ['Running', 'Running'],
    );
  }
});

needsStandIn(test)('a server that is away is told of in a sentence', async (t) => {
  const server = await startStandIn(t);
  const onServer = openServerProjections(server.connectionString, { callMs: 200 });
  t.teardown(() => onServer.close());
  server.stop();
  for (const call of [onServer.status(), onServer.state('connections', 'x'), onServer.deploy('x', '')]) {
    await t.throwsAsync(call, { instanceOf: StoreError, message: /EventStoreDB cannot be reached/ });
  }
});
