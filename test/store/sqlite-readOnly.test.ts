// A store that is looked at, and nothing in its folder is changed.
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { isLocked, lockFile } from '../../src/store/sqlite/lock.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { openStoreFile } from '../../src/store/sqlite/readOnly.js';
import { collect, event, events, failsWith } from './events.js';

const folderOf = (t: ExecutionContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'threadless-read-only-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const contents = (folder: string) =>
  readdirSync(folder).map((name) => [
    name,
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex'),
  ]);

test('what is there is told, nothing is changed, and nothing can be written', async (t) => {
  const folder = folderOf(t);
  const path = join(folder, 'events.sqlite');
  const store = await openSqliteStore({ path });
  await store.append('a-1', events(3));
  await store.checkpoints.save('reader', '2');
  await store.agreements.replace('workers', 'text', 'none');
  await store.close();
  const before = contents(folder);
  const file = await openStoreFile(path);
  if (file === undefined) return t.fail();
  t.is(file.length, 3);
  t.deepEqual([...file.checkpoints], [['reader', '2']]);
  t.is(file.check(), undefined);
  t.is((await collect(file.store.readAll())).length, 3);
  t.is((await file.store.agreements.read('workers'))?.text, 'text');
  await failsWith(t, 'unavailable', file.store.append('a-1', [event()]));
  await file.store.close();
  t.deepEqual(contents(folder), before);
});

test('beside a writer it sees what was stored last, and holds nobody up', async (t) => {
  const path = join(folderOf(t), 'events.sqlite');
  const store = await openSqliteStore({ path });
  t.teardown(() => store.close());
  await store.append('a-1', events(2));
  const file = await openStoreFile(path);
  await store.append('a-1', [event()]);
  t.is((await collect(file?.store.readStream('a-1') ?? (async function* () {})())).length, 3);
  await file?.store.close();
  await store.append('a-1', [event()]);
});

test('a log that nobody has read in is read, and its index is left as it is', async (t) => {
  const [folder, copy] = [folderOf(t), folderOf(t)];
  const store = await openSqliteStore({ path: join(folder, 'events.sqlite') });
  t.teardown(() => store.close());
  await store.append('a-1', events(3));
  // As whoever works on it left it when the power went.
  cpSync(folder, copy, { recursive: true });
  const before = contents(copy);
  t.deepEqual(
    before.map(([name]) => name),
    ['events.sqlite', 'events.sqlite-shm', 'events.sqlite-wal'],
  );
  const file = await openStoreFile(join(copy, 'events.sqlite'));
  t.is(file?.length, 3);
  await file?.store.close();
  t.deepEqual(contents(copy), before);
});

test('a file with nothing in it is none', async (t) => {
  const path = join(folderOf(t), 'events.sqlite');
  writeFileSync(path, '');
  t.is(await openStoreFile(path), undefined);
  t.is(readFileSync(path).length, 0);
});

test('whether a lock is held is found without taking it', async (t) => {
  const path = join(folderOf(t), 'name.lock');
  t.false(await isLocked(path));
  const release = await lockFile(path);
  t.true(await isLocked(path));
  release();
  t.false(await isLocked(path));
  const again = await lockFile(path);
  again();
});

test('of a lock that is a folder it cannot be told whether it is held', async (t) => {
  const error = await t.throwsAsync(isLocked(folderOf(t)), { name: 'StoreError' });
  t.like(error, { code: 'unavailable', reason: 'no-access' });
  t.regex(error?.message ?? '', /cannot be told: it is a folder/);
});
