// A file of states that is damaged, or gone, under who has it open: one warning, and it is made anew.
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { rebuildProjections } from '../../src/programs/projections/rebuild.js';
import { lockStates, statesPath } from '../../src/projections/dataFolder.js';
import { runProjections } from '../../src/projections/process/projections.js';
import { StatesFile } from '../../src/projections/statesFile.js';
import { openMemoryStore } from '../../src/store/memory/open.js';
import { openDatabase } from '../../src/store/sqlite/driver.js';
import { silentLog } from '../support/log.js';
import { happened, store } from './support/history.js';
import { counting, folderOf, quickClock, until } from './support/world.js';

const running = async (t: ExecutionContext, path: string, history = 3) => {
  const events = await openMemoryStore();
  const add = (count: number) =>
    store(
      events,
      Array.from({ length: count }, (_, n) => happened('Noted', { n, text: 'x'.repeat(400) }, `a-${n}`)),
    );
  await add(history);
  const source = `fromAll().foreachStream().when({ $init: () => ({ n: 0 }), Noted: (s, e) => { s.n += 1; s.text = e.data.text; } })`;
  const folders = [folderOf(t, { 'one.js': counting, 'each.js': source })];
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_: object, message: string) => void warnings.push(message) };
  let states: StatesFile | undefined;
  const onOpen = (opened: StatesFile) => {
    states = opened;
  };
  const end = await runProjections({
    store: events,
    statesPath: path,
    folders,
    clock: quickClock,
    log,
    onOpen,
  });
  t.teardown(end);
  const isLive = () => states?.status('one')?.phase === 'live' && states.status('each')?.phase === 'live';
  const counted = () => ([...(states?.partitions('one') ?? [])][0]?.state as { n: number } | undefined)?.n;
  return { add, warnings, isLive, counted, end };
};

test('one that was damaged before is put aside with one warning', async (t) => {
  const path = join(folderOf(t), 'projections.sqlite');
  writeFileSync(path, 'this is no database '.repeat(1_000));
  const { warnings, isLive, counted } = await running(t, path);
  await until(isLive);
  t.is(counted(), 3);
  t.deepEqual(warnings, [
    'the states of the projections were damaged: they are put aside and made anew from the events',
  ]);
  t.true(readdirSync(join(path, '..')).some((name) => name.startsWith('projections.sqlite.damaged-')));
});

test('one that is deleted while they run is made anew', async (t) => {
  const path = join(folderOf(t), 'projections.sqlite');
  const { add, warnings, isLive, counted } = await running(t, path);
  await until(isLive);
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  await until(() => existsSync(path) && isLive());
  await add(1);
  await until(() => counted() === 4);
  t.deepEqual(warnings, [
    'the file of the states is gone, or another one is in its place: they are made anew',
  ]);
});

test('one that is damaged further in, which shows only while they run, is put aside too', async (t) => {
  for (const from of [4_096, 40_960]) {
    const path = join(folderOf(t), 'projections.sqlite');
    const before = await running(t, path, 500);
    await until(before.isLive);
    await before.end();
    const database = await openDatabase(path);
    database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    database.close();
    const file = openSync(path, 'r+');
    const garbage = Buffer.alloc(4_096, 0xa5);
    for (let at = from; at < statSync(path).size; at += 4_096) writeSync(file, garbage, 0, 4_096, at);
    closeSync(file);
    const { warnings, isLive, counted } = await running(t, path, 700);
    await until(() => warnings.length > 0);
    await until(() => isLive() && counted() === 700);
    t.is(warnings.length, 1);
    t.regex(warnings[0] ?? '', /were damaged/);
  }
});

test('a rebuild that nobody is at any more ends with a sentence', async (t) => {
  const data = folderOf(t);
  const states = await StatesFile.open(statesPath(data));
  t.teardown(() => states.close());
  states.begin('one', 'one.js', 'hash');
  const unlock = await lockStates(data);
  const needs = { store: await openMemoryStore(), states, data, folders: [], clock: quickClock };
  const ended = rebuildProjections(needs, ['one'], () => undefined);
  // Whoever runs them ends before it has begun.
  await until(() => states.status('one')?.rebuildAsked === true);
  unlock?.();
  await t.throwsAsync(ended, {
    name: 'RebuildBrokenOff',
    message: /The process that ran the projections has ended/,
  });

  const other = await lockStates(data);
  const replaced = rebuildProjections(needs, ['one'], () => undefined);
  await setImmediate();
  for (const suffix of ['', '-wal', '-shm']) rmSync(statesPath(data) + suffix, { force: true });
  await t.throwsAsync(replaced, { message: /deleted or replaced meanwhile/ });
  other?.();
});
