import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { RecordedEvent } from '../../src/domain/event.js';
import { loadApps } from '../../src/main/apps.js';
import { loadConfig } from '../../src/main/config/load.js';
import { storeFile } from '../../src/main/dataFolder.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { apps, originsOf } from './apps.js';
import { FolderInUse, writeHistory } from './folder.js';
import { madeInMemory } from './support/made.js';

const options = { seed: 8, events: 3_000 };

const folderOf = async (t: ExecutionContext): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'threadless-history-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  await writeHistory(folder, options);
  return folder;
};

const collect = async (events: AsyncIterable<RecordedEvent>): Promise<readonly RecordedEvent[]> => {
  const collected: RecordedEvent[] = [];
  for await (const event of events) collected.push(event);
  return collected;
};

const stored = async (folder: string): Promise<readonly RecordedEvent[]> => {
  const store = await openSqliteStore({ path: storeFile({ data: folder }) });
  try {
    return await collect(store.readAll());
  } finally {
    await store.close();
  }
};

test('two folders of one seed hold the same, places and times of recording included', async (t) => {
  const [one, other] = [await stored(await folderOf(t)), await stored(await folderOf(t))];
  t.is(one.length, options.events);
  t.deepEqual(one, other);
});

test('the file holds what any other engine is given', async (t) => {
  const memory = await madeInMemory(options);
  t.deepEqual(await stored(await folderOf(t)), await collect(memory.readAll()));
});

test('one clock was set back, and one was ahead: what is recorded never goes back, what routers tell does', async (t) => {
  const events = await stored(await folderOf(t));
  const recorded = events.map(({ recordedAt }) => recordedAt);
  t.deepEqual(recorded, recorded.toSorted());
  const told = events.flatMap(({ data }) => (data as { receivedAt?: string }).receivedAt ?? []);
  const leaps = told.slice(1).map((at, index) => Date.parse(at) - Date.parse(told[index] ?? at));
  t.true(Math.min(...leaps) < -3 * 3_600_000);
  // While the clock that was ahead is waited for, everything is recorded at the same time.
  t.true(recorded.some((at, index) => at === recorded[index + 20]));
});

test('the indexes that were left out while it was written are there again', async (t) => {
  const folder = await folderOf(t);
  const store = await openSqliteStore({ path: storeFile({ data: folder }) });
  t.teardown(() => store.close());
  const [first] = await collect(store.readAll({ filter: { types: ['MessageRequeued'] }, maxCount: 1 }));
  t.is(first?.type, 'MessageRequeued');
});

test('a folder that has a store is left as it is', async (t) => {
  const folder = await folderOf(t);
  const error = await t.throwsAsync(writeHistory(folder, options), { instanceOf: FolderInUse });
  t.is(error?.message, `There is a store in ${folder} already. Name a folder without one, or delete it.`);
  t.is((await stored(folder)).length, options.events);
});

test('the configuration names the apps that decided, as the last start of a router told of them', async (t) => {
  const folder = await folderOf(t);
  const env = { THREADLESS_CONFIG: join(folder, 'config.yaml'), THREADLESS_DATA: folder };
  const config = loadConfig({ env });
  const loaded = await loadApps(config.apps, config);
  t.deepEqual(
    loaded.map(({ app }) => app.name),
    apps.map(({ name }) => name),
  );
  const hashes = (origins: readonly { name: string; sha256?: string }[]) =>
    origins.map(({ name, sha256 }) => [name, sha256]);
  t.deepEqual(hashes(loaded.map(({ origin }) => origin)), hashes(originsOf('')));
});
