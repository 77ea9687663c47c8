import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ProjectionRunner } from '../../src/projections/runner.js';
import { StatesFile } from '../../src/projections/statesFile.js';
import { openMemoryStore } from '../../src/store/memory/open.js';
import { silentLog } from '../support/log.js';
import { happened, store } from './support/history.js';
import { counting, folderOf, quickClock, until } from './support/world.js';

const running = async (t: ExecutionContext, ...folders: string[]) => {
  const events = await openMemoryStore();
  await store(
    events,
    [1, 2, 3].map((n) => happened('Noted', { n }, 'a-1')),
  );
  const states = await StatesFile.open(':memory:');
  const errors: string[] = [];
  const log = { ...silentLog, error: (_: object, message: string) => void errors.push(message) };
  const runner = new ProjectionRunner({ store: events, states, clock: quickClock, log, folders });
  await runner.start();
  await runner.settled();
  t.teardown(() => runner.stop());
  const phases = () => Object.fromEntries(runner.statuses().map(({ name, phase }) => [name, phase]));
  const stateOf = (name: string) => [...states.partitions(name)][0]?.state;
  return { events, states, errors, phases, stateOf };
};

test('a faulty projection is refused or stopped, the others go on', async (t) => {
  const folder = folderOf(t, {
    'good.js': counting,
    'syntax.js': 'fromAll(',
    'throws.js': 'fromAll().when({ Noted: () => { throw new Error() } })',
    'loops.js': 'fromAll().when({ Noted: () => { for (;;) {} } })',
    'notes.txt': 'no projection',
  });
  const { phases, stateOf } = await running(t, folder);
  t.deepEqual(phases(), { good: 'live', loops: 'stopped', syntax: 'refused', throws: 'stopped' });
  t.like(stateOf('good'), { n: 3 });
});

test('files that are added, changed and taken away are noticed while it runs', async (t) => {
  const folder = folderOf(t, { 'one.js': counting });
  const { phases, stateOf } = await running(t, folder);
  writeFileSync(join(folder, 'two.js'), 'fromAll().when({ Noted: () => ({ two: 2 }) })');
  await until(() => phases().two === 'live');
  t.deepEqual(stateOf('two'), { two: 2 });
  writeFileSync(join(folder, 'two.js'), 'fromAll().when({ Noted: () => ({ two: 3 }) })');
  await until(() => JSON.stringify(stateOf('two')) === '{"two":3}');
  rmSync(join(folder, 'two.js'));
  await until(() => phases().two === undefined);
  t.is(stateOf('two'), undefined);
  t.like(stateOf('one'), { n: 3 });
});

test('a projection that someone asks for is rebuilt', async (t) => {
  const folder = folderOf(t, { 'one.js': counting });
  const { states, stateOf } = await running(t, folder);
  t.true(states.askRebuild('one'));
  t.false(states.askRebuild('two'));
  await until(() => states.status('one')?.rebuildAsked === false && states.status('one')?.phase === 'live');
  t.is(states.status('one')?.events, 3);
  t.like(stateOf('one'), { n: 3 });
});

test("a file with another's name is refused, and the first one runs", async (t) => {
  const [first, second] = [folderOf(t, { 'one.js': counting }), folderOf(t, { 'one.js': 'fromAll(' })];
  const { phases, errors } = await running(t, first, second);
  t.deepEqual(phases(), { one: 'live' });
  t.regex(errors[0] ?? '', /there is a projection one already/);
});
