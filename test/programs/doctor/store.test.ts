// What is wrong with the store, and with clocks, each found and said in a sentence that says what to do.
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openSqliteStore } from '../../../src/store/sqlite/open.js';
import { emptyGroup } from '../../../src/workers/group.js';
import { replaceGroup } from '../../../src/workers/storedGroup.js';
import { closedPort } from '../../backends/server.js';
import { finds, kannelAt, received, secret, sql, used } from './cases.js';
import { clockAhead, diagnose, newFolder, sourcesOf, storeIn } from './support.js';

finds(test, [
  {
    title: 'a store that is damaged',
    setUp: async (t) => {
      const data = newFolder(t, { secret });
      await storeIn(
        data,
        Array.from({ length: 300 }, (_, n) => received(`m${n}`)),
      );
      truncateSync(join(data, 'events.sqlite'), 20_000);
      return { data };
    },
    about: 'store.whole',
    level: 'broken',
    says: /The file of the store is damaged/,
    advice: /restore the last backup/,
  },
  {
    title: 'a store with a damaged page',
    setUp: async (t) => {
      const data = newFolder(t, { secret });
      await storeIn(
        data,
        Array.from({ length: 300 }, (_, n) => received(`m${n}`)),
      );
      const path = join(data, 'events.sqlite');
      const file = openSync(path, 'r+');
      // Pages of 4 kB from the second half on.
      for (let page = 20; page < 40; page += 1)
        writeSync(file, Buffer.alloc(512, 0xff), 0, 512, page * 4_096);
      closeSync(file);
      return { data };
    },
    about: 'store.whole',
    level: 'broken',
    says: /^The file of the store is damaged: /,
    advice: /restore the last backup/,
    isOnly: true,
  },
  ...(
    [
      [`UPDATE agreements SET text = '{bad'`, /the list of its processes is no JSON any more: \{bad/],
      ['DROP TABLE agreements', /a part of it is missing\. \(no such table: agreements\)/],
      ['DROP TABLE checkpoints', /a part of it is missing\. \(no such table: checkpoints\)/],
      [`UPDATE events SET data = '{bad'`, /the data of the event at 1, MessageReceived, is no JSON any more/],
    ] as const
  ).map(([statement, says]) => ({
    title: `a store whose parts are damaged: ${statement}`,
    setUp: async (t: ExecutionContext) => {
      const data = await used(t);
      const store = await openSqliteStore({ path: join(data, 'events.sqlite') });
      await replaceGroup(store.agreements, emptyGroup, undefined);
      await store.close();
      await sql(join(data, 'events.sqlite'), statement);
      return { data };
    },
    about: 'store.whole',
    level: 'broken' as const,
    says,
    advice: /restore the last backup/,
    isOnly: true,
  })),
  {
    title: 'a file that is no store',
    setUp: async (t) => ({
      data: newFolder(t, { 'events.sqlite': 'not a database at all'.repeat(100) }),
    }),
    about: 'store.reachable',
    level: 'broken',
    says: /not an SQLite database/,
    advice: /THREADLESS_DATA names the folder/,
  },
  {
    title: 'a store whose first bytes are damaged, in the folder of a router',
    setUp: async (t) => {
      const data = await used(t);
      const file = openSync(join(data, 'events.sqlite'), 'r+');
      writeSync(file, 'oops', 0);
      closeSync(file);
      return { data };
    },
    about: 'store.reachable',
    level: 'broken',
    says: /not an SQLite database.* A router has run in this folder \(secret.*\): its store is damaged/,
    advice: /restore the last backup/,
  },
  {
    title: 'a store that was emptied, in the folder of a router',
    setUp: async (t) => ({ data: newFolder(t, { secret, 'nodes/main.lock': '', 'events.sqlite': '' }) }),
    about: 'store.reachable',
    level: 'broken',
    says: /nothing in the store .*though a router has run in this folder \(secret, nodes\)/,
    advice: /Put the file back from the backup first/,
  },
  {
    title: 'an empty file, and nothing of a router',
    setUp: async (t) => ({ data: newFolder(t, { 'events.sqlite': '' }) }),
    about: 'store.reachable',
    level: 'look',
    says: /with nothing in it/,
    advice: /begins with no history/,
  },
  {
    title: 'a store that has lost its number of version',
    setUp: async (t) => {
      const data = await used(t);
      await sql(join(data, 'events.sqlite'), 'PRAGMA user_version = 0');
      return { data };
    },
    about: 'store.reachable',
    level: 'broken',
    says: /not the number of its version/,
    advice: /restore the last backup/,
  },
  {
    title: 'a store that was emptied beside its log',
    setUp: async (t) => {
      const data = newFolder(t, { secret, 'events.sqlite': '', 'events.sqlite-wal': 'x'.repeat(5_000) });
      writeFileSync(join(data, 'events.sqlite-shm'), Buffer.alloc(32_768));
      return { data };
    },
    about: 'store.reachable',
    level: 'broken',
    says: /is empty, and its log .*-wal has 5000 bytes/,
    advice: /Start nothing; copy the whole folder/,
  },
  {
    title: 'a copy of a store without the index of its log',
    setUp: async (t) => {
      const data = await used(t);
      rmSync(join(data, 'events.sqlite-shm'), { force: true });
      writeFileSync(join(data, 'events.sqlite-wal'), 'x'.repeat(5_000));
      return { data };
    },
    about: 'store.reachable',
    level: 'look',
    says: /5000 bytes in the log .*without the index/,
    advice: /copy events.sqlite, -wal and -shm together/,
  },
  {
    title: 'a store of a newer version',
    setUp: async (t) => {
      const data = await used(t);
      await sql(join(data, 'events.sqlite'), 'PRAGMA user_version = 99');
      return { data };
    },
    about: 'store.version',
    level: 'broken',
    says: /written by a newer version/,
    advice:
      /Install the version that wrote it, or a newer one.*: sqlite3 -readonly .*events\.sqlite "SELECT .* 'RouterStarted'/,
  },
  {
    title: 'a store of an earlier version',
    setUp: async (t) => {
      const data = await used(t);
      await sql(join(data, 'events.sqlite'), 'DROP TABLE agreements; PRAGMA user_version = 1');
      return { data };
    },
    about: 'store.version',
    level: 'look',
    says: /written by an earlier version/,
    advice: /Back it up before/,
  },
  {
    title: 'a store that went back behind its readers',
    setUp: async (t) => {
      const data = await used(t);
      await sql(join(data, 'events.sqlite'), "INSERT INTO checkpoints VALUES ('outbound-kannel', '4711')");
      return { data, keys: kannelAt(await closedPort()) };
    },
    about: 'store.place',
    level: 'broken',
    says: /ends before the place to which the texts of kannel had been read/,
    advice: /restore the last backup as a whole/,
  },
  {
    title: 'a place of a reader that is none',
    setUp: async (t) => {
      const data = await used(t);
      await sql(join(data, 'events.sqlite'), "INSERT INTO checkpoints VALUES ('outbound-kannel', 'abc')");
      return { data, keys: kannelAt(await closedPort()) };
    },
    about: 'store.place',
    level: 'look',
    says: /The place to which the texts of kannel were read is none: abc/,
    advice: /reads from the beginning/,
  },
  {
    title: 'events that a newer version wrote, all of them',
    setUp: async (t) => {
      const data = newFolder(t, { secret });
      const metadata = { $correlationId: randomUUID(), schema: 99 };
      await storeIn(data, [
        { ...received('a'), metadata },
        { ...received('b'), metadata },
      ]);
      return { data };
    },
    about: 'store.events',
    level: 'broken',
    says: /^2 of the last 2 events of messages were written by a newer version/,
    advice: /Run the version that wrote them/,
  },
  {
    title: 'events that a newer version wrote, some of them',
    setUp: async (t) => {
      const data = await used(t);
      await storeIn(data, [{ ...received('b'), metadata: { $correlationId: randomUUID(), schema: 99 } }]);
      return { data };
    },
    about: 'store.events',
    level: 'look',
    says: /^1 of the last 2 events of messages was written by a newer version/,
    advice: /Run the version that wrote them/,
  },
  {
    title: 'a clock that is behind',
    setUp: async (t) => ({ data: await used(t), outside: { clock: clockAhead(-3_600_000) } }),
    about: 'store.clock',
    level: 'broken',
    says: /The last event of the store, MessageReceived, lies (?:59|60) minutes in the future of this machine's clock/,
    advice: /Set the clock: timedatectl/,
  },
  {
    title: 'an import that was cut off',
    setUp: async (t) => {
      const data = await used(t);
      const store = await openSqliteStore({ path: join(data, 'events.sqlite') });
      const why = 'An import into this store has not come to its end. Import the same export again.';
      const group = {
        format: 2,
        shares: 0,
        members: {},
        work: {},
        closed: { why, session: 's', takeoverMs: 1 },
      };
      await store.agreements.replace('workers', JSON.stringify(group), 'none');
      await store.close();
      return { data };
    },
    about: 'processes.closed',
    level: 'broken',
    says: /an import into it is under way, or was cut off/,
    advice: /Import the same export again/,
  },
]);

test.serial('a last event from the future is told once', async (t) => {
  const data = await used(t);
  const found = await diagnose(await sourcesOf({ data }), { clock: clockAhead(-3_600_000) });
  t.deepEqual(
    found.flatMap(({ about, level }) => (level === 'well' || !about.startsWith('store.') ? [] : about)),
    ['store.clock'],
  );
});
