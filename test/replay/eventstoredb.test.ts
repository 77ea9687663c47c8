import test from 'ava';
import { eventStoreDBEngine } from '../store/eventstoredb-engine.js';
import { differing, replayed } from './support.js';
import { appsWith, type Inbound, route } from './world.js';

const verbs = ['note', 'say', 'say to 2', 'note to 3', 'silent', 'silent all', 'filter', 'throw', 'to 1'];
const inbound: readonly Inbound[] = Array.from({ length: 30 }, (_, nth) => ({
  from: `${(nth % 3) + 1}`,
  verb: verbs[nth % verbs.length] ?? 'say',
  again: nth % 7 === 6,
}));

test('a history in EventStoreDB is run anew as any other', async (t) => {
  const store = await eventStoreDBEngine().open(t);
  await route(store, inbound);
  const found = await replayed(store, appsWith());
  t.deepEqual(differing(found), []);
  const own = found.filter(({ shown }) => shown === undefined || shown.connection.backend === 'a');
  t.true(own.length >= inbound.length);
  const [first, ...more] = differing(await replayed(store, appsWith({ what: 'text', to: 10 })));
  t.is(first?.kind, 'otherText');
  t.deepEqual(more, []);
});
