// What is wrong with apps, projections and what waits for them, each found and said in a sentence that says what to do.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Clock } from '../../../src/domain/clock.js';
import { systemClock } from '../../../src/main/clock.js';
import { StatesFile } from '../../../src/projections/statesFile.js';
import { failedRouting, finds, received, secret, sql, used } from './cases.js';
import { newFolder, storeIn } from './support.js';

finds(test, [
  {
    title: 'messages that wait and nobody who routes them',
    setUp: async (t) => ({ data: await used(t) }),
    about: 'messages.waiting',
    level: 'broken',
    says: /1 message waits for routing, since .*, and no process routes/,
    advice: /Start a router/,
  },
  {
    title: 'an app that throws on each message',
    setUp: async (t) => {
      const data = newFolder(t, { secret });
      await storeIn(
        data,
        ['a', 'b'].flatMap((id) => [received(id), failedRouting(id)]),
      );
      return { data };
    },
    about: 'apps.failing',
    level: 'broken',
    says: /thrower failed on 2 of the last 2 messages, on the newest too: TypeError: nothing there/,
    advice: /Mend the app.*deadletters requeue/,
  },
  {
    title: 'dead letters that nobody has looked at',
    setUp: async (t) => {
      const data = newFolder(t, { secret });
      await storeIn(data, [received('a'), failedRouting('a')]);
      return { data };
    },
    about: 'messages.deadletters',
    level: 'look',
    says: /1 dead letter waits for a person/,
    advice: /threadless deadletters list/,
  },
  {
    title: 'an app that does not load',
    setUp: async (t) => {
      const apps = [join(newFolder(t, { 'broken.mjs': 'export default {' }), 'broken.mjs')];
      return { data: await used(t), keys: { apps } };
    },
    about: 'apps.loaded',
    level: 'broken',
    says: /The app .*broken\.mjs does not load/,
    advice: /Mend the module, whose default export/,
  },
  ...[
    ['throws', `setTimeout(() => { throw new Error('later'); }, 50);`],
    ['rejects', `Promise.reject(new Error('later'));`],
  ].map(([how, begins]) => ({
    title: `an app that ${how} a moment after it was loaded`,
    setUp: async (t: ExecutionContext) => {
      const app = `${begins} export default { name: 'late', handle: () => true };`;
      const apps = [join(newFolder(t, { 'late.mjs': app }), 'late.mjs')];
      return { data: await used(t), keys: { apps } };
    },
    about: 'apps.loaded',
    level: 'broken' as const,
    says: /late\.mjs does not load: Error: later/,
    advice: /Mend the module/,
  })),
  ...['null', 'undefined'].flatMap((thrown) => [
    {
      title: `an app that throws ${thrown} while it is loaded`,
      setUp: async (t: ExecutionContext) => {
        const apps = [join(newFolder(t, { 'odd.mjs': `throw ${thrown};` }), 'odd.mjs')];
        return { data: await used(t), keys: { apps } };
      },
      about: 'apps.loaded',
      level: 'broken' as const,
      says: new RegExp(`odd\\.mjs does not load: .*it threw ${thrown}`),
      advice: /Mend the module/,
    },
    {
      title: `an app that throws ${thrown} a moment after it was loaded`,
      setUp: async (t: ExecutionContext) => {
        const app = `setTimeout(() => { throw ${thrown}; }, 50); export default { name: 'late', handle: () => true };`;
        const apps = [join(newFolder(t, { 'late.mjs': app }), 'late.mjs')];
        return { data: await used(t), keys: { apps } };
      },
      about: 'apps.loaded',
      level: 'broken' as const,
      says: new RegExp(`late\\.mjs does not load: it threw ${thrown}`),
      advice: /Mend the module/,
    },
  ]),
  {
    title: 'an app that never comes back',
    setUp: async (t) => {
      const apps = [join(newFolder(t, { 'ends.mjs': 'process.exit(0)' }), 'ends.mjs'), 'echo'];
      return { data: await used(t), keys: { apps } };
    },
    about: 'apps.loaded',
    level: 'broken',
    says: /ends\.mjs does not load: it ends the process/,
    advice: /Mend the module/,
  },
  {
    title: 'an app that is loaded for ever',
    setUp: async (t) => {
      const apps = [join(newFolder(t, { 'loops.mjs': 'for (;;);' }), 'loops.mjs')];
      const sleep: Clock['sleep'] = (ms, signal) => systemClock.sleep(ms / 10, signal);
      return { data: await used(t), keys: { apps }, outside: { clock: { ...systemClock, sleep } } };
    },
    about: 'apps.loaded',
    level: 'broken',
    says: /loops\.mjs does not load: it did not load within 10 s/,
    advice: /Mend the module/,
  },
  {
    title: 'a built-in app on a machine that has too much to do',
    setUp: async (t) => {
      // As if whatever is waited for for so long came later.
      const sleep: Clock['sleep'] = (ms, signal) => systemClock.sleep(ms === 10_000 ? 0 : ms, signal);
      return { data: await used(t), keys: { apps: ['echo'] }, outside: { clock: { ...systemClock, sleep } } };
    },
    about: 'apps.loaded',
    level: 'well',
    says: /^echo loads \(built-in\)\.$/,
    advice: /^$/,
  },
  {
    title: 'an app that is not built in, and no path',
    setUp: async (t) => ({ data: await used(t), keys: { apps: ['ehco'] } }),
    about: 'apps.loaded',
    level: 'broken',
    says: /The app ehco does not load: expected a built-in app \(.*echo.*\) or the path of a module, got "ehco"/,
    advice: /Built-in are echo, ping and default/,
  },
  {
    title: 'two apps of one name',
    setUp: async (t) => ({ data: await used(t), keys: { apps: ['echo', 'echo'] } }),
    about: 'apps.names',
    level: 'broken',
    says: /Two apps are named echo/,
    advice: /Give one another name/,
  },
  {
    title: 'a projection that is refused',
    setUp: async (t) => ({
      data: await used(t),
      keys: {
        projections: { folder: newFolder(t, { 'mine.js': 'fromAll().when({ A: (s) => fetch(s) })' }) },
      },
    }),
    about: 'projections.files',
    level: 'broken',
    says: /A projection is refused: .*mine\.js:1:.*fetch/,
    advice: /Mend the file/,
  },
  {
    title: 'a folder of projections that is not there',
    setUp: async (t) => {
      const data = await used(t);
      (await StatesFile.open(join(data, 'projections.sqlite'))).close();
      return { data, keys: { projections: { folder: '/nowhere/projections' } } };
    },
    about: 'projections.files',
    level: 'broken',
    says: /there is no folder \/nowhere\/projections/,
    advice: /Mend projections\.folder/,
  },
  {
    title: 'a damaged file of states',
    setUp: async (t) => ({ data: await used(t, { 'projections.sqlite': 'nonsense'.repeat(1_000) }) }),
    about: 'projections.state',
    level: 'broken',
    says: /The states of the projections cannot be read/,
    advice: /a router puts the damaged file aside and makes it anew/,
  },
  {
    title: 'states that another version of the router made',
    setUp: async (t) => {
      const data = await used(t);
      const path = join(data, 'projections.sqlite');
      (await StatesFile.open(path)).close();
      await sql(path, 'PRAGMA user_version = 99');
      return { data };
    },
    about: 'projections.state',
    level: 'well',
    says: /of another version of the router; the next start makes them anew/,
    advice: /^$/,
  },
  {
    title: 'something else in place of the states',
    setUp: async (t) => {
      const data = await used(t);
      await sql(join(data, 'projections.sqlite'), 'CREATE TABLE notes (text)');
      return { data };
    },
    about: 'projections.state',
    level: 'broken',
    says: /an SQLite database, but not one of projections/,
    advice: /delete .*projections\.sqlite/,
  },
  {
    title: 'states of projections that were made of another store',
    setUp: async (t) => {
      const data = await used(t);
      const states = await StatesFile.open(join(data, 'projections.sqlite'));
      states.begin('traffic', 'traffic.js', 'hash');
      const last = { position: '1', id: randomUUID(), recordedAt: new Date().toISOString() };
      states.keep('traffic', { changed: [], shared: undefined, position: '1', last, events: 1 });
      states.close();
      return { data };
    },
    about: 'projections.store',
    level: 'look',
    says: /traffic was made of another store/,
    advice: /whether THREADLESS_DATA is the right folder/,
  },
  {
    title: 'a projection that stopped at an event',
    setUp: async (t) => {
      const data = await used(t);
      const states = await StatesFile.open(join(data, 'projections.sqlite'));
      states.begin('reports', '/srv/reports.js', 'hash');
      states.setPhase('reports', 'stopped', '/srv/reports.js:6:45: no (MessageReceived 01a2)');
      states.close();
      return { data };
    },
    about: 'projections.state',
    level: 'broken',
    says: /reports is stopped, 0 events: \/srv\/reports\.js:6:45: no/,
    advice: /Mend its file/,
  },
]);
