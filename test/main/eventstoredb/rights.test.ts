// Rights that are missing, or taken away while a router runs.
import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import { StoreError } from '../../../src/store/port.js';
import { authority } from '../../eventstoredb/security.js';
import { StandIn } from '../../eventstoredb/standIn.js';
import { eventually } from '../../kannel/support/wait.js';
import { needsStandIn } from '../../oneServer/server.js';
import { Network, type Place, startOn, startServer, type Wanted } from './support.js';

const onStandIn = needsStandIn(test);

/** What the log tells of a refusal: whatever its level, but `debug`. */
const toldOf = ({ lines }: Place, refusal: RegExp) =>
  lines
    .filter(({ level }) => level !== 'debug')
    .filter(({ message, fields }) => refusal.test(`${message} ${fields.err?.message ?? ''}`))
    .map(({ level, message }) => `${level}: ${message}`);

/** A router that has taken up what waits: from then on it is not ready for another reason. */
const readyOn = async (t: ExecutionContext, connectionString: string, wanted: Wanted): Promise<Place> => {
  const place = await startOn(t, connectionString, wanted);
  await untilReady(place);
  return place;
};

const untilReady = (place: Place) => eventually('the router to be ready', 30_000, () => place.ready());
const untilNotReady = (place: Place) =>
  eventually('the router to be not ready', 20_000, async () => !(await place.ready()));

const readAllRefused =
  'error: EventStoreDB does not let this user read $all. An administrator grants it: docs/eventstoredb.md, "Rights".';
const again = 'info: EventStoreDB refuses nothing any more that it was asked';

onStandIn('a user who may not read all events is told so at the start, and how it is granted', async (t) => {
  const server = await startServer(t);
  const network = await Network.start(t);
  server.rights.take('read', '$all');
  const error = await t.throwsAsync(startOn(t, server.connectionString, { network }), {
    instanceOf: StoreError,
  });
  t.is(error.code, 'unavailable');
  t.regex(error.message, /does not let this user read \$all.*docs\/eventstoredb\.md/);
});

onStandIn('a user who may not append is told so at the start', async (t) => {
  const server = await startServer(t);
  const network = await Network.start(t);
  server.rights.take('append', 'router-');
  const error = await t.throwsAsync(startOn(t, server.connectionString, { network }), {
    instanceOf: StoreError,
  });
  t.regex(error.message, /does not let this user append to router-…/);
});

onStandIn(
  'a right to append that is taken away makes 503 and not ready, told in one line, and one when it is back',
  async (t) => {
    const server = await startServer(t);
    const network = await Network.start(t);
    const place = await readyOn(t, server.connectionString, { network });
    t.is(await place.say('1', 'echo before'), 200);
    await eventually('the hand-over to be recorded', 20_000, async () =>
      (await place.typesOf('1')).includes('MessageDispatched'),
    );
    server.rights.take('append', '');
    for (const text of ['one', 'two', 'three']) t.is(await place.say('2', `echo ${text}`), 503);
    const { ready, store, refused } = await place.readiness();
    t.deepEqual({ ready, store }, { ready: false, store: false });
    t.regex(refused?.join() ?? '', /does not let this user append to /);
    // Whether a heartbeat was due before the first text is chance.
    const told = toldOf(place, /append to/);
    t.is(told.length, 1, told.join('\n'));
    t.regex(told[0] ?? '', /^error: EventStoreDB does not let this user append to .*docs\/eventstoredb\.md/);
    server.rights.grant('append', '');
    await untilReady(place);
    t.is(await place.say('1', 'echo after'), 200);
    t.deepEqual(await network.until('1', 2), ['before', 'after']);
    t.deepEqual(toldOf(place, /append to|refuses/), [...told, again]);
    t.is((await place.readiness()).refused, undefined);
  },
);

onStandIn(
  'a right to read all events that is taken away makes not ready, told in one line, and takes nothing until it is back',
  async (t) => {
    const server = await startServer(t);
    const network = await Network.start(t);
    const place = await readyOn(t, server.connectionString, { network });
    t.is(await place.say('1', 'echo before'), 200);
    await network.until('1', 1);
    server.rights.take('read', '$all');
    await untilNotReady(place);
    t.is(await place.say('1', 'echo meanwhile'), 503);
    t.like(await place.readiness(), { store: false, refused: [readAllRefused.replace('error: ', '')] });
    t.deepEqual(toldOf(place, /read \$all/), [readAllRefused]);
    server.rights.grant('read', '$all');
    await untilReady(place);
    t.is(await place.say('1', 'echo after'), 200);
    t.deepEqual(await network.until('1', 2), ['before', 'after']);
    t.deepEqual(toldOf(place, /read \$all|refuses/), [readAllRefused, again]);
  },
);

onStandIn('of two rights that are missing the second is told when the first is back', async (t) => {
  const server = await startServer(t);
  const network = await Network.start(t);
  const place = await readyOn(t, server.connectionString, { network });
  server.rights.take('append', '');
  await eventually('the first to be told', 20_000, () => toldOf(place, /append to/).length > 0);
  const [first] = toldOf(place, /append to/);
  server.rights.take('read', '$all');
  await eventually('both to be known', 20_000, async () =>
    (await place.readiness()).refused?.some((refusal) => /read \$all/.test(refusal)),
  );
  t.deepEqual(toldOf(place, /does not let/), [first]);
  server.rights.grant('append', '');
  await eventually('the second to be told', 20_000, () => toldOf(place, /read \$all/).length > 0);
  t.false(toldOf(place, /./).includes(again));
  server.rights.grant('read', '$all');
  await untilReady(place);
  t.deepEqual(toldOf(place, /does not let|refuses/), [first, readAllRefused, again]);
});

onStandIn('one stream that may not be written is that one’s own: the router stays ready', async (t) => {
  const server = await startServer(t);
  const network = await Network.start(t);
  const place = await readyOn(t, server.connectionString, { network });
  server.rights.take('append', place.streamOf('1'));
  t.is(await place.say('1', 'echo refused'), 503);
  t.true(await place.ready());
  t.is(await place.say('2', 'echo taken'), 200);
  t.deepEqual(await network.until('2', 1), ['taken']);
  t.deepEqual(toldOf(place, /append to/), ['error: request failed']);
});

onStandIn('one stream that may not be written while its text is on its way holds up no other', async (t) => {
  const server = await startServer(t);
  const network = await Network.start(t);
  const place = await readyOn(t, server.connectionString, { network });
  let answer = () => {};
  network.answers = new Promise<void>((resolve) => {
    answer = resolve;
  });
  t.is(await place.say('1', 'echo one'), 200);
  await network.until('1', 1);
  server.rights.take('append', place.streamOf('1'));
  answer();
  t.is(await place.say('2', 'echo two'), 200);
  t.deepEqual(await network.until('2', 1), ['two']);
  const told = await eventually('the loss to be told', 20_000, () =>
    place.lines.filter(({ message }) => message.startsWith('what became of a text can never be stored')),
  );
  t.deepEqual(
    told.map(({ level, fields }) => [level, fields.stream]),
    [['error', place.streamOf('1')]],
  );
  t.regex(told[0]?.fields.err?.message ?? '', /does not let this user append to .*has an ACL of its own/);
  t.true(await place.ready());
  t.true(await place.router.stop(), 'a stop takes its whole budget');
});

onStandIn(
  'one stream that may not be written while an app works on its text holds up no other',
  async (t) => {
    const server = await startServer(t);
    const network = await Network.start(t);
    const slow = new URL('./apps/slow.js', import.meta.url).pathname;
    const more = { routing: { lanes: 1 } };
    const place = await readyOn(t, server.connectionString, { network, apps: [slow, 'echo'], more });
    const begun = once(process, 'slow begins');
    t.is(await place.say('1', 'slow 500'), 200);
    await begun;
    server.rights.take('append', place.streamOf('1'));
    t.is(await place.say('2', 'echo two'), 200);
    t.deepEqual(await network.until('2', 1), ['two']);
    t.deepEqual(toldOf(place, /has an ACL of its own/), [
      'error: not routed: what was decided can never be stored',
    ]);
    // What waits is taken up with the next text, once that may be written.
    server.rights.grant('append', place.streamOf('1'));
    t.is(await place.say('1', 'echo three'), 200);
    t.deepEqual(await network.until('1', 2), ['done', 'three']);
  },
);

onStandIn('projections and other processes say no more of a right than the router does', async (t) => {
  const server = await startServer(t);
  const network = await Network.start(t);
  const more = { projections: { run: true } };
  const place = await readyOn(t, server.connectionString, { network, more });
  await eventually('the projections to be live', 20_000, async () => {
    const { projections } = await place.readiness();
    return projections.length > 0 && projections.every(({ phase }) => phase === 'live');
  });
  server.rights.take('read', '$all');
  await untilNotReady(place);
  await eventually('the projections to wait', 20_000, () =>
    place.lines.some(({ message }) => message.startsWith('projection waits')),
  );
  t.deepEqual(
    place.lines
      .filter(({ level }) => level === 'warn' || level === 'error')
      .map(({ level, message }) => `${level}: ${message}`),
    [readAllRefused],
  );
});

onStandIn(
  'a password that is changed makes not ready, told in one line, until it is as it was',
  async (t) => {
    const user = { name: 'router', password: 'first' };
    const server = await StandIn.start({ user });
    t.teardown(() => server.close());
    const network = await Network.start(t);
    const connectionString = `esdb://router:first@${server.host}:${server.port}?tls=true&tlsCAFile=${authority}`;
    const place = await readyOn(t, connectionString, { network });
    user.password = 'second';
    await untilNotReady(place);
    const unknown = /does not know this user, or the password is wrong/;
    t.like(await place.readiness(), { store: false });
    t.is(toldOf(place, unknown).length, 1);
    user.password = 'first';
    await untilReady(place);
    t.is(toldOf(place, unknown).length, 1);
    t.is(toldOf(place, /refuses nothing/).length, 1);
  },
);

onStandIn('a connection string without a user is told so, and where it is given', async (t) => {
  const server = await StandIn.start({ user: { name: 'router', password: 'first' } });
  t.teardown(() => server.close());
  const network = await Network.start(t);
  const anonymous = `esdb://${server.host}:${server.port}?tls=true&tlsCAFile=${authority}`;
  const error = await t.throwsAsync(startOn(t, anonymous, { network }), { instanceOf: StoreError });
  t.is(error.code, 'unavailable');
  t.regex(error.message, /names no user.*EVENTSTORE_URL.*eventStore\.connectionString/);
  t.notRegex(error.message, /does not let this user/);
});
