import test, { type ExecutionContext } from 'ava';
import type { EventStore } from '../../src/store/port.js';
import { partOf } from '../outbound/support/given.js';
import { collect, newCategory } from '../store/events.js';
import { eventStoreDBEngine } from '../store/eventstoredb-engine.js';
import { newPath, openStore } from '../store/sqlite-engine.js';
import { exported, fill, imported, keptOf } from './support.js';

/** As `threadless import` does it on this engine. */
const oneAtATime = { room: { inFlight: 1, inCallOrder: false } };

const withBigints = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);

/** A server, and a store of events for it. Of the server only what is in their category counts: others' events are beside them. */
const given = async (t: ExecutionContext, count: number) => {
  const category = newCategory();
  const source = await openStore(t, { path: await newPath(t) });
  await fill(source, count, { category });
  const server = await eventStoreDBEngine().open(t);
  const heldBy = async (store: EventStore) =>
    (await collect(partOf(store, [category]).readAll())).map(keptOf);
  return { source, server, category, heldBy };
};

test.serial(
  'a store moves from sqlite to EventStoreDB and back with its ids, order and metadata',
  async (t) => {
    const { source, server, category, heldBy } = await given(t, 300);
    const before = await heldBy(source);

    await imported(server, await exported(source), oneAtATime);
    const back = await openStore(t, { path: await newPath(t) });
    await imported(back, await exported(partOf(server, [category])));

    // To the letter: so that a person can compare two exports.
    t.is(JSON.stringify(await heldBy(server), withBigints), JSON.stringify(before, withBigints));
    t.is(JSON.stringify(await heldBy(back), withBigints), JSON.stringify(before, withBigints));
  },
);

test.serial('an import into EventStoreDB done again stores nothing more', async (t) => {
  const { source, server, heldBy } = await given(t, 50);
  const { events } = await imported(server, await exported(source), oneAtATime);
  const before = await heldBy(server);

  t.like(await imported(server, await exported(source), oneAtATime), { events, before: events });

  t.deepEqual(await heldBy(server), before);
});
