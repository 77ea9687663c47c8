// Files that another process holds: found without a lock of our own, and with the name of who holds them.
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { startRouter } from '../../../src/main/index.js';
import { StatesFile } from '../../../src/projections/statesFile.js';
import { freePorts } from '../../kannel/support/ports.js';
import { eventually } from '../../kannel/support/wait.js';
import { ended, startChild, told } from '../../store/child.js';
import { secret, used } from './cases.js';
import { allAdvise, diagnose, filesIn, findingOf, newFolder, sourcesOf } from './support.js';

/** Elsewhere nothing tells who holds what. */
const onLinux = process.platform === 'linux' ? test.serial : test.serial.skip;

onLinux('a store whose lock another process holds is told, with its name', async (t) => {
  const data = await used(t);
  const child = startChild(t, 'lock-child', join(data, 'events.sqlite'));
  t.is(await told(child), 'locked');
  const before = filesIn(data);
  const found = await diagnose(await sourcesOf({ data }));
  allAdvise(t, found);
  const finding = findingOf(t, found, 'store.writable', 'broken');
  t.regex(
    finding.says,
    new RegExp(`^node \\(process ${child.pid}\\) holds the lock of the store .*events.sqlite: nobody`),
  );
  t.regex(finding.advice ?? '', new RegExp(`No event can be stored.*kill ${child.pid}`));
  t.deepEqual(filesIn(data), before);
});

onLinux('a store that another process has for itself is told, with its name', async (t) => {
  const data = newFolder(t, { secret });
  // In a process of its own: of a connection that is closed here the lock may stay until it is collected.
  await ended(startChild(t, 'writer-child', join(data, 'events.sqlite'), 'a', '1'));
  const child = startChild(t, 'lock-child', join(data, 'events.sqlite'), 'exclusive');
  t.is(await told(child), 'locked');
  // Left there by who had it open before.
  writeFileSync(join(data, 'events.sqlite-shm'), Buffer.alloc(32_768));
  const found = await diagnose(await sourcesOf({ data }));
  allAdvise(t, found);
  const finding = findingOf(t, found, 'store.writable', 'broken');
  t.regex(
    finding.says,
    new RegExp(`^node \\(process ${child.pid}\\) holds .* nobody else can read it or write`),
  );
  t.false(found.some(({ about, says }) => about !== 'store.writable' && says.includes('lock of the store')));
});

/** Keeps the states of a router's projections from being written, and stores what one of them should fold. */
const withLockedStates = async (t: ExecutionContext) => {
  const [port] = await freePorts(1);
  const data = newFolder(t);
  const given = {
    env: { THREADLESS_DATA: data },
    overrides: {
      http: { port },
      apps: ['echo'],
      log: { level: 'silent' },
      backends: {
        'my-kannel-backend': null,
        'simple-http': null,
        phones: { engine: 'http', outgoingUrl: 'http://127.0.0.1:1/?to=%(identity)s&text=%(text)s' },
      },
    },
  };
  const router = await startRouter(given);
  t.teardown(() => router.stop());
  const path = join(data, 'projections.sqlite');
  const phases = async () => {
    if (!existsSync(path)) return [];
    const states = await StatesFile.openReadOnly(path).catch(() => undefined);
    const found = states?.statuses().map(({ phase }) => phase) ?? [];
    states?.close();
    return found;
  };
  await eventually('the projections to be up to date', 20_000, async () => {
    const found = await phases();
    return found.length > 0 && found.every((phase) => phase === 'live');
  });
  return { router, given, path };
};

onLinux(
  'projections whose states another process holds do not get on, and are not called up to date',
  async (t) => {
    const { router, given, path } = await withLockedStates(t);
    const before = await diagnose(given);
    t.deepEqual(
      before.filter(({ about, level }) => about.startsWith('projections.') && level !== 'well'),
      [],
    );
    const child = startChild(t, 'lock-child', path, 'file');
    t.is(await told(child), 'locked');
    await fetch(`${router.url}/http/phones/`, {
      method: 'POST',
      body: new URLSearchParams({ identity: '1', text: 'echo hi' }),
    });
    const found = await diagnose(given);
    allAdvise(t, found);
    const stuck = found.filter(({ about, level }) => about === 'projections.state' && level === 'broken');
    t.true(stuck.some(({ says }) => says.startsWith('connections does not get on: ')));
    t.regex(
      findingOf(t, found, 'projections.writable', 'broken').says,
      new RegExp(`^node \\(process ${child.pid}\\) holds the lock of the states`),
    );
  },
);

onLinux('states that another process has for itself are not called damaged', async (t) => {
  const data = await used(t);
  const made = join(newFolder(t), 'projections.sqlite');
  (await StatesFile.open(made)).close();
  // A file of its own: on one that was closed here a lock may stay until its connection is collected.
  const path = join(data, 'projections.sqlite');
  copyFileSync(made, path);
  const child = startChild(t, 'lock-child', path, 'exclusive');
  t.is(await told(child), 'locked');
  writeFileSync(`${path}-shm`, Buffer.alloc(32_768));
  const found = await diagnose(await sourcesOf({ data }));
  allAdvise(t, found);
  t.regex(
    findingOf(t, found, 'projections.writable', 'broken').says,
    new RegExp(`^node \\(process ${child.pid}\\) holds the lock of the states`),
  );
  t.false(found.some(({ about }) => about === 'projections.state'));
});
