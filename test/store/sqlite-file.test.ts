import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { StoreError } from '../../src/store/port.js';
import { serialise } from '../../src/store/serialise.js';
import { openConnection } from '../../src/store/sqlite/connection.js';
import { isSafeVersion, openDatabase } from '../../src/store/sqlite/driver.js';
import { createSqliteStore, openSqliteStore } from '../../src/store/sqlite/open.js';
import { WriterThread } from '../../src/store/sqlite/writer-thread.js';
import { collect, event, events, failsWith, ids, idsOf } from './events.js';
import { newPath, openStore } from './sqlite-engine.js';

test('what is answered is on disk: WAL with synchronous=FULL', async (t) => {
  const connection = await openConnection(await newPath(t), 0);
  t.teardown(() => connection.close());
  t.is(connection.number('PRAGMA synchronous'), 2);
  t.deepEqual({ ...connection.statement('PRAGMA journal_mode').get() }, { journal_mode: 'wal' });
  t.is(connection.number('PRAGMA busy_timeout'), 0);
  t.is(connection.number('PRAGMA wal_autocheckpoint'), 4000);
});

test('an SQLite that can lose data is told from one that cannot', (t) => {
  for (const version of ['3.45.1', '3.51.2', '2.99.0', '3.9.9']) t.false(isSafeVersion(version), version);
  for (const version of ['3.51.3', '3.53.0', '3.51.10', '4.0.0']) t.true(isSafeVersion(version), version);
});

test('a store of a newer version is refused and left as it is', async (t) => {
  const path = await newPath(t);
  await (await openSqliteStore({ path })).close();
  const database = await openDatabase(path);
  // Into the file itself: else that happens whenever the last connection is collected, perhaps while this test looks.
  database.exec('PRAGMA user_version = 3; PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  const before = await readFile(path);
  const error = await failsWith(t, 'unsupported', openSqliteStore({ path }));
  t.regex(error.message, /newer version of threadless-router: its schema is 3/);
  t.false(error.retryable);
  t.deepEqual(await readFile(path), before);
});

test('a store of version 1 is opened with all that it holds, and can keep agreements from then on', async (t) => {
  const path = await newPath(t);
  const before = await openSqliteStore({ path });
  const given = events(3);
  await before.append('a-1', given);
  await before.checkpoints.save('reader', '2');
  await before.close();
  const database = await openDatabase(path);
  database.exec('DROP TABLE agreements; PRAGMA user_version = 1');
  database.close();
  const [store, other] = await Promise.all([openStore(t, { path }), openStore(t, { path })]);
  t.deepEqual(await ids(store.readAll()), idsOf(given));
  t.is(await store.checkpoints.load('reader'), '2');
  t.is(await other.agreements.read('shares'), undefined);
  const version = await store.agreements.replace('shares', 'one', 'none');
  t.deepEqual(await other.agreements.read('shares'), { text: 'one', version });
});

test('a file that is no store is refused and left as it is', async (t) => {
  const path = await newPath(t);
  const database = await openDatabase(path);
  database.exec('CREATE TABLE other (a)');
  database.close();
  const before = await readFile(path);
  await failsWith(t, 'unsupported', openSqliteStore({ path }));
  t.deepEqual(await readFile(path), before);
  const text = join(dirname(path), 'text');
  await writeFile(text, 'no database at all\n'.repeat(1000));
  await failsWith(t, 'unsupported', openSqliteStore({ path: text }));
  t.is(await readFile(text, 'utf8'), 'no database at all\n'.repeat(1000));
});

test('a store needs a file in a directory that exists', async (t) => {
  const path = await newPath(t);
  await failsWith(t, 'unavailable', openSqliteStore({ path: join(path, 'nowhere', 'events.db') }));
  await failsWith(t, 'unsupported', openSqliteStore({ path: ':memory:' }));
});

test('a full disk refuses appends, keeps nothing by half, and works again once there is room', async (t) => {
  const connection = await openConnection(await newPath(t), 0);
  const store = createSqliteStore(connection);
  t.teardown(() => store.close());
  const kept = [event()];
  await store.append('a-1', kept);
  const pages = connection.number('PRAGMA page_count') ?? 0;
  connection.database.exec(`PRAGMA max_page_count = ${pages + 4}`);
  // They share a transaction: what fits fails with what does not.
  const small = event();
  const large = events(3, { type: 'Large', data: { text: 'x'.repeat(100_000) } });
  const results = await Promise.allSettled([
    store.append('new-1', [small]),
    store.append('new-2', large),
    store.append('new-1', [event()]),
  ]);
  t.deepEqual(
    results.map((result) => result.status === 'rejected' && result.reason.code),
    Array(3).fill('unavailable'),
  );
  t.deepEqual(await ids(store.readAll()), idsOf(kept));
  connection.database.exec(`PRAGMA max_page_count = ${pages + 1000}`);
  t.is((await store.append('new-2', large, { expectedRevision: 'none' })).revision, 2n);
  t.is((await store.append('new-1', [small], { expectedRevision: 'none' })).revision, 0n);
  t.deepEqual(await ids(store.readAll()), idsOf([...kept, ...large, small]));
});

test('a writer whose file cannot be opened says so, and writes as soon as it can be', async (t) => {
  const path = await newPath(t);
  const folder = join(dirname(path), 'later');
  const writer = new WriterThread({ path: join(folder, 'events.db'), patienceMs: 0 });
  t.teardown(() => writer.close());
  const appends = [{ stream: 'a-1', events: serialise('a-1', [event()]), expectedRevision: undefined }];
  const commit = () => writer.commit({ appends, checkpoints: new Map(), replacements: [], now: 5_000 });
  await failsWith(t, 'unavailable', commit());
  await mkdir(folder);
  t.deepEqual(await commit(), {
    outcomes: [{ revision: 0n, position: '1', stored: true }],
    versions: [],
    time: 5_000,
  });
  const [refused] = (
    await writer.commit({
      appends: appends.map((append) => ({
        ...append,
        events: serialise('a-1', [event()]),
        expectedRevision: 7n,
      })),
      checkpoints: new Map(),
      replacements: [],
      now: 6_000,
    })
  ).outcomes;
  t.true(refused instanceof StoreError && refused.code === 'conflict');
});

test('of one turn of the event loop, appends that expect a revision go first', async (t) => {
  const store = await openStore(t, { path: await newPath(t) });
  await store.append('a-1', [event()]);
  const [any, other, expecting] = [event(), event(), event()];
  await Promise.all([
    store.append('a-1', [any]),
    store.append('a-1', [other]),
    store.append('a-1', [expecting], { expectedRevision: 0n }),
  ]);
  t.deepEqual((await ids(store.readStream('a-1'))).slice(1), idsOf([expecting, any, other]));
});

test('times do not go back when the clock does', async (t) => {
  const times = [5_000, 3_000, 6_000];
  const store = await openStore(t, { path: await newPath(t), now: () => times.shift() ?? 0 });
  for (const _ of [1, 2, 3]) await store.append('a-1', [event()]);
  const read = await collect(store.readAll());
  t.deepEqual(
    read.map(({ recordedAt }) => Date.parse(recordedAt)),
    [5_000, 5_000, 6_000],
  );
});

test('the file can be read with the sqlite3 shell', async (t) => {
  const path = await newPath(t);
  const store = await openStore(t, { path, now: () => Date.UTC(2026, 1, 3, 4, 5, 6, 78) });
  const cause = event().id;
  const given = event({ metadata: { $correlationId: 'job 7', $causationId: cause, schema: 2 } });
  await store.append('a-1', [given]);
  const connection = await openConnection(path, 0);
  t.teardown(() => connection.close());
  t.deepEqual(
    { ...connection.statement('SELECT * FROM event_log').get() },
    {
      position: 1,
      recorded_at: '2026-02-03T04:05:06.078Z',
      stream: 'a-1',
      revision: 0,
      type: 'Noted',
      data: '{"text":"hello"}',
      id: given.id,
      correlation_id: 'job 7',
      causation_id: cause,
      schema: 2,
      metadata: null,
    },
  );
});

test('every page of the log is searched for in an index and merged in order, never sorted', async (t) => {
  const { logQuery, streamQuery } = await import('../../src/store/sqlite/queries.js');
  const connection = await openConnection(await newPath(t), 0);
  t.teardown(() => connection.close());
  const plan = (sql: string, parameters: number): string =>
    connection
      .rows(`EXPLAIN QUERY PLAN ${sql}`, ...Array.from({ length: parameters }, () => 1))
      .map((row) => row.at(-1))
      .join('\n');
  for (const direction of ['forwards', 'backwards'] as const) {
    const plans = [
      plan(streamQuery(direction), 3),
      plan(logQuery('events', 0, direction), 3),
      plan(logQuery('events_by_type', 1, direction), 4),
      plan(logQuery('events_by_type', 3, direction), 10),
      plan(logQuery('events_by_category', 2, direction), 7),
      plan(logQuery('events_by_correlation', 1, direction), 4),
    ];
    for (const text of plans) {
      t.notRegex(text, /SCAN events/);
      t.notRegex(text, /TEMP B-TREE/);
    }
  }
});
