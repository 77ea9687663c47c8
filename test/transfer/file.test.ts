import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { startRouter } from '../../src/main/index.js';
import { exportStore } from '../../src/programs/export.js';
import { StoreInUse } from '../../src/programs/idleFolder.js';
import { importStore } from '../../src/programs/import.js';
import { createMemoryStore } from '../../src/store/memory/open.js';
import { lockFile } from '../../src/store/sqlite/lock.js';
import { readRemains } from '../../src/transfer/begun.js';
import { event, ids } from '../store/events.js';
import { openStore } from '../store/sqlite-engine.js';
import { exported, failsWith, fill, inPieces, newFolder } from './support.js';

const sources = (data: string) => ({ env: {}, overrides: { data, log: { level: 'silent' } } });

const filled = async (t: ExecutionContext, count = 50): Promise<string> => {
  const data = await newFolder(t);
  const store = await openStore(t, { path: join(data, 'events.sqlite') });
  await fill(store, count);
  await store.close();
  return data;
};

test('an export is for its owner only, and takes its name when it is complete', async (t) => {
  const data = await filled(t);
  const to = join(data, 'x.ndjson');
  await exportStore({ to }, sources(data));
  t.is(statSync(to).mode & 0o777, 0o600);
  t.false(readdirSync(data).includes('x.ndjson.part'));
  const error = await failsWith(t, 'exists', exportStore({ to }, sources(data)));
  t.true(error.message.includes(to));
});

test('an export cut at any byte is gone on with to the same end', async (t) => {
  const data = await filled(t, 4);
  const to = join(data, 'x.ndjson');
  await exportStore({ to }, sources(data));
  const whole = readFileSync(to);
  const header = whole.indexOf('\n') + 1;
  for (let length = 0; length <= whole.length; length += 113) {
    const again = join(data, `${length}.ndjson`);
    writeFileSync(`${again}.part`, whole.subarray(0, length));
    await exportStore({ to: again, resume: true }, sources(data));
    const bytes = readFileSync(again);
    // A header that was cut is written anew, with a new date.
    if (length >= header) t.deepEqual(bytes, whole, `cut at ${length}`);
    const target = await newFolder(t);
    t.is((await importStore({ from: again }, sources(target))).before, 0);
  }
  const last = join(data, 'last.ndjson');
  writeFileSync(`${last}.part`, whole);
  await exportStore({ to: last, resume: true }, sources(data));
  t.deepEqual(readFileSync(last), whole);
});

test('a file is compared with what a store has, and read no more for an empty one', async (t) => {
  const data = await filled(t, 1_500);
  const [from, target] = [join(data, 'x.ndjson'), await newFolder(t)];
  await exportStore({ to: from }, sources(data));
  const phases = async (): Promise<readonly string[]> => {
    const done = new Set<string>();
    await importStore({ from, onProgress: ({ doing }) => void done.add(doing) }, sources(target));
    return [...done];
  };
  t.deepEqual(await phases(), ['checking', 'importing']);
  t.deepEqual(await phases(), ['checking', 'comparing', 'importing']);
});

test('an export that was cut is not written over without --resume', async (t) => {
  const data = await filled(t);
  const to = join(data, 'x.ndjson');
  writeFileSync(`${to}.part`, 'precious');
  const error = await failsWith(t, 'exists', exportStore({ to }, sources(data)));
  t.regex(error.message, /x\.ndjson\.part .*--resume/);
  t.is(readFileSync(`${to}.part`, 'utf8'), 'precious');
});

test('an export is gone on with from the store that it was begun from, and no other', async (t) => {
  const [data, other] = [await filled(t), await filled(t)];
  const to = join(data, 'x.ndjson');
  const whole = await exported(await openStore(t, { path: join(other, 'events.sqlite') }));
  writeFileSync(`${to}.part`, whole.subarray(0, whole.length / 2));
  const error = await failsWith(t, 'mismatch', exportStore({ to, resume: true }, sources(data)));
  t.regex(error.message, /another store/);
});

test('a stream that is left out is nowhere in the export, and in no import of it', async (t) => {
  const data = await filled(t);
  const [to, target] = [join(data, 'x.ndjson'), await newFolder(t)];
  const stream = 'conversation-http:3';
  await exportStore({ to, omit: [stream] }, sources(data));
  t.false(readFileSync(to, 'utf8').includes(stream));
  await importStore({ from: to }, sources(target));
  const store = await openStore(t, { path: join(target, 'events.sqlite') });
  t.deepEqual(await ids(store.readStream(stream)), []);
  t.not((await ids(store.readStream('conversation-http:4'))).length, 0);
});

test('a stream to leave out that is not there is told before anything is written', async (t) => {
  const data = await filled(t);
  const to = join(data, 'x.ndjson');
  const error = await failsWith(
    t,
    'missing',
    exportStore({ to, omit: ['conversation-http:33'] }, sources(data)),
  );
  t.regex(error.message, /no stream conversation-http:33/);
  await exportStore({ to, omit: ['conversation-http:3'] }, sources(data));
});

test('an export is not gone on with for other streams than it was begun for', async (t) => {
  const store = createMemoryStore();
  await fill(store, 20);
  const bytes = await exported(store);
  await failsWith(t, 'mismatch', readRemains(inPieces(bytes), ['conversation-http:1']));
  await failsWith(t, 'mismatch', readRemains(inPieces(bytes), ['conversation-http:other']));
});

test('a file that is not whole is refused before there is even a store', async (t) => {
  const data = await filled(t);
  const [to, target] = [join(data, 'x.ndjson'), join(await newFolder(t), 'new')];
  await exportStore({ to }, sources(data));
  const whole = readFileSync(to);
  const cut = join(data, 'cut.ndjson');
  writeFileSync(cut, whole.subarray(0, whole.length - 100));
  const error = await failsWith(t, 'truncated', importStore({ from: cut }, sources(target)));
  t.regex(error.message, /cut\.ndjson: .* line \d+.*Nothing was imported/);
  const altered = join(data, 'altered.ndjson');
  writeFileSync(altered, whole.toString().replace('no. 7', 'no. 8'));
  await failsWith(t, 'altered', importStore({ from: altered }, sources(target)));
  await failsWith(t, 'unreadable', importStore({ from: join(data, 'nowhere') }, sources(target)));
  t.throws(() => readdirSync(target), { code: 'ENOENT' });
});

test('a pipe that ends early tells what was imported, and the rest comes with the next', async (t) => {
  const data = await filled(t, 500);
  const target = await newFolder(t);
  const store = await openStore(t, { path: join(data, 'events.sqlite') });
  const whole = await exported(store);
  const cut = inPieces(whole.subarray(0, whole.length - 10_000));
  const error = await failsWith(t, 'truncated', importStore({ from: cut }, sources(target)));
  t.regex(error.message, /line \d+.*[1-9]\d* events are imported\. Import it again/);
  const { before } = await importStore({ from: inPieces(whole) }, sources(target));
  t.true(before > 0);
  const copy = await openStore(t, { path: join(target, 'events.sqlite') });
  t.deepEqual(await ids(copy.readAll()), await ids(store.readAll()));
});

test('a folder whose router runs is exported from, a consistent beginning, and not imported to', async (t) => {
  const data = await newFolder(t);
  const router = await startRouter({ ...sources(data), listen: false });
  t.teardown(() => router.stop());
  const writing = await openStore(t, { path: join(data, 'events.sqlite') });
  await fill(writing, 200);
  const to = join(data, 'x.ndjson');
  const busy = Array.from({ length: 200 }, () => writing.append('busy-1', [event()]));
  await exportStore({ to }, sources(data));
  await Promise.all(busy);
  const error = await t.throwsAsync(importStore({ from: to }, sources(data)), { instanceOf: StoreInUse });
  t.regex(error.message, /A router runs on the data folder/);
  const target = await newFolder(t);
  await importStore({ from: to }, sources(target));
  const copied = await ids((await openStore(t, { path: join(target, 'events.sqlite') })).readAll());
  t.true(copied.length > 200);
  t.deepEqual(copied, (await ids(writing.readAll())).slice(0, copied.length));
});

test('a folder in which any one router holds its name is not imported to, until that is free', async (t) => {
  const [data, target] = [await filled(t), await newFolder(t)];
  const to = join(data, 'x.ndjson');
  await exportStore({ to }, sources(data));
  mkdirSync(join(target, 'nodes'));
  const release = await lockFile(join(target, 'nodes', 'worker-1.lock'));
  await t.throwsAsync(importStore({ from: to }, sources(target)), { instanceOf: StoreInUse });
  release();
  t.is((await importStore({ from: to }, sources(target))).before, 0);
});

test('a store that ends with the process is neither exported nor imported to', async (t) => {
  const memory = { env: {}, overrides: { eventStore: { engine: 'memory' } } };
  await t.throwsAsync(exportStore({ to: 'x' }, memory), { message: /eventStore\.engine.*memory/ });
  await t.throwsAsync(importStore({ from: 'x' }, memory), { message: /eventStore\.engine.*memory/ });
  const nowhere = await newFolder(t);
  await t.throwsAsync(exportStore({ to: 'x' }, sources(nowhere)), { message: /there is no store at/ });
});
