import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { type Group, heldBy } from '../../src/workers/group.js';
import { namesIn, roomOf } from '../../src/workers/partitions.js';
import { plan } from '../../src/workers/plan.js';
import {
  afterExpiry,
  afterLeaving,
  newGroup,
  rebalanced,
  repartitioned,
} from '../../src/workers/rebalance.js';
import { type Process, pollMs, takeoverMs, World } from './support/model.js';

const all = ['routing', 'outbound/a', 'outbound/b', 'outbound/c'];
const backends = ['a', 'b', 'c'];

/** What can happen to a process that is awake, and to the world with it. */
const deeds = {
  send: (process: Process) => process.send(),
  answer: (process: Process) => process.hear(),
  poll: (process: Process) => process.poll(),
  act: (process: Process) => process.act(),
  work: (process: Process) => process.work(),
  settle: (process: Process) => process.settle(),
  leave: (process: Process) => process.leave(),
  freeze: (process: Process) => {
    process.state = 'frozen';
  },
  round: (process: Process) => {
    process.beat();
    process.settle();
    process.poll();
    process.act();
  },
  /** Time passes, and it listens to the others; what it makes of it comes later. */
  hear: (process: Process, world: World) => {
    world.pass(takeoverMs / 5);
    process.beat();
    process.settle();
    process.act();
    process.poll();
  },
  heed: (process: Process, world: World) => {
    deeds.hear(process, world);
    process.act();
  },
} as const;
const happenings = ['arrive', 'pass', 'long', 'start', 'thaw', 'kill', 'restart'] as const;
type Deed = keyof typeof deeds;
type Kind = Deed | (typeof happenings)[number];
const kinds: readonly Kind[] = [...happenings, ...(Object.keys(deeds) as Deed[])];
const isDeed = (kind: Kind): kind is Deed => kind in deeds;

const actions = fc.array(fc.record({ do: fc.constantFrom(...kinds), who: fc.nat(6) }), {
  maxLength: 200,
  size: 'max',
});
/** Few processes that hear each other for long: who was silent for too long comes back at the last moment. */
const silences = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ do: fc.constantFrom<Kind>('hear', 'heed'), who: fc.constantFrom(0, 0, 0, 1) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom<Kind>('send', 'arrive', 'answer', 'freeze', 'thaw'),
        who: fc.nat(1),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom(...kinds), who: fc.nat(2) }) },
  ),
  { maxLength: 200, size: 'max' },
);
const skews = fc.array(fc.integer({ min: -10_000, max: 10_000 }), { minLength: 7, maxLength: 7 });

/** Lets it all happen. @param watch - looks at the world after each action */
const play = (
  given: readonly { readonly do: Kind; readonly who: number }[],
  skewMs: readonly number[],
  takes: (who: number) => readonly string[],
  watch: (world: World) => void,
  settled = 0,
): World => {
  const world = new World(8, backends);
  const at = (who: number): Process | undefined => world.alive.find(({ node }) => node === `n${who}`);
  const start = (who: number) => world.started(`n${who}`, takes(who), skewMs[who]);
  for (let who = 0; who < settled; who += 1) start(who);
  world.settle(5);
  for (const { do: what, who } of given) {
    const process = at(who);
    if (isDeed(what) && process?.state === 'alive') deeds[what](process, world);
    // What is on its way arrives, whatever became of the process.
    if (what === 'arrive') for (const one of world.nodes) if (one.node === `n${who}`) one.arrive();
    if (what === 'pass') world.pass(700);
    if (what === 'long') world.pass(takeoverMs / 4);
    if (what === 'thaw' && process) process.state = 'alive';
    if (what === 'kill' || what === 'restart') process?.kill();
    if (what === 'start' || what === 'restart') if (at(who) === undefined) start(who);
    watch(world);
  }
  for (const process of world.alive) process.state = 'alive';
  return world;
};

const loads = ({ partitions }: Group, room: string, nodes: readonly string[]): number[] =>
  nodes.map(
    (node) =>
      Object.entries(partitions).filter(
        ([partition, { holder }]) => roomOf(partition) === room && holder === node,
      ).length,
  );

const actedUponByOne = (world: World, t: ExecutionContext): void => {
  const acted = world.alive.flatMap(({ acting }) => acting);
  t.is(new Set(acted).size, acted.length);
};

const markedAsDone = ({ group, done }: World, t: ExecutionContext): void => {
  for (const [partition, { mark = '0' }] of Object.entries(group.partitions))
    t.true(Number(mark) <= (done.get(partition) ?? 0), partition);
};

for (const [title, holds] of [
  ['no partition is acted upon by two', actedUponByOne],
  ['no partition is taken for done further than it ever was', markedAsDone],
] as const) {
  test(`whatever happens in whatever order, ${title}`, (t) => {
    const watch = (world: World) => holds(world, t);
    const everything = fc.property(actions, skews, (given, skewMs) => {
      play(given, skewMs, () => all, watch);
    });
    fc.assert(everything, { numRuns: 300 });
    const atTheLastMoment = fc.property(silences, skews, (given, skewMs) => {
      play(given, skewMs, () => all, watch, 2);
    });
    fc.assert(atTheLastMoment, { numRuns: 1_000 });
  });
}

test('whatever happened, once the members stay every partition has a holder, evenly, and nothing moves any more', (t) => {
  fc.assert(
    fc.property(actions, skews, (given, skewMs) => {
      const world = play(
        given,
        skewMs,
        () => all,
        () => {},
      );
      if (world.alive.length === 0) world.started('last', all);
      world.settle(30);
      const nodes = world.alive.map(({ node }) => node);
      t.deepEqual(Object.keys(world.group.members).sort(), [...nodes].sort());
      for (const [partition, { holder }] of Object.entries(world.group.partitions))
        t.true(nodes.includes(holder ?? ''), partition);
      for (const room of ['routing', 'outbound']) {
        const held = loads(world.group, room, nodes);
        t.true(Math.max(...held) - Math.min(...held) <= 1, `${room}: ${held.join(' ')}`);
      }
      for (const process of world.alive)
        t.deepEqual([...process.working].sort(), [...heldBy(world.group, process.node)].sort());
      const { partitions } = world.group;
      world.settle(5);
      t.deepEqual(world.group.partitions, partitions);
    }),
    { numRuns: 200 },
  );
});

test('members that can take different partitions leave none that one of them can take', (t) => {
  const takes = (who: number): string[] => all.filter((_, index) => ((who + 1) >> (index % 3)) % 2 === 1);
  fc.assert(
    fc.property(actions, skews, (given, skewMs) => {
      const world = play(given, skewMs, takes, () => {});
      if (world.alive.length === 0) world.started('n0', takes(0));
      world.settle(30);
      for (const [partition, { holder }] of Object.entries(world.group.partitions)) {
        const able = world.alive.filter(({ node }) =>
          takes(Number(node.slice(1))).some((one) => one === partition || one === roomOf(partition)),
        );
        if (able.length === 0) t.is(holder, undefined);
        else
          t.true(
            able.some(({ node }) => node === holder),
            partition,
          );
      }
      const { partitions } = world.group;
      world.settle(5);
      t.deepEqual(world.group.partitions, partitions);
    }),
    { numRuns: 200 },
  );
});

test('a member that is killed has lost everything to the others within the takeover time and three polls', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 6 }), skews, fc.nat(5), (count, skewMs, victim) => {
      const world = new World(16, backends);
      for (let who = 0; who < count; who += 1) world.started(`n${who}`, all, skewMs[who]);
      world.settle(8);
      const killed = world.nodes[victim % count];
      killed?.kill();
      world.settle(takeoverMs / pollMs + 3);
      for (const [partition, { holder }] of Object.entries(world.group.partitions)) {
        t.true(
          world.alive.some(({ node, working }) => node === holder && working.includes(partition)),
          partition,
        );
      }
    }),
  );
});

test('a member that beats keeps what it has, however far the clocks are apart', (t) => {
  const world = new World(16, backends);
  for (const [index, skewMs] of [0, 10_000, -10_000, 86_400_000].entries())
    world.started(`n${index}`, all, skewMs);
  world.settle(8);
  const { partitions } = world.group;
  world.settle(100);
  t.deepEqual(world.group.partitions, partitions);
});

test('a store that nobody could reach for long makes nobody take from the others', (t) => {
  const world = new World(16, backends);
  for (const node of ['a', 'b', 'c']) world.started(node, all);
  world.settle(8);
  const { partitions } = world.group;
  world.pass(60_000);
  t.deepEqual(
    world.alive.flatMap(({ working }) => working),
    [],
    'meanwhile nobody works',
  );
  world.settle(3);
  t.deepEqual(world.group.partitions, partitions);
});

const me = (node: string, session = 'first') => ({ node, session, takeoverMs, takes: all });
const held = new Map();

test('nothing is replaced where nothing happens', (t) => {
  const group = rebalanced(newGroup(4, me('a'), { clean: true }), { me: me('a'), held }).group;
  t.deepEqual(rebalanced(group, { me: me('a'), held }).group, group);
  t.deepEqual(afterExpiry(group, new Map()), group);
});

test('the plan that comes with a group is that of the group after the step', (t) => {
  const watch = ({ group, alive }: World) => {
    for (const { node } of alive) {
      const next = rebalanced(group, { me: me(node), held });
      t.deepEqual(next.plan, plan(next.group));
    }
  };
  fc.assert(
    fc.property(actions, skews, (given, skewMs) => {
      play(given, skewMs, () => all, watch);
    }),
    { numRuns: 20 },
  );
});

test('a member that starts again under its name has its partitions back at once, and knows that they were not released', (t) => {
  const group = rebalanced(newGroup(4, me('a'), { clean: true }), { me: me('a'), held }).group;
  const left = afterExpiry(group, new Map([['a', { 17: ['routing/0'] }]]));
  const again = rebalanced(left, { me: me('a', 'second'), held }).group;
  t.deepEqual(heldBy(again, 'a').toSorted(), heldBy(group, 'a').toSorted());
  t.like(again.partitions['outbound/a'], { holder: 'a', clean: false });
  t.like(again.partitions['routing/0'], { holder: 'a', clean: false, mark: '17' });
  t.is(again.members.a?.session, 'second');
});

test('what is released in order is acquired as it stands', (t) => {
  const group = rebalanced(newGroup(1, me('a'), { clean: true }), { me: me('a'), held }).group;
  const mine = new Map([
    ['routing/0', { mark: '17', clean: true, idle: true }],
    ['outbound/a', { clean: true, idle: true }],
    ['outbound/b', { clean: false, idle: true }],
    ['outbound/c', { clean: true, idle: false }],
  ]);
  const left = afterLeaving(group, 'a', mine);
  t.deepEqual(left.members, {});
  const expected = {
    'routing/0': { mark: '17', clean: true },
    'outbound/a': { clean: true },
    'outbound/b': { clean: false },
    'outbound/c': { clean: false },
  };
  t.deepEqual(left.partitions, expected);

  const both = rebalanced(group, { me: me('b'), held }).group;
  const others = afterLeaving(both, 'a', mine).partitions;
  for (const [partition, stands] of Object.entries(expected))
    t.deepEqual(others[partition], { ...stands, holder: 'b' });
});

test('of who died, the marks that are further count: those of the last heartbeat or those of the taking', (t) => {
  const group = rebalanced(newGroup(2, me('a'), { clean: true, mark: '9' }), { me: me('a'), held }).group;
  const left = afterExpiry(group, new Map([['a', { 10: ['routing/0'], 8: ['routing/1'] }]]));
  t.deepEqual(left.partitions['routing/0'], { mark: '10', clean: false });
  t.deepEqual(left.partitions['routing/1'], { mark: '9', clean: false });
  t.deepEqual(left.members, {});
});

test('spread anew, the conversations go on from the partition that was furthest behind', (t) => {
  const group = newGroup(2, me('a'), { clean: true, mark: '9' });
  const uneven = { ...group, partitions: { ...group.partitions, 'routing/1': { clean: true, mark: '10' } } };
  const spread = repartitioned(uneven, 3);
  t.is(spread.partitionCount, 3);
  t.deepEqual(namesIn('routing', Object.keys(spread.partitions)), ['0', '1', '2']);
  t.is(spread.partitions['routing/2']?.mark, '9');
  t.deepEqual(spread.partitions['outbound/a'], { clean: true });
  const fresh = { ...uneven, partitions: { ...uneven.partitions, 'routing/0': { clean: true } } };
  t.is(repartitioned(fresh, 1).partitions['routing/0']?.mark, undefined);
});
