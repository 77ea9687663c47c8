import test from 'ava';
import { Feed } from '../../src/projections/feed.js';
import { openMemoryStore } from '../../src/store/memory/open.js';
import { happened, store } from './support/history.js';
import { quickClock, until } from './support/world.js';

test('since when something waits to be folded is known, and that nothing does', async (t) => {
  const events = await openMemoryStore();
  await store(events, [happened('Noted', { n: 1 }, 'a-1'), happened('Noted', { n: 2 }, 'a-1')]);
  const recorded: string[] = [];
  for await (const { recordedAt } of events.readAll()) recorded.push(recordedAt);
  const feed = new Feed(events.subscribe(), undefined, quickClock);
  await until(() => feed.waitingSince !== undefined);
  t.is(feed.waitingSince, recorded[0]);
  t.is((await feed.take())?.rows.length, 2);
  t.is(feed.waitingSince, undefined);
  feed.close();
});
