import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { ProjectionRun } from '../../src/projections/run.js';
import { StatesFile } from '../../src/projections/statesFile.js';
import { openMemoryStore } from '../../src/store/memory/open.js';
import { openDatabase } from '../../src/store/sqlite/driver.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { ended, startChild, told } from '../store/child.js';
import { silentLog } from '../support/log.js';
import { at, type Happening, happened, ours, phone, statesOver, store, written } from './support/history.js';
import { counting, folderOf, quickClock, until } from './support/world.js';

const noted = (n: number, stream = `a-${n % 3}`): Happening => happened('Noted', { n }, stream);
const many = (count: number): Happening[] => Array.from({ length: count }, (_, n) => noted(n));

const openRun = async (source: string, path = ':memory:') => {
  const events = await openMemoryStore();
  const states = await StatesFile.open(path);
  const rebuilt: string[] = [];
  const log = { ...silentLog, info: (_: object, message: string) => void rebuilt.push(message) };
  const needs = { store: events, states, clock: quickClock, log };
  const run = (changed = source) => new ProjectionRun(written(changed), needs);
  const status = () => states.status('test');
  return { events, states, run, status, rebuilt };
};

test('a run catches up, then follows what comes', async (t) => {
  const { events, states, run, status } = await openRun(counting);
  await store(events, many(3));
  const running = run();
  running.start();
  await running.settled;
  t.like(status(), { phase: 'live', events: 3 });
  await store(events, many(2));
  await until(() => status()?.events === 5);
  t.like([...states.partitions('test')][0]?.state, { n: 5, types: { Noted: 5 } });
  await running.stop();
});

test('it goes on where it was, in an order of restarts that no one chose', async (t) => {
  const phones = fc.constantFrom(phone('1'), phone('2'), phone('3'));
  const messages = fc.array(fc.tuple(phones, fc.constantFrom('delivered', 'buffered', undefined)), {
    maxLength: 12,
  });
  const chunks = fc.array(messages, { minLength: 1, maxLength: 4 });
  const name = fc.constantFrom('connections', 'messages', 'traffic', 'deadletters', 'apps');
  let nth = 0;
  const folder = folderOf(t);
  await fc.assert(
    fc.asyncProperty(chunks, name, async (parts, projection) => {
      nth += 1;
      const path = join(folder, `${nth}.sqlite`);
      const events = await openMemoryStore();
      for (const [part, texts] of parts.entries()) {
        const history = texts.flatMap(([stream, status], index) => {
          const messageId = `${part % 2}-${index}`;
          return [
            happened('MessageSent', { messageId, text: 'hi', sentAt: at(index) }, stream),
            status === undefined
              ? happened('MessageAbandoned', { messageId, code: 'rejected', abandonedAt: at(index) }, stream)
              : happened('DeliveryReported', { messageId, status, reportedAt: at(index) }, stream),
          ];
        });
        await store(events, history);
        await statesOver(events, ours(projection), path);
      }
      const atOnce = await statesOver(events, ours(projection));
      t.deepEqual(await statesOver(events, ours(projection), path), atOnce);
      await events.close();
    }),
    { numRuns: 40 },
  );
});

test('after kill -9 the states are those of the events up to its mark', async (t) => {
  const folder = folderOf(t);
  const [path, statesPath] = [join(folder, 'events.sqlite'), join(folder, 'projections.sqlite')];
  const events = await openSqliteStore({ path });
  const batch = Array.from({ length: 200 }, (_, n) => n);
  for (let round = 0; round < 40; round += 1)
    await Promise.all(batch.map((n) => store(events, [noted(n, `a-${round * 200 + n}`)])));
  await events.close();
  let folded = 0;
  for (let kills = 0; kills < 4; kills += 1) {
    const child = startChild(t, '../projections/folding-child', path, statesPath, counting);
    await told(child);
    child.kill('SIGKILL');
    await ended(child);
    const states = await StatesFile.open(statesPath);
    const status = states.status('test');
    const [state] = [...states.partitions('test')];
    t.is((state?.state as { n: number } | undefined)?.n ?? 0, status?.events ?? 0);
    t.true((status?.events ?? 0) >= folded);
    folded = status?.events ?? 0;
    states.close();
  }
  const again = await openSqliteStore({ path });
  const all = await statesOver(again, written(counting), statesPath);
  t.like(all.get('')?.state, { n: 8_000 });
  await again.close();
});

test('a changed file is rebuilt from nothing, an unchanged one is not', async (t) => {
  const path = join(folderOf(t), 'states.sqlite');
  const { events, states, run, rebuilt } = await openRun(counting, path);
  await store(events, many(4));
  for (const [source, times] of [
    [counting, 0],
    [counting, 0],
    [`${counting}\n`, 1],
  ] as const) {
    const running = run(source);
    running.start();
    await running.settled;
    await running.stop();
    t.is(rebuilt.length, times);
    t.like([...states.partitions('test')][0]?.state, { n: 4 });
  }
});

test('while it is rebuilt its former states are shown, those of another store never', async (t) => {
  const { events, states } = await openRun(counting);
  const needs = { store: events, states, clock: quickClock, log: silentLog };
  const kept = (n: number) => ({
    changed: [{ partition: '', state: JSON.stringify({ n }) }],
    shared: undefined,
    position: '1',
    last: { position: '1', id: 'one', recordedAt: at(0) },
    events: 1,
  });
  const shown = () => [...states.partitions('test')].map(({ state }) => (state as { n: number }).n);
  states.begin('test', 'test.js', 'first');
  states.keep('test', kept(1));
  t.deepEqual([shown(), states.status('test')?.serves], [[1], 'incomplete']);
  states.complete('test');
  t.is(states.status('test')?.serves, 'complete');

  states.begin('test', 'test.js', 'second');
  states.keep('test', kept(2));
  t.deepEqual([shown(), states.status('test')?.serves], [[1], 'former']);
  t.is(states.madeState('test', ''), '{"n":2}');
  // Begun a third time before the second was complete: the first goes on.
  states.begin('test', 'test.js', 'third');
  t.deepEqual([shown(), states.state('test', '')], [[1], '{"n":1}']);
  states.keep('test', kept(3));
  states.complete('test');
  t.deepEqual(shown(), [3]);

  states.begin('test', 'test.js', 'fourth', { former: 'dropped' });
  t.deepEqual([shown(), states.status('test')?.serves], [[], 'incomplete']);

  await store(events, many(4));
  const run = new ProjectionRun(written(counting), needs);
  run.start();
  await run.settled;
  await run.stop();
  t.deepEqual([shown(), states.status('test')?.serves], [[4], 'complete']);
});

test('a store that does not have what was folded last is another one: it begins anew', async (t) => {
  const path = join(folderOf(t), 'states.sqlite');
  for (const count of [7, 3, 5]) {
    const events = await openMemoryStore();
    await store(events, many(count));
    const states = await statesOver(events, written(counting), path);
    t.like(states.get('')?.state, { n: count });
  }
});

test('the event that a projection cannot take stops it there, with everything before it kept', async (t) => {
  const source = `fromAll().when({ $init: () => ({ n: 0 }), Noted: (s, e) => {
    if (e.data.n === 5) throw new Error('five');
    s.n += 1; } })`;
  const { events, states, run, status } = await openRun(source);
  await store(events, many(9));
  const running = run();
  running.start();
  await running.settled;
  t.like(status(), { phase: 'stopped', events: 5 });
  t.regex(status()?.fault ?? '', /test\.js:2:31: five \(Noted \S+ in a-2\)/);
  t.like([...states.partitions('test')][0]?.state, { n: 5 });

  const mended = run(source.replace("throw new Error('five')", 's.n += 0'));
  mended.start();
  await mended.settled;
  t.like(status(), { phase: 'live', events: 9 });
  await mended.stop();
});

test('an endless loop stops its projection with file, line and event', async (t) => {
  const source = `fromAll().when({ Noted: (s, e) => {
    let n = e.data.n;
    while (n === 2) n = Math.abs(n);
  } })`;
  const { events, run, status } = await openRun(source);
  await store(events, many(4));
  const running = run();
  running.start();
  await running.settled;
  t.like(status(), { phase: 'stopped', events: 2 });
  t.regex(status()?.fault ?? '', /test\.js:3: it takes longer than 250 ms \(Noted \S+ in a-2\)/);
});

test('a projection of streams reads those streams only, and keeps its place past what it does not read', async (t) => {
  const source = `fromStreams('a-1', 'b-1').when({ $init: () => ({ n: 0 }), $any: (s) => { s.n += 1; } })`;
  const { events, states, run, status } = await openRun(source);
  await store(events, [noted(1), noted(1, 'b-1'), noted(2), noted(2), noted(1, 'c-1')]);
  const running = run();
  running.start();
  await running.settled;
  await running.stop();
  t.like([...states.partitions('test')][0]?.state, { n: 2 });
  t.is(status()?.events, 2);
});

test('a state that is not in memory is taken from the file', async (t) => {
  const source = `fromAll().foreachStream().when({ $init: () => ({ n: 0 }), $initShared: () => ({ n: 0 }),
    Noted: (s) => { s[0].n += 1; s[1].n += 1; s[0].all = s[1].n; } })`;
  const path = join(folderOf(t), 'states.sqlite');
  const events = await openMemoryStore();
  for (const all of [3, 6]) {
    await store(events, many(3));
    const states = await statesOver(events, written(source), path);
    t.like(states.get('a-2')?.state, { n: all / 3, all });
  }
});

test('states that another version kept are dropped and made again', async (t) => {
  const path = join(folderOf(t), 'states.sqlite');
  const events = await openMemoryStore();
  await store(events, many(3));
  await statesOver(events, written(counting), path);
  const database = await openDatabase(path);
  database.exec(
    'DROP VIEW states; DROP TABLE states_1; ALTER TABLE projections DROP COLUMN fault; PRAGMA user_version = 999',
  );
  database.close();
  t.like((await statesOver(events, written(counting), path)).get('')?.state, { n: 3 });
});

test('a file of something else is left as it is', async (t) => {
  const path = join(folderOf(t), 'notes.sqlite');
  const database = await openDatabase(path);
  database.exec('CREATE TABLE projections (mine TEXT)');
  await t.throwsAsync(StatesFile.open(path), { name: 'StoreError', code: 'unsupported' });
  database.exec("INSERT INTO projections (mine) VALUES ('kept')");
  database.close();
});
