import { BACKWARDS, END, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import test, { type ExecutionContext } from 'ava';
import type { OpenStore } from '../../src/store/port.js';
import { needsStandIn } from '../oneServer/server.js';
import { collect, failsWith } from './events.js';
import { openStore, startStandIn } from './eventstoredb-engine.js';

// The store must hold nothing else.
const onStandIn = needsStandIn(test);

const started = async (t: ExecutionContext) => {
  const server = await startStandIn(t);
  const open = () => openStore(t, { connectionString: server.connectionString });
  const client = EventStoreDBClient.connectionString(server.connectionString);
  t.teardown(() => client.dispose());
  /** As version 0.1 keeps a text. */
  const keptFormerly = (stream: string, text: string) =>
    client.appendToStream(stream, [jsonEvent({ type: 'threadless.Noted', data: { text } })]);
  const lastOf = async (stream: string) => {
    const read = await collect(
      client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 }),
    );
    return read[0]?.event?.data as { text: string } | undefined;
  };
  return { server, client, open, keptFormerly, lastOf };
};

const textOf = async ({ agreements }: OpenStore) => (await agreements.read('workers'))?.text;

onStandIn('our texts are one event each, and no event to readers', async (t) => {
  const { client, open } = await started(t);
  const store = await open();
  for (let count = 0; count < 5; count += 1) await store.checkpoints.save('a-lane', `${count}:${count}`);
  await store.agreements.replace('who', 'me', 'none');
  await store.heartbeats.replace('me', 'alive', 'none');
  t.deepEqual(await collect(store.readAll()), []);
  t.deepEqual(await collect(store.readAll({ filter: { categories: ['threadless.checkpoints.a'] } })), []);
  const kept = client.readStream('threadless.checkpoints.a%2Dlane', {
    direction: BACKWARDS,
    fromRevision: END,
  });
  t.is((await collect(kept)).length, 1);
});

onStandIn('a text that is replaced costs one record, also where everything is linked', async (t) => {
  const { server, open } = await started(t);
  server.startStandardProjections();
  const { checkpoints, agreements, heartbeats } = await open();
  await checkpoints.save('lane', '1:1');
  const agreed = await agreements.replace('who', 'me', 'none');
  const alive = await heartbeats.replace('me', '1', 'none');
  const before = server.log.all.length;

  await checkpoints.save('lane', '2:2');
  await agreements.replace('who', 'you', agreed);
  await heartbeats.replace('me', '2', alive);

  t.is(server.log.all.length, before + 3);
});

onStandIn('names stay apart, whatever is in them', async (t) => {
  const { checkpoints } = await (await started(t)).open();
  const names = ['a-b', 'a%2Db', 'a.b', 'a%b', 'a b'];
  for (const name of names) await checkpoints.save(name, `of ${name}`);
  for (const name of names) t.is(await checkpoints.load(name), `of ${name}`);
});

onStandIn('a checkpoint of an earlier version is gone on from until there is a new one', async (t) => {
  const { open, keptFormerly } = await started(t);
  await keptFormerly('threadless.checkpoints-outbound-kannel', '7:7');
  const { checkpoints } = await open();
  t.is(await checkpoints.load('outbound-kannel'), '7:7');
  await checkpoints.save('outbound-kannel', '8:8');
  await keptFormerly('threadless.checkpoints-outbound-kannel', '9:9');
  t.is(await checkpoints.load('outbound-kannel'), '8:8');
});

onStandIn('an agreement of an earlier version is gone on from, and that version is shut out', async (t) => {
  const { open, keptFormerly, lastOf } = await started(t);
  const former = 'threadless.agreements-workers';
  await keptFormerly(former, '{"format":1,"shares":8}');
  const [store, other] = [await open(), await open()];
  const before = await store.agreements.read('workers');
  t.is(before?.text, '{"format":1,"shares":8}');
  const expected = before?.version ?? '';

  // What an earlier version agrees on meanwhile counts.
  await keptFormerly(former, '{"format":1,"shares":9}');
  await failsWith(t, 'conflict', store.agreements.replace('workers', 'new', expected));
  await failsWith(t, 'conflict', store.agreements.replace('workers', 'new', 'none'));
  const again = (await other.agreements.read('workers'))?.version ?? '';
  await other.agreements.replace('workers', 'new', again);

  t.is(await textOf(store), 'new');
  t.is((await lastOf(former))?.text, '{"format":"moved"}');
  await failsWith(t, 'conflict', store.agreements.replace('workers', 'newer', again));
});

onStandIn('an agreement that begins now shuts earlier versions out as well', async (t) => {
  const { open, lastOf } = await started(t);
  await (await open()).agreements.replace('workers', 'new', 'none');
  t.is((await lastOf('threadless.agreements-workers'))?.text, '{"format":"moved"}');
});

onStandIn('of several who go on from the same agreement of an earlier version, one is first', async (t) => {
  const { open, keptFormerly } = await started(t);
  await keptFormerly('threadless.agreements-workers', '0');
  const stores = await Promise.all(Array.from({ length: 6 }, open));
  const countUp = async ({ agreements }: OpenStore): Promise<string> => {
    for (;;) {
      const before = await agreements.read('workers');
      try {
        return await agreements.replace('workers', `${Number(before?.text) + 1}`, before?.version ?? 'none');
      } catch (error) {
        t.like(error, { code: 'conflict' });
      }
    }
  };
  const versions = await Promise.all(stores.map(countUp));
  t.is(new Set(versions).size, 6);
  t.is(await textOf(await open()), '6');
});

onStandIn('who finds an agreement half moved moves it whole', async (t) => {
  const { client, open } = await started(t);
  const note = jsonEvent({ type: 'threadless.Noted', data: { text: '{"format":"moved"}', moved: 'first' } });
  await client.appendToStream('threadless.agreements-workers', [note]);
  const [store, other] = [await open(), await open()];
  const before = await store.agreements.read('workers');
  t.is(before?.text, 'first');
  const version = await store.agreements.replace('workers', 'second', before?.version ?? '');
  t.deepEqual(await other.agreements.read('workers'), { text: 'second', version });
  await failsWith(t, 'conflict', other.agreements.replace('workers', 'other', before?.version ?? ''));
});

onStandIn('what someone else writes into one of these streams is no text, and is replaced', async (t) => {
  const { client, open } = await started(t);
  const store = await open();
  const first = await store.agreements.replace('workers', 'ours', 'none');
  await client.appendToStream(
    'threadless.agreements.workers',
    jsonEvent({ type: 'Foo', data: [1] as never }),
  );
  await failsWith(t, 'conflict', store.agreements.replace('workers', 'stale', first));
  const { version } = (await store.agreements.read('workers')) ?? { version: 'none' };
  await store.agreements.replace('workers', 'anew', version);
  t.is(await textOf(store), 'anew');
  await failsWith(t, 'conflict', store.agreements.replace('workers', 'again', 'none'));
});
