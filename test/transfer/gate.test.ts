import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { startRouter } from '../../src/main/index.js';
import { importStore } from '../../src/programs/import.js';
import { giveUpImport } from '../../src/programs/withoutRouters.js';
import { createMemoryStore } from '../../src/store/memory/open.js';
import { GroupClosed } from '../../src/workers/closing.js';
import { events, ids } from '../store/events.js';
import { openStore } from '../store/sqlite-engine.js';
import { source, sources, started, withOthersInBetween } from './gate.js';
import { exported, failsWith, fill, inPieces, newFolder } from './support.js';

const storedIn = async (t: ExecutionContext, data: string): Promise<readonly string[]> => {
  const store = await openStore(t, { path: join(data, 'events.sqlite') });
  return ids(store.readAll());
};

test('an import that was cut off keeps routers out until it is done again', async (t) => {
  const data = await newFolder(t);
  const { store, bytes } = await source();
  const half = inPieces(bytes.subarray(0, bytes.length / 2));
  await failsWith(t, 'truncated', importStore({ from: half }, sources(data)));
  const before = await storedIn(t, data);
  t.true(before.length > 0);

  await t.throwsAsync(startRouter({ ...sources(data), listen: false }), {
    instanceOf: GroupClosed,
    message: /has not come to its end.*Import the same export again/,
  });
  t.deepEqual(await storedIn(t, data), before, 'whoever is kept out leaves no event');

  await importStore({ from: inPieces(bytes) }, sources(data));
  t.deepEqual(await storedIn(t, data), await ids(store.readAll()));
  await t.notThrowsAsync(started(t, sources(data)));
});

test('an import that was cut off is not made good by another export, nor by an older one, but by a later one', async (t) => {
  const data = await newFolder(t);
  const { store, bytes: older } = await source();
  await importStore({ from: inPieces(older) }, sources(data));
  await fill(store, 2_000);
  const cut = await exported(store);
  const most = inPieces(cut.subarray(0, cut.length - 20_000));
  await failsWith(t, 'truncated', importStore({ from: most }, sources(data)));
  const other = createMemoryStore();
  await other.append('conversation-http:other', events(3));
  const elsewhere = await exported(other);
  const isClosed = () =>
    t.throwsAsync(startRouter({ ...sources(data), listen: false }), { instanceOf: GroupClosed });

  for (const bytes of [older, elsewhere]) {
    t.false((await importStore({ from: inPieces(bytes) }, sources(data))).open);
    await isClosed();
  }
  // What was cut off is made good by what has all of it, though the store was written to after it.
  await fill(store, 50);
  t.true((await importStore({ from: inPieces(await exported(store)) }, sources(data))).open);
  await t.notThrowsAsync(started(t, sources(data)));
});

test('of two imports that were cut off, both are to be made good', async (t) => {
  const data = await newFolder(t);
  const { bytes } = await source();
  const other = createMemoryStore();
  for (let nth = 0; nth < 2_000; nth += 1) await other.append('conversation-http:other', events(1));
  const elsewhere = await exported(other);
  for (const whole of [bytes, elsewhere]) {
    const half = inPieces(whole.subarray(0, whole.length / 2));
    await failsWith(t, 'truncated', importStore({ from: half }, sources(data)));
  }
  t.false((await importStore({ from: inPieces(elsewhere) }, sources(data))).open);
  t.true((await importStore({ from: inPieces(bytes) }, sources(data))).open);
  await t.notThrowsAsync(started(t, sources(data)));
});

test('an import that was cut off can be given up', async (t) => {
  const data = await newFolder(t);
  const { bytes } = await source();
  const half = () => inPieces(bytes.subarray(0, bytes.length / 2));
  await failsWith(t, 'truncated', importStore({ from: half() }, sources(data)));
  // The second finds nothing to store, which does not make the first one whole.
  await failsWith(t, 'truncated', importStore({ from: half() }, sources(data)));
  await t.throwsAsync(startRouter({ ...sources(data), listen: false }), { instanceOf: GroupClosed });
  t.true(await giveUpImport(sources(data)));
  t.false(await giveUpImport(sources(data)));
  await t.notThrowsAsync(started(t, sources(data)));
});

test('a router that would start while an import is under way is kept out', async (t) => {
  const data = await newFolder(t);
  const { bytes } = await source();
  async function* withRouterInBetween() {
    yield* inPieces(bytes.subarray(0, bytes.length / 2));
    await t.throwsAsync(startRouter({ ...sources(data, { node: 'late' }), listen: false }), {
      instanceOf: GroupClosed,
    });
    yield* inPieces(bytes.subarray(bytes.length / 2));
  }
  await importStore({ from: withRouterInBetween() }, sources(data));
  await t.notThrowsAsync(started(t, sources(data)));
});

test('an export for a store that has begun otherwise changes nothing, and keeps no router out', async (t) => {
  const [data, folder] = [await newFolder(t), await newFolder(t)];
  const own = await openStore(t, { path: join(data, 'events.sqlite') });
  // A stream late in the export, and not its first event of all.
  await own.append('conversation-http:6', events(2));
  const { bytes } = await source();
  const file = join(folder, 'x.ndjson');
  writeFileSync(file, bytes);
  const before = await storedIn(t, data);

  for (const from of [file, inPieces(bytes)]) {
    const error = await failsWith(t, 'conflict', importStore({ from }, sources(data)));
    t.regex(error.message, /stream conversation-http:6\. Nothing of it was changed/);
    t.deepEqual(await storedIn(t, data), before);
  }
  await t.notThrowsAsync(started(t, sources(data)));
});

test('a later file of a store that went on beside its copy changes nothing', async (t) => {
  const [data, folder] = [await newFolder(t), await newFolder(t)];
  const { store, bytes } = await source();
  await importStore({ from: inPieces(bytes) }, sources(data));
  // Both were written to since: the copy early in the order of streams, the origin in others before it.
  const copy = await openStore(t, { path: join(data, 'events.sqlite') });
  await copy.append('conversation-http:5', events(2));
  await fill(store, 100);
  const file = join(folder, 'later.ndjson');
  writeFileSync(file, await exported(store));
  const before = await storedIn(t, data);

  const error = await failsWith(t, 'conflict', importStore({ from: file }, sources(data)));

  t.regex(error.message, /stream conversation-http:5\. Nothing of it was changed/);
  t.deepEqual(await storedIn(t, data), before);
  await t.notThrowsAsync(started(t, sources(data)));
});

test('a later file of a store adds what is new beside what its copy has written elsewhere', async (t) => {
  const [data, folder] = [await newFolder(t), await newFolder(t)];
  const { store, bytes } = await source();
  await importStore({ from: inPieces(bytes) }, sources(data));
  const copy = await openStore(t, { path: join(data, 'events.sqlite') });
  const own = events(2);
  await copy.append('router-main', own);
  await fill(store, 100);
  const file = join(folder, 'later.ndjson');
  writeFileSync(file, await exported(store));

  const { events: count, before } = await importStore({ from: file }, sources(data));

  const all = await ids(store.readAll());
  t.deepEqual([count, before], [all.length, 2_800]);
  const there = await storedIn(t, data);
  t.deepEqual(
    there.filter((id) => !own.some((event) => event.id === id)),
    all,
  );
  t.is((await importStore({ from: file }, sources(data))).before, count);
});

test('an import that is under way cannot be given up, nor done beside itself', async (t) => {
  const data = await newFolder(t);
  const { bytes } = await source();
  await importStore({ from: withOthersInBetween(t, bytes, sources(data)) }, sources(data));
});

test('a pipe that brought nothing keeps no router out', async (t) => {
  const data = await newFolder(t);
  const { bytes } = await source();
  const header = inPieces(bytes.subarray(0, bytes.indexOf('\n') + 1));
  await failsWith(t, 'truncated', importStore({ from: header }, sources(data)));
  await t.notThrowsAsync(started(t, sources(data)));
});
