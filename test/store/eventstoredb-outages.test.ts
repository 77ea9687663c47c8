import { inspect } from 'node:util';
import test from 'ava';
import { StoreError } from '../../src/store/port.js';
import { StandIn } from '../eventstoredb/standIn.js';
import { eventually } from '../kannel/support/wait.js';
import { connectionFor, needsStandIn, needsWay, reachServer } from '../oneServer/server.js';
import { collect, event, events, failsWith, ids, idsOf, newCategory, pull, take } from './events.js';
import { openStore, startStandIn } from './eventstoredb-engine.js';

const onStandIn = needsStandIn(test);
const onTheWay = needsWay(test);
const patient = { appendTimeoutMs: 20_000, readTimeoutMs: 20_000 };

onStandIn('a server that restarts while appends are under way loses and repeats none', async (t) => {
  const server = await startStandIn(t);
  const store = await openStore(t, { connectionString: server.connectionString, ...patient });
  const category = newCategory();
  const given = events(60);
  const appends = given.map(async (one, index) => {
    if (index === 30) await server.restart();
    return store.append(`${category}-${index % 7}`, [one]);
  });
  t.true((await Promise.all(appends)).every(({ stored }) => stored));
  const read = await ids(store.readAll({ filter: { categories: [category] } }));
  t.is(read.length, 60);
  t.deepEqual(read.toSorted(), idsOf(given).toSorted());
});

onStandIn('a subscription goes on over a restart from the last event that was handled', async (t) => {
  const server = await startStandIn(t);
  const store = await openStore(t, { connectionString: server.connectionString, ...patient });
  const category = newCategory();
  const [before, after] = [events(100), events(100)];
  await store.append(`${category}-1`, before);
  const subscription = store.subscribe({ filter: { categories: [category] } });
  const next = pull(subscription);
  const got: string[] = [];
  const takeUntil = async (count: number) => {
    while (got.length < count) {
      const item = await next();
      if (item?.kind === 'event') got.push(item.event.id);
    }
  };
  await takeUntil(50);
  await server.restart();
  await store.append(`${category}-1`, after);
  await takeUntil(200);
  t.deepEqual(got, idsOf([...before, ...after]));
  subscription.close();
});

onTheWay('connections that drop all the time slow a subscription down and nothing else', async (t) => {
  const server = await reachServer(t);
  const store = await openStore(t, { connectionString: server.connectionString, ...patient });
  const category = newCategory();
  const given = events(300);
  const taking = take(store.subscribe({ filter: { categories: [category] } }), 300);
  for (let from = 0; from < 300; from += 100) {
    await store.append(`${category}-1`, given.slice(from, from + 100));
    server.wire.drop();
  }
  t.deepEqual(idsOf(await taking), idsOf(given));
});

onTheWay('a store waits for a server that is away when it is opened', async (t) => {
  const server = await reachServer(t);
  server.wire.refuse();
  let waited = false;
  const onWait = () => {
    waited = true;
    server.wire.accept();
  };
  const store = await openStore(t, { connectionString: server.connectionString, onWait });
  t.true(waited);
  t.true((await store.append(`${newCategory()}-1`, [event()])).stored);
});

onTheWay('a server that stays away fails the opening with a sentence', async (t) => {
  const server = await reachServer(t);
  server.wire.refuse();
  const opening = openStore(t, { connectionString: server.connectionString, connectTimeoutMs: 500 });
  const error = await failsWith(t, 'unavailable', opening);
  t.regex(error.message, /^EventStoreDB cannot be reached or does not answer\./);
});

onTheWay('a frozen server is noticed by appends, readings and checkpoints, each in its time', async (t) => {
  const server = await reachServer(t);
  const limits = { appendTimeoutMs: 600, readTimeoutMs: 600 };
  const store = await openStore(t, { connectionString: server.connectionString, ...limits });
  const stream = `${newCategory()}-1`;
  await store.append(stream, [event()]);
  server.wire.freeze();
  const given = event();
  const begun = Date.now();
  await Promise.all([
    failsWith(t, 'unavailable', store.append(stream, [given])),
    failsWith(t, 'unavailable', store.append(`${newCategory()}-1`, [event()])),
    failsWith(t, 'unavailable', collect(store.readStream(stream))),
    failsWith(t, 'unavailable', collect(store.readAll())),
    failsWith(t, 'unavailable', store.checkpoints.save(newCategory(), '1:1')),
  ]);
  t.true(Date.now() - begun < 5_000);
  server.wire.thaw();
  // What was sent to the frozen one is answered first.
  await eventually('an append', 20_000, () => store.append(stream, [given]));
  t.is((await collect(store.readStream(stream))).filter(({ id }) => id === given.id).length, 1);
});

onStandIn('appends follow the leader', async (t) => {
  const follower = await startStandIn(t);
  const leader = await StandIn.start({ log: follower.log });
  t.teardown(() => leader.close());
  const store = await openStore(t, { connectionString: follower.connectionString, ...patient });
  const stream = `${newCategory()}-1`;
  await store.append(stream, [event()]);
  follower.faults.leader = { host: '127.0.0.1', port: leader.port };
  await store.append(stream, [event()]);
  t.is(leader.faults.appends, 1);
  t.is((await collect(store.readStream(stream))).length, 2);
});

onStandIn('a cluster whose leader is lost is asked for the next one', async (t) => {
  const first = await startStandIn(t);
  const next = await StandIn.start({ log: first.log });
  t.teardown(() => next.close());
  next.faults.leader = { host: '127.0.0.1', port: first.port };
  const hosts = `127.0.0.1:${first.port},127.0.0.1:${next.port}`;
  const store = await openStore(t, { connectionString: `esdb://${hosts}?tls=false`, ...patient });
  const stream = `${newCategory()}-1`;
  const given = events(2);
  await store.append(stream, given.slice(0, 1));
  first.stop();
  next.faults.leader = undefined;
  await store.append(stream, given.slice(1));
  t.deepEqual(idsOf(await collect(store.readStream(stream))), idsOf(given));
});

onStandIn('a cluster that could not be found at first is found later', async (t) => {
  const server = await startStandIn(t);
  server.faults.noMembers = true;
  const connectionString = `esdb+discover://127.0.0.1:${server.port}?tls=false&maxDiscoverAttempts=1&discoveryInterval=10`;
  const store = await openStore(t, {
    connectionString,
    onWait: () => (server.faults.noMembers = false),
    ...patient,
  });
  const stream = `${newCategory()}-1`;
  await store.append(stream, [event()]);
  server.faults.noMembers = true;
  server.wire.drop();
  const limits = { connectionString, appendTimeoutMs: 500 };
  const other = await openStore(t, { ...limits, connectTimeoutMs: 300 }).catch((error: unknown) => error);
  t.true(other instanceof StoreError);
  server.faults.noMembers = false;
  await store.append(stream, [event()]);
  t.is((await collect(store.readStream(stream))).length, 2);
});

test.serial('readings that are left early do not use up the connection', async (t) => {
  const connectionString = await connectionFor(t);
  const store = await openStore(t, { connectionString });
  const stream = `${newCategory()}-1`;
  await store.append(stream, events(100));
  for (let count = 0; count < 250; count += 1) {
    for await (const _ of store.readStream(stream)) break;
  }
  t.is((await collect(store.readStream(stream))).length, 100);
});

test.serial(
  'stores on one connection string share a client, and closing one leaves the others',
  async (t) => {
    const connectionString = await connectionFor(t);
    const [first, second] = [
      await openStore(t, { connectionString }),
      await openStore(t, { connectionString }),
    ];
    const stream = `${newCategory()}-1`;
    const under = first.append(stream, [event()]);
    await second.close();
    await under;
    await first.append(stream, [event()]);
    t.is((await collect(first.readStream(stream))).length, 2);
  },
);

test.serial('passwords are in no error', async (t) => {
  for (const connectionString of [
    'esdb://admin:s3cret@[',
    'http://admin:s3cret@localhost',
    'esdb://admin:s3cret@127.0.0.1:1',
  ]) {
    const error = await t.throwsAsync(openStore(t, { connectionString, connectTimeoutMs: 50 }));
    t.true(error instanceof StoreError);
    t.notRegex(inspect(error, { depth: 9 }), /s3cret|admin/);
  }
});
