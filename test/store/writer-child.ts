// Appends until it is killed, or `count` events, and tells the id of each event once it is acknowledged.
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { event } from './events.js';

const [path = '', name = '', count = '1000000'] = process.argv.slice(2);
const store = await openSqliteStore({ path, patienceMs: 30_000 });
let left = Number(count);

const write = async (lane: number): Promise<void> => {
  while (left > 0) {
    left -= 1;
    const given = event();
    await store.append(`${name}-${lane}`, [given]);
    process.send?.(given.id);
  }
};

await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(write));
await store.close();
process.disconnect?.();
