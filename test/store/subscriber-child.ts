// Appends `count` events and reads a subscription to `total` events, its own and those of others; tells all the ids it saw.
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { event, idsOf, take } from './events.js';

const [path = '', name = '', count = '', total = ''] = process.argv.slice(2);
const store = await openSqliteStore({ path, patienceMs: 30_000 });
// A subscription keeps no process alive: the channel to the parent does.
process.channel?.ref();
const seen = take(store.subscribe(), Number(total));
for (let index = 0; index < Number(count); index += 1) await store.append(`${name}-${index % 5}`, [event()]);
process.send?.(idsOf(await seen));
await store.close();
process.disconnect?.();
