// A range of time is found by the links to all conversations, where the server keeps them, and read up to where it does not.
import test, { type ExecutionContext } from 'ava';
import type { EventFilter } from '../../src/store/port.js';
import { EventLog } from '../eventstoredb/log.js';
import { StandIn } from '../eventstoredb/standIn.js';
import { needsStandIn } from '../oneServer/server.js';
import { collect, event } from './events.js';
import { openStore } from './eventstoredb-engine.js';

const onStandIn = needsStandIn(test);
const begin = Date.UTC(2026, 2, 1);
const minute = 60_000;
const iso = (minutes: number) => new Date(begin + minutes * minute).toISOString();
const count = 2_000;

/** An event a minute, some of them not of conversations, and one whose clock was behind. */
const storeOf = async (t: ExecutionContext, withLinks: boolean) => {
  let now = begin;
  const server = await StandIn.start({ log: new EventLog(() => now) });
  t.teardown(() => server.close());
  if (withLinks) server.startStandardProjections();
  const store = await openStore(t, { connectionString: server.connectionString });
  for (let n = 0; n < count; n += 50) {
    const batch = Array.from({ length: 50 }, (_, offset) => n + offset);
    for (const at of batch) {
      now = begin + (at === 900 ? at - 5 : at) * minute;
      await store.append(at % 10 === 0 ? 'router-main' : `conversation-a:${at % 7}`, [event()]);
    }
  }
  return { server, store };
};

const ranges: readonly EventFilter[] = [
  { since: iso(1_500) },
  { since: iso(1_500), until: iso(1_510) },
  { until: iso(20) },
  { since: iso(897), until: iso(903) },
  { since: iso(-100) },
  { since: iso(5_000) },
  { until: iso(-1) },
  { since: iso(1_000), until: iso(1_030), categories: ['router'] },
];

for (const withLinks of [true, false])
  onStandIn(`a range of time is the same both ways, ${withLinks ? 'found' : 'read up to'}`, async (t) => {
    const { server, store } = await storeOf(t, withLinks);
    const all = await collect(store.readAll());
    t.is(all.length, count);
    for (const filter of ranges) {
      const expected = all
        .filter(({ recordedAt }) => recordedAt >= (filter.since ?? '') && recordedAt < (filter.until ?? '9'))
        .filter(({ stream }) => filter.categories === undefined || stream.startsWith('router'))
        .map(({ id }) => id);
      const ids = async (direction: 'forwards' | 'backwards') =>
        (await collect(store.readAll({ filter, direction }))).map(({ id }) => id);
      t.deepEqual(await ids('forwards'), expected, JSON.stringify(filter));
      t.deepEqual(await ids('backwards'), expected.toReversed(), JSON.stringify(filter));
    }
    server.sent = 0;
    await collect(store.readAll({ filter: { since: iso(1_500) }, maxCount: 1 }));
    await collect(store.readAll({ filter: { until: iso(200) }, maxCount: 1, direction: 'backwards' }));
    t.is(server.sent < count / 2, withLinks, `${server.sent} events were sent`);
    t.is((await store.whyFindingIsSlow?.({ since: iso(1_500) })) === undefined, withLinks);
  });
