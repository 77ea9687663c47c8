import test from 'ava';
import { openConnection } from '../../src/store/sqlite/connection.js';
import { ended, startChild, told } from './child.js';
import { collect, event, failsWith, ids, idsOf, take } from './events.js';
import { newPath, openStore } from './sqlite-engine.js';

test('two processes that write one file both see every event once, in one order', async (t) => {
  const path = await newPath(t);
  const store = await openStore(t, { path });
  const seen = take(store.subscribe(), 450);
  const children = ['one', 'two'].map((name) => startChild(t, 'subscriber-child', path, name, '150', '450'));
  const reports = Promise.all(children.map(told));
  for (let index = 0; index < 150; index += 1) await store.append(`three-${index % 5}`, [event()]);
  const order = idsOf(await seen);
  t.is(new Set(order).size, 450);
  t.deepEqual(await reports, [order, order]);
  t.deepEqual(await ids(store.readAll()), order);
});

test('a revision is checked against what another process appended', async (t) => {
  const path = await newPath(t);
  const [one, two] = [await openStore(t, { path }), await openStore(t, { path })];
  await one.append('a-1', [event()]);
  await two.append('a-1', [event()], { expectedRevision: 0n });
  await failsWith(t, 'conflict', one.append('a-1', [event()], { expectedRevision: 0n }));
  t.is((await one.append('a-1', [event()], { expectedRevision: 1n })).revision, 2n);
  t.is((await two.append('a-1', [event()])).revision, 3n);
});

test('a store can be opened while another process writes', async (t) => {
  const path = await newPath(t);
  const child = startChild(t, 'writer-child', path, 'child');
  await told(child);
  for (let count = 0; count < 5; count += 1) {
    const store = await openStore(t, { path });
    t.true((await store.append('parent-1', [event()])).stored);
    await store.close();
  }
  t.is(child.exitCode, null);
});

test('processes that create a store at the same time share it', async (t) => {
  const path = await newPath(t);
  const children = ['one', 'two', 'three'].map((name) => startChild(t, 'writer-child', path, name, '20'));
  await Promise.all(children.map(ended));
  t.deepEqual(
    children.map(({ exitCode }) => exitCode),
    [0, 0, 0],
  );
  const store = await openStore(t, { path });
  t.is((await collect(store.readAll())).length, 60);
});

for (const round of [1, 2, 3]) {
  test(`nothing acknowledged is lost when writers are killed: ${round}`, async (t) => {
    const path = await newPath(t);
    const children = ['one', 'two'].map((name) => startChild(t, 'writer-child', path, name));
    const acknowledged: string[] = [];
    await new Promise<void>((resolve) => {
      for (const child of children) {
        child.on('message', (id: string) => {
          acknowledged.push(id);
          if (acknowledged.length === round * 150) resolve();
        });
      }
    });
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(children.map(ended));
    const store = await openStore(t, { path });
    const stored = new Set(await ids(store.readAll()));
    t.deepEqual(
      acknowledged.filter((id) => !stored.has(id)),
      [],
    );
    t.true((await store.append('after-1', [event()])).stored);
    await store.close();
    const connection = await openConnection(path, 0);
    t.teardown(() => connection.close());
    t.deepEqual(connection.database.prepare('PRAGMA integrity_check').all().map(Object.values), [['ok']]);
  });
}

test('a store locked by another process is unavailable, and works again afterwards', async (t) => {
  const path = await newPath(t);
  const store = await openStore(t, { path, patienceMs: 20 });
  await store.append('a-1', [event()]);
  const child = startChild(t, 'lock-child', path);
  t.is(await told(child), 'locked');
  const refused = [event(), event()];
  const errors = await Promise.all(
    refused.map((one) => failsWith(t, 'unavailable', store.append('a-1', [one]))),
  );
  t.true(errors.every(({ retryable }) => retryable));
  t.is((await collect(store.readAll())).length, 1, 'reading goes on meanwhile');
  const released = told(child);
  child.send('release');
  await released;
  for (const one of refused) t.true((await store.append('a-1', [one])).stored);
  t.deepEqual((await ids(store.readAll())).slice(1), idsOf(refused));
});

test('an agreement waits for the lock of another process without stopping the event loop', async (t) => {
  const path = await newPath(t);
  const store = await openStore(t, { path, patienceMs: 30_000 });
  const child = startChild(t, 'lock-child', path);
  await told(child);
  const agreed = store.agreements.replace('shares', 'one', 'none');
  let turns = 0;
  while (turns < 20) {
    await new Promise((resolve) => setImmediate(resolve));
    turns += 1;
  }
  t.is(await store.agreements.read('shares'), undefined);
  child.send('release');
  const version = await agreed;
  t.deepEqual(await store.agreements.read('shares'), { text: 'one', version });
});

test('an append waits for a lock that is released in time', async (t) => {
  const path = await newPath(t);
  const store = await openStore(t, { path, patienceMs: 30_000 });
  const child = startChild(t, 'lock-child', path);
  await told(child);
  const appended = store.append('a-1', [event()]);
  child.send('release');
  t.true((await appended).stored);
});
