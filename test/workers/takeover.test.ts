import test, { type ExecutionContext } from 'ava';
import { createMemoryStore } from '../../src/store/memory/open.js';
import type { OpenStore } from '../../src/store/port.js';
import { endSession, heartbeatName, readHeartbeat } from '../../src/workers/heartbeat.js';
import { readGroup, replaceGroup } from '../../src/workers/storedGroup.js';
import { settled } from '../outbound/support/manualClock.js';
import { type Colleague, count, pollMs, takeoverMs, World } from './support/world.js';

/** What a process does something with at this moment. */
const acting = ({ processor, lease, line }: Colleague): number =>
  line.isFrozen || !lease.holds ? 0 : processor.working.size;

const marksOf = ({ processor }: Colleague) =>
  new Set([...processor.working.values()].map(({ mark }) => mark));

const two = async (world: World): Promise<readonly [Colleague, Colleague]> => {
  const colleagues = [await world.started('one'), await world.started('two')] as const;
  await world.clock.advance(5 * pollMs);
  return colleagues;
};

test('who takes over goes on from where the last heartbeat of the dead one was', async (t) => {
  const world = new World();
  const [one, other] = await two(world);
  for (const partition of one.processor.working.keys()) one.processor.marks.set(partition, '40');
  await world.clock.advance(takeoverMs);
  one.line.freeze();
  await world.clock.advance(takeoverMs + 3 * pollMs);
  t.is(count(other), 8);
  const taken = [...other.processor.working].filter(([partition]) => one.processor.working.has(partition));
  t.deepEqual(new Set(taken.map(([, { mark, clean }]) => `${mark} ${clean}`)), new Set(['40 false']));
});

test('a process that starts again goes on from where its last heartbeat was', async (t) => {
  const world = new World();
  const one = await world.started('one');
  for (const partition of one.processor.working.keys()) one.processor.marks.set(partition, '40');
  await world.clock.advance(takeoverMs);
  one.line.freeze();
  t.deepEqual(marksOf(await world.started('one')), new Set(['40']));
});

/** Time passes, and no partition is acted upon by two in it. */
const passSafely = async (t: ExecutionContext, world: World, ms: number, all: readonly Colleague[]) => {
  for (let passedMs = 0; passedMs < ms; passedMs += 50) {
    await world.clock.advance(50);
    const acted = all.flatMap((one) => (acting(one) > 0 ? [...one.processor.working.keys()] : []));
    t.is(new Set(acted).size, acted.length, `${passedMs}`);
  }
};

test('a process that froze acts on nothing when it wakes up, and begins with partitions of its own', async (t) => {
  const world = new World();
  const [frozen, other] = await two(world);
  frozen.line.freeze();
  await world.clock.advance(takeoverMs + 3 * pollMs);
  t.is(count(other), 8);
  t.is(count(frozen), 4, 'it does not know');
  frozen.line.thaw();
  t.is(acting(frozen), 0);
  await passSafely(t, world, 6 * pollMs, [frozen, other]);
  t.deepEqual([acting(frozen), acting(other)], [4, 4]);
});

const sessionOf = async ({ store }: World, node: string): Promise<string> =>
  (await readGroup(store.agreements))?.group.members[node]?.session ?? '';

/** As another process does that finds it silent, and gets no further. */
const end = async (world: World, node: string): Promise<void> => {
  const { heartbeats } = world.store;
  const name = heartbeatName(node);
  await endSession(heartbeats, name, await sessionOf(world, node), await readHeartbeat(heartbeats, name));
};

for (const [title, isSlow] of [
  ['a process that wakes up after its heartbeats were ended', false],
  ['a process that gets the answer to its last heartbeat after they were ended', true],
] as const) {
  test(`${title} acts on nothing until it has begun anew`, async (t) => {
    const world = new World();
    let slow = false;
    const delay = async () => {
      if (slow) await world.clock.sleep(200);
    };
    const one = await world.started('one', { delay });
    slow = isSlow;
    const beats = () => world.tally.heartbeats.get('one') ?? 0;
    const before = beats();
    await world.clock.until(() => beats() > before);
    // With the answer on its way, when that is slow.
    one.line.freeze();
    await world.clock.advance(takeoverMs);
    const session = await sessionOf(world, 'one');
    await end(world, 'one');
    slow = false;
    one.line.thaw();
    for (let passedMs = 0; (await sessionOf(world, 'one')) === session; passedMs += 50) {
      t.is(acting(one), 0);
      t.true(passedMs < takeoverMs);
      await world.clock.advance(50);
    }
    await world.clock.advance(pollMs);
    t.is(acting(one), 8);
  });
}

test('a process that nobody took anything from goes on when it wakes up', async (t) => {
  const world = new World();
  const one = await world.started('one');
  one.line.freeze();
  await world.clock.advance(3 * takeoverMs);
  t.is(acting(one), 0);
  one.line.thaw();
  await world.clock.advance(2 * pollMs);
  t.is(acting(one), 8);
});

test('a heartbeat that fails is tried again soon: an outage of seconds costs nobody a partition', async (t) => {
  const world = new World();
  const [one, other] = await two(world);
  for (let outage = 0; outage < 12; outage += 1) {
    one.line.cut = true;
    await world.clock.advance(1_700);
    t.deepEqual([acting(one), acting(other)], [4, 4]);
    one.line.cut = false;
    await world.clock.advance(1_100);
  }
  t.deepEqual([acting(one), acting(other)], [4, 4]);
});

test('answers that get lost cost nobody a partition', async (t) => {
  const world = new World();
  const [one, other] = await two(world);
  // At whatever moment: some of them are of heartbeats.
  for (let outage = 0; outage < 12; outage += 1) {
    one.line.losesAnswers = true;
    await world.clock.advance(1_700);
    one.line.losesAnswers = false;
    await world.clock.advance(1_100);
  }
  t.deepEqual([acting(one), acting(other)], [4, 4]);
  t.deepEqual(
    world.warnings.filter((warning) => 'nodes' in warning || 'why' in warning),
    [],
  );
});

test('who reads an older group than there is goes on while its heartbeats are taken', async (t) => {
  const world = new World();
  const one = await world.started('one');
  const older = await world.store.agreements.read('workers');
  const other = await world.started('two');
  await world.clock.advance(5 * pollMs);
  const session = await sessionOf(world, 'two');
  other.line.behind = older;
  await world.clock.advance(5 * pollMs);
  other.line.behind = undefined;
  await world.clock.advance(pollMs);
  t.deepEqual([acting(one), acting(other)], [4, 4]);
  t.is(await sessionOf(world, 'two'), session);
});

test('a group that someone has taken away is made anew', async (t) => {
  const world = new World();
  const [one, other] = await two(world);
  const { heartbeats } = world.store;
  world.store = { ...createMemoryStore(), heartbeats };
  await world.clock.advance(2 * takeoverMs);
  t.deepEqual([acting(one), acting(other)], [4, 4]);
  const { group } = (await readGroup(world.store.agreements)) ?? {};
  t.deepEqual(Object.keys(group?.members ?? {}).toSorted(), ['one', 'two']);
});

test('a store that nobody can reach for long makes nobody take from the others', async (t) => {
  const world = new World();
  const [one, other] = await two(world);
  for (const { line } of [one, other]) line.cut = true;
  await world.clock.advance(3 * takeoverMs);
  t.deepEqual([count(one), count(other)], [0, 0]);
  other.line.cut = false;
  await world.clock.advance(2 * pollMs);
  one.line.cut = false;
  await world.clock.advance(2 * pollMs);
  t.deepEqual([acting(one), acting(other)], [4, 4]);
  t.false(world.warnings.some((warning) => 'nodes' in warning));
});

test('what was begun by one that has died itself is brought to its end by another', async (t) => {
  const world = new World();
  const [one, other] = await two(world);
  one.line.freeze();
  await end(world, 'one');
  await world.clock.advance(takeoverMs / 2);
  t.is(count(other), 8);
});

test('a process that dies between joining and its first heartbeat is missed after the takeover time', async (t) => {
  const world = new World();
  const one = await world.started('one');
  const agreed = await readGroup(world.store.agreements);
  const ghost = { session: 'ghost', takeoverMs, takes: ['routing'] };
  if (agreed)
    await replaceGroup(
      world.store.agreements,
      { ...agreed.group, members: { ...agreed.group.members, ghost } },
      agreed,
    );
  await world.clock.advance(takeoverMs / 2);
  t.is(count(one), 4);
  await world.clock.advance(takeoverMs);
  t.is(count(one), 8);
});

test('processes of version 0.1 are shut out, and their partitions taken when they have released them', async (t) => {
  const world = new World();
  const old = { session: 's', beat: 7, takeoverMs, takes: ['routing'] };
  const work = Object.fromEntries(
    Array.from({ length: 8 }, (_, n) => [`routing/${n}`, { clean: false, mark: '30', holder: 'old' }]),
  );
  const text = JSON.stringify({ format: 1, shares: 8, members: { old }, work });
  await world.store.agreements.replace('workers', text, 'none');

  const one = await world.started('one');

  t.is(JSON.parse((await world.store.agreements.read('workers'))?.text ?? '').format, 2);
  await world.clock.advance(takeoverMs - pollMs);
  t.is(count(one), 0);
  await world.clock.advance(4 * pollMs);
  t.is(count(one), 8);
  t.deepEqual(marksOf(one), new Set(['30']));
});

test('a process of version 0.1 that lives keeps its name', async (t) => {
  const world = new World();
  const agree = (beat: number, expected: string) => {
    const members = { main: { session: 's', beat, takeoverMs, takes: ['routing'] } };
    const text = JSON.stringify({ format: 1, shares: 8, members, work: {} });
    return world.store.agreements.replace('workers', text, expected);
  };
  const version = await agree(1, 'none');
  const second = world.started('main', { soleOfItsName: false });
  const refused = t.throwsAsync(second, { message: /main .*--node/ });
  await settled();
  await agree(2, version);
  await world.clock.advance(takeoverMs);
  await refused;
});

const copyOf = async ({ agreements, heartbeats }: OpenStore): Promise<OpenStore> => {
  const copy = createMemoryStore();
  for (const [from, to, name] of [
    [agreements, copy.agreements, 'workers'],
    [heartbeats, copy.heartbeats, heartbeatName('one')],
    [heartbeats, copy.heartbeats, heartbeatName('two')],
  ] as const) {
    const kept = await from.read(name);
    if (kept !== undefined) await to.replace(name, kept.text, 'none');
  }
  return copy;
};

test('in a store that was restored everyone begins as a new member, from what is there', async (t) => {
  const world = new World();
  let timeline = 0;
  const one = await world.started('one', { timeline: () => timeline });
  const backup = await copyOf(world.store);
  const other = await world.started('two', { timeline: () => timeline });
  await world.clock.advance(5 * pollMs);
  for (const { processor } of [one, other])
    for (const partition of processor.working.keys()) processor.marks.set(partition, '99');
  await world.clock.advance(takeoverMs);

  world.store = backup;
  timeline += 1;
  await world.clock.advance(pollMs);
  // What they know of the store before is released with it, and said nowhere.
  for (const { processor } of [one, other]) processor.marks.clear();
  await world.clock.advance(takeoverMs);

  t.deepEqual([acting(one), acting(other)], [4, 4]);
  t.deepEqual([...marksOf(one), ...marksOf(other)], ['7', '7']);
  const { group } = (await readGroup(backup.agreements)) ?? {};
  t.deepEqual(new Set(Object.values(group?.partitions ?? {}).map(({ mark }) => mark)), new Set(['7']));
});

test('a store that has lost something means another session, whether its group shows that or not', async (t) => {
  const world = new World();
  let timeline = 0;
  const one = await world.started('one', { timeline: () => timeline });
  const session = await sessionOf(world, 'one');
  let release = false;
  one.processor.rest = async () => {
    release = true;
  };
  timeline += 1;
  await world.clock.advance(2 * pollMs);
  t.true(release);
  t.not(await sessionOf(world, 'one'), session);
  t.is(acting(one), 8);
});

test('in a store that was replaced by an empty one everyone begins as well', async (t) => {
  const world = new World();
  let timeline = 0;
  const one = await world.started('one', { timeline: () => timeline });
  const other = await world.started('two', { timeline: () => timeline });
  world.store = createMemoryStore();
  timeline += 1;
  await world.clock.advance(takeoverMs);
  t.deepEqual([acting(one), acting(other)], [4, 4]);
});
