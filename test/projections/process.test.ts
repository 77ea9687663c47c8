// The projections in a process of their own, beside who started it. One test at a time: nothing else keeps this program alive.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { systemClock } from '../../src/main/clock.js';
import { lockStates } from '../../src/projections/dataFolder.js';
import { ProjectionsBeside } from '../../src/projections/process/beside.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { eventually } from '../kannel/support/wait.js';
import { silentLog } from '../support/log.js';
import { happened, store } from './support/history.js';
import { counting, folderOf, quickClock } from './support/world.js';

const program = new URL('./process-child.js', import.meta.url);
const bound = 30_000;

const given = async (t: ExecutionContext) => {
  const data = folderOf(t);
  const path = join(data, 'events', 'events.sqlite');
  const task = { store: { path }, data, folders: [folderOf(t, { 'all.js': counting })] };
  const started = (needs: Partial<ConstructorParameters<typeof ProjectionsBeside>[0]> = {}) => {
    const clock = systemClock;
    const projections = new ProjectionsBeside({ program, task, clock, log: silentLog, ...needs });
    t.teardown(() => projections.stop(0));
    projections.start();
    return projections;
  };
  const storeEvents = async () => {
    mkdirSync(join(data, 'events'));
    const events = await openSqliteStore({ path });
    await store(
      events,
      [1, 2, 3].map((n) => happened('Noted', { n }, 'a-1')),
    );
    await events.close();
  };
  const live = (projections: ProjectionsBeside<unknown>) =>
    eventually('the projection to be live', bound, () => projections.statuses()[0]?.phase === 'live');
  return { data, started, storeEvents, live };
};

test.serial('they fold, tell how they stand, and leave the data folder when they are stopped', async (t) => {
  const { data, started, storeEvents, live } = await given(t);
  await storeEvents();
  const projections = started();
  await live(projections);
  t.like(projections.statuses(), [{ name: 'all', events: 3 }]);
  t.is(await lockStates(data), undefined);
  await projections.stop(bound);
  const unlock = await lockStates(data);
  t.is(typeof unlock, 'function');
  unlock?.();
});

test.serial(
  'those of a second process wait until the first is gone, and can be stopped meanwhile',
  async (t) => {
    const { data, started, storeEvents, live } = await given(t);
    await storeEvents();
    const unlock = await lockStates(data);
    const lines: string[] = [];
    const log = { ...silentLog, info: (_: object, message: string) => void lines.push(message) };
    const [stopped, patient] = [started({ log }), started({ log })];
    await eventually('both to wait', bound, () => lines.length === 2);
    t.regex(lines.join(), /^another process runs .*,another process runs /);
    await stopped.stop(bound);
    t.deepEqual(patient.statuses(), []);
    unlock?.();
    await live(patient);
    t.deepEqual(stopped.statuses(), []);
  },
);

test.serial('a process that ends is started again', async (t) => {
  const { started, storeEvents, live } = await given(t);
  const ends: unknown[] = [];
  const log = { ...silentLog, error: (fields: object) => void ends.push(fields) };
  const projections = started({ clock: quickClock, log });
  await eventually('its end to be told', bound, () => ends.length > 0);
  t.deepEqual(ends[0], { how: 7 });
  await storeEvents();
  await live(projections);
});

test.serial('states that cannot be used are told in one line, each time', async (t) => {
  const { data, started, storeEvents } = await given(t);
  await storeEvents();
  const path = join(data, 'projections.sqlite');
  mkdirSync(path);
  const ends: unknown[] = [];
  const log = { ...silentLog, error: (fields: object) => void ends.push(fields) };
  started({ clock: quickClock, log });
  await eventually('two ends to be told', bound, () => ends.length > 1);
  const [{ how }] = ends as [{ how: string }];
  t.true(how.startsWith(`${path}, or the lock beside it, cannot be used: `), how);
  t.notRegex(how, /\n/);
});

test.serial('a stop that is given no time is over when the process is gone', async (t) => {
  const { data, started, storeEvents, live } = await given(t);
  await storeEvents();
  const projections = started();
  await live(projections);
  await projections.stop(0);
  const unlock = await lockStates(data);
  t.is(typeof unlock, 'function');
  unlock?.();
});
