import test from 'ava';
import { createMemoryStore } from '../../src/store/memory/open.js';
import type { OpenStore } from '../../src/store/port.js';
import { collect } from '../store/events.js';
import { eventStoreDBEngine } from '../store/eventstoredb-engine.js';
import { newPath, openStore } from '../store/sqlite-engine.js';
import { exported, fill, imported, keptOf } from './support.js';

/** As `threadless import` does it on this engine. */
const oneAtATime = { room: { inFlight: 1, inCallOrder: false } };

const withBigints = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);

const heldBy = async (store: OpenStore) => (await collect(store.readAll())).map(keptOf);

test('a store moves from sqlite to EventStoreDB and back with its ids, order and metadata', async (t) => {
  const source = await openStore(t, { path: await newPath(t) });
  await fill(source, 300);
  const before = await heldBy(source);
  const server = await eventStoreDBEngine(undefined).open(t);

  await imported(server, await exported(source), oneAtATime);
  const back = await openStore(t, { path: await newPath(t) });
  await imported(back, await exported(server));

  // To the letter: so that a person can compare two exports.
  t.is(JSON.stringify(await heldBy(server), withBigints), JSON.stringify(before, withBigints));
  t.is(JSON.stringify(await heldBy(back), withBigints), JSON.stringify(before, withBigints));
});

test('an import into EventStoreDB done again stores nothing more', async (t) => {
  const source = createMemoryStore();
  await fill(source, 50);
  const server = await eventStoreDBEngine(undefined).open(t);
  const { events } = await imported(server, await exported(source), oneAtATime);
  const before = await heldBy(server);

  t.like(await imported(server, await exported(source), oneAtATime), { events, before: events });

  t.deepEqual(await heldBy(server), before);
});
