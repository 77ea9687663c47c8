// Beside running routers: what they tell is looked at, what they miss is found, and nothing is changed.
import { randomUUID } from 'node:crypto';
import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { systemClock } from '../../../src/main/clock.js';
import { type Router, startRouter } from '../../../src/main/index.js';
import { createPauses } from '../../../src/outbound/pauses.js';
import { StatesFile } from '../../../src/projections/statesFile.js';
import { closedPort, startServer } from '../../backends/server.js';
import { freePorts } from '../../kannel/support/ports.js';
import { eventually } from '../../kannel/support/wait.js';
import { collect } from '../../store/events.js';
import { outgoing, sources, start } from './routers.js';
import { allAdvise, diagnose, filesIn, findingOf, newFolder, sourcesOf, storeIn } from './support.js';

const say = (router: Router, text: string) =>
  fetch(`${router.url}/http/phones/`, { method: 'POST', body: new URLSearchParams({ identity: '1', text }) });

test.serial('a router that works is well, and nothing is written beside it', async (t) => {
  const { port } = await startServer(t, (response) => response.end('taken'));
  const given = await sources(t, { backends: outgoing(port), more: { projections: { run: false } } });
  const router = await start(t, given);
  t.is((await say(router, 'echo hi')).status, 200);
  const types = async () => (await collect(router.store.readAll())).map(({ type }) => type);
  await eventually('the hand-over', 10_000, async () => (await types()).includes('MessageDispatched'));
  const before = await types();
  const found = await diagnose(given);
  allAdvise(t, found);
  t.deepEqual(
    found.filter(({ level }) => level !== 'well'),
    [],
  );
  t.regex(
    findingOf(t, found, 'processes.members').says,
    /main \(32 of 32 partitions of the conversations and the texts of httptester and phones\)/,
  );
  const ofPhones = found.filter(({ group }) => group === 'backend phones');
  t.regex(findingOf(t, ofPhones, 'backend.last').says, /took the last text \d+ seconds? ago/);
  t.regex(findingOf(t, found, 'folder.lock').says, /A process named main runs on this folder/);
  t.deepEqual(await types(), before);
});

test.serial('a folder in which no router runs is left as it is, file by file', async (t) => {
  const given = await sources(t, { backends: outgoing(await closedPort()) });
  const data = given.env.THREADLESS_DATA;
  const router = await startRouter(given);
  t.is((await say(router, 'echo hi')).status, 200);
  await router.stop();
  const before = filesIn(data);
  t.true('events.sqlite' in before);
  await diagnose(given);
  t.deepEqual(filesIn(data), before);
});

test.serial(
  'an empty log keeps its rights and its owner, though they are not those of its file',
  async (t) => {
    const data = newFolder(t, { secret: 'a secret of more than sixteen characters' });
    await storeIn(data, [{ stream: 'router-main', type: 'RouterStopped', data: {} }]);
    (await StatesFile.open(join(data, 'projections.sqlite'))).close();
    for (const name of ['events.sqlite', 'projections.sqlite']) {
      // As a router leaves them that was killed when all was in the file.
      writeFileSync(join(data, `${name}-wal`), '');
      writeFileSync(join(data, `${name}-shm`), Buffer.alloc(32_768));
      chmodSync(join(data, `${name}-wal`), 0o664);
      chmodSync(join(data, name), 0o640);
      // Others may not give files away.
      if (process.getuid?.() === 0) chownSync(join(data, `${name}-wal`), 65_534, 65_534);
    }
    const before = filesIn(data);
    await diagnose(await sourcesOf({ data }));
    t.deepEqual(filesIn(data), before);
  },
);

test.serial('no folder is made where there is none', async (t) => {
  const folder = newFolder(t);
  const given = await sources(t);
  await diagnose({ ...given, env: { THREADLESS_DATA: join(folder, 'data') } });
  t.deepEqual(filesIn(folder), {});
});

test.serial('a gateway that is away shows in the lane, with what waits', async (t) => {
  const given = await sources(t, { backends: outgoing(await closedPort()) });
  const router = await start(t, given);
  await say(router, 'echo hi');
  const states = async () => (await (await fetch(`${router.url}/readyz`)).text()).includes('"paused"');
  await eventually('the lane to pause', 10_000, states);
  const found = await diagnose(given);
  allAdvise(t, found);
  const finding = findingOf(t, found, 'backend.lane', 'broken');
  t.regex(finding.says, /Its lane pauses since .*ECONNREFUSED; (?:1 text waits|0 texts wait, 1 under way)/);
  t.regex(finding.advice ?? '', /Mend the gateway/);
});

test.serial(
  'a lane that a person has paused is told with who and why, beside a router and without one',
  async (t) => {
    const { port } = await startServer(t, (response) => response.end('taken'));
    const given = await sources(t, { backends: outgoing(port) });
    const router = await start(t, given);
    await createPauses(router.store, systemClock, randomUUID).pause('phones', 'ann', 'repair');
    const paused = findingOf(t, await diagnose(given), 'backend.lane', 'look');
    t.regex(paused.says, /^ann has paused it since \S+: repair\.$/);
    t.regex(paused.advice ?? '', /npx threadless backends resume phones/);
    await router.stop();
    t.is(findingOf(t, await diagnose(given), 'backend.lane', 'look').says, paused.says);
  },
);

test.serial('a gateway that refuses us shows in the lane', async (t) => {
  const { port } = await startServer(t, (response) => response.writeHead(401).end('who are you?'));
  const given = await sources(t, { backends: outgoing(port) });
  const router = await start(t, given);
  await say(router, 'echo hi');
  const states = async () => (await (await fetch(`${router.url}/readyz`)).text()).includes('"held"');
  await eventually('the lane to be held', 10_000, states);
  const found = await diagnose(given);
  allAdvise(t, found);
  t.regex(findingOf(t, found, 'backend.lane', 'broken').says, /Its lane is held since .*401/);
  t.regex(findingOf(t, found, 'backend.answers', 'broken').says, /refuses the router/);
});

test.serial('a worker that is missing is told: nobody routes', async (t) => {
  const { port } = await startServer(t, (response) => response.end('taken'));
  const given = await sources(t, { backends: outgoing(port), more: { http: { inlineTimeoutMs: 50 } } });
  const [http] = await freePorts(1);
  const overrides = { ...given.overrides, http: { port: http, inlineTimeoutMs: 50 } };
  const router = await start(t, { ...given, overrides, routing: false });
  t.is((await say(router, 'echo hi')).status, 200);
  const found = await diagnose({ ...given, overrides });
  allAdvise(t, found);
  const finding = findingOf(t, found, 'processes.routing', 'broken');
  t.regex(finding.says, /No process routes/);
  t.regex(finding.advice ?? '', /threadless worker/);
  t.regex(
    findingOf(t, found, 'messages.waiting', 'broken').says,
    /1 message waits for routing.*no process routes/,
  );
});

test.serial('texts that no process delivers are told', async (t) => {
  const { port } = await startServer(t, (response) => response.end('taken'));
  const given = await sources(t, { backends: outgoing(port) });
  const router = await start(t, { ...given, outbound: false });
  await say(router, 'echo hi');
  const found = await diagnose(given);
  allAdvise(t, found);
  t.regex(
    findingOf(t, found, 'processes.outbound', 'broken').says,
    /No process delivers the texts of httptester and phones/,
  );
  t.regex(
    findingOf(t, found, 'backend.waiting', 'broken').says,
    /1 text waits since .*, and no process delivers/,
  );
});

test.serial('a router on another store than the one that is looked at is told', async (t) => {
  const given = await sources(t);
  await start(t, given);
  const data = newFolder(t, { secret: 'another secret of another router' });
  await storeIn(data, [{ stream: 'router-other', type: 'RouterStopped', data: {} }]);
  const found = await diagnose({ ...given, env: { THREADLESS_DATA: data } });
  allAdvise(t, found);
  const finding = findingOf(t, found, 'router.store', 'broken');
  t.regex(finding.says, /works on another store than this configuration names/);
  t.regex(finding.advice ?? '', /start it in the same folder/);
});

test.serial(
  'of the memory engine the router is asked, and its events are said to be out of reach',
  async (t) => {
    const given = await sources(t, { more: { eventStore: { engine: 'memory' } } });
    await start(t, given);
    const found = await diagnose(given);
    allAdvise(t, found);
    t.is(findingOf(t, found, 'router.ready').level, 'well');
    t.is(findingOf(t, found, 'store.reachable').level, 'look');
  },
);
