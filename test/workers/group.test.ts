import test from 'ava';
import fc from 'fast-check';
import {
  type Group,
  groupWithout,
  heldBy,
  newGroup,
  nextGroup,
  partsIn,
  respread,
  roomOf,
} from '../../src/workers/group.js';
import { beatMs, type Process, takeoverMs, World } from './model.js';

const all = ['routing', 'outbound/a', 'outbound/b', 'outbound/c'];
const backends = ['a', 'b', 'c'];

const kinds = ['beat', 'rest', 'pass', 'long', 'start', 'kill', 'restart', 'leave'] as const;
const actions = fc.array(fc.record({ do: fc.constantFrom(...kinds), who: fc.nat(6) }), { maxLength: 120 });
const skews = fc.array(fc.integer({ min: -10_000, max: 10_000 }), { minLength: 7, maxLength: 7 });

/** Lets it all happen. @param watch - looks at the world after each action */
const play = (
  given: readonly { readonly do: (typeof kinds)[number]; readonly who: number }[],
  skewMs: readonly number[],
  takes: (who: number) => readonly string[],
  watch: (world: World) => void,
): World => {
  const world = new World(8, backends);
  const at = (who: number): Process | undefined => world.alive.find(({ node }) => node === `n${who}`);
  const start = (who: number) => world.started(`n${who}`, takes(who), skewMs[who]).beat(true);
  for (const { do: what, who } of given) {
    const process = at(who);
    if (what === 'start' && process === undefined) start(who);
    if (what === 'beat') process?.beat();
    if (what === 'rest') process?.rest();
    if (what === 'pass') world.pass(700);
    if (what === 'long') world.pass(takeoverMs);
    if (what === 'kill') process?.kill();
    if (what === 'leave') process?.leave();
    if (what === 'restart' && process !== undefined) {
      process.kill();
      start(who);
    }
    watch(world);
  }
  return world;
};

const loads = ({ work }: Group, room: string, nodes: readonly string[]): number[] =>
  nodes.map(
    (node) =>
      Object.entries(work).filter(([share, { holder }]) => roomOf(share) === room && holder === node).length,
  );

test('whatever happens in whatever order, no share is worked on by two, and only by who holds it', (t) => {
  fc.assert(
    fc.property(actions, skews, (given, skewMs) => {
      play(
        given,
        skewMs,
        () => all,
        (world) => {
          const worked = world.alive.flatMap(({ working }) => working);
          t.is(new Set(worked).size, worked.length);
        },
      );
    }),
    { numRuns: 300 },
  );
});

test('whatever happened, once the members stay every share has a holder, evenly, and nothing moves any more', (t) => {
  fc.assert(
    fc.property(actions, skews, (given, skewMs) => {
      const world = play(
        given,
        skewMs,
        () => all,
        () => {},
      );
      if (world.alive.length === 0) world.started('last', all).beat(true);
      world.settle(30);
      const nodes = world.alive.map(({ node }) => node);
      t.deepEqual(Object.keys(world.group.members).sort(), [...nodes].sort());
      for (const [share, { holder }] of Object.entries(world.group.work))
        t.true(nodes.includes(holder ?? ''), share);
      for (const room of ['routing', 'outbound']) {
        const held = loads(world.group, room, nodes);
        t.true(Math.max(...held) - Math.min(...held) <= 1, `${room}: ${held.join(' ')}`);
      }
      for (const process of world.alive)
        t.deepEqual([...process.working].sort(), [...heldBy(world.group, process.node)].sort());
      const { work } = world.group;
      world.settle(5);
      t.deepEqual(world.group.work, work);
    }),
    { numRuns: 200 },
  );
});

test('members that can take different shares leave none that one of them can take', (t) => {
  const takes = (who: number): string[] => all.filter((_, index) => ((who + 1) >> (index % 3)) % 2 === 1);
  fc.assert(
    fc.property(actions, skews, (given, skewMs) => {
      const world = play(given, skewMs, takes, () => {});
      if (world.alive.length === 0) world.started('n0', takes(0)).beat(true);
      world.settle(30);
      for (const [share, { holder }] of Object.entries(world.group.work)) {
        const able = world.alive.filter(({ node }) =>
          takes(Number(node.slice(1))).some((one) => one === share || one === roomOf(share)),
        );
        if (able.length === 0) t.is(holder, undefined);
        else
          t.true(
            able.some(({ node }) => node === holder),
            share,
          );
      }
      const { work } = world.group;
      world.settle(5);
      t.deepEqual(world.group.work, work);
    }),
    { numRuns: 200 },
  );
});

test('a member that is killed has lost everything to the others within the takeover time and three beats', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 6 }), skews, fc.nat(5), (count, skewMs, victim) => {
      const world = new World(16, backends);
      for (let who = 0; who < count; who += 1) world.started(`n${who}`, all, skewMs[who]).beat(true);
      world.settle(8);
      const killed = world.nodes[victim % count];
      killed?.kill();
      world.settle(takeoverMs / beatMs + 3);
      for (const [share, { holder }] of Object.entries(world.group.work)) {
        t.true(
          world.alive.some(({ node, working }) => node === holder && working.includes(share)),
          share,
        );
      }
    }),
  );
});

test('a member that beats keeps what it has, however far the clocks are apart', (t) => {
  const world = new World(16, backends);
  for (const [index, skewMs] of [0, 10_000, -10_000, 86_400_000].entries())
    world.started(`n${index}`, all, skewMs).beat(true);
  world.settle(8);
  const { work } = world.group;
  world.settle(100);
  t.deepEqual(world.group.work, work);
});

test('a store that nobody could reach for long makes nobody take from the others', (t) => {
  const world = new World(16, backends);
  for (const node of ['a', 'b', 'c']) world.started(node, all).beat(true);
  world.settle(8);
  const { work } = world.group;
  world.pass(60_000);
  t.deepEqual(
    world.alive.flatMap(({ working }) => working),
    [],
    'meanwhile nobody works',
  );
  world.settle(3);
  t.deepEqual(world.group.work, work);
});

const me = (node: string, session = 'first') => ({ node, session, takeoverMs, takes: all });
const none = { silent: new Set<string>(), own: new Map() };

test('a member that starts again under its name has its shares back at once, and knows that they were not put down', (t) => {
  const group = nextGroup(newGroup(4, me('a'), { clean: true }), { me: me('a'), ...none });
  const again = nextGroup(group, { me: me('a', 'second'), ...none });
  t.deepEqual(again.work, group.work);
  t.like(again.work['outbound/a'], { holder: 'a', clean: false });
  t.is(again.members.a?.session, 'second');
});

test('what is put down in order is taken as it stands', (t) => {
  const group = nextGroup(newGroup(1, me('a'), { clean: true }), { me: me('a'), ...none });
  const own = new Map([
    ['routing/0', { mark: '17', clean: true, resting: true }],
    ['outbound/a', { clean: true, resting: true }],
    ['outbound/b', { clean: false, resting: true }],
    ['outbound/c', { clean: true, resting: false }],
  ]);
  const left = groupWithout(group, 'a', own);
  t.deepEqual(left.members, {});
  t.deepEqual(left.work, {
    'routing/0': { mark: '17', clean: true },
    'outbound/a': { clean: true },
    'outbound/b': { clean: false },
    'outbound/c': { clean: false },
  });
});

test('marks are kept with each beat', (t) => {
  const group = nextGroup(newGroup(2, me('a'), { clean: true, mark: '3' }), { me: me('a'), ...none });
  const own = new Map([['routing/0', { mark: '17', clean: true, resting: false }]]);
  const next = nextGroup(group, { me: me('a'), silent: new Set(), own });
  t.is(next.work['routing/0']?.mark, '17');
  t.is(next.work['routing/1']?.mark, '3');
});

test('spread anew, the conversations go on from the share that was furthest behind', (t) => {
  const group = newGroup(2, me('a'), { clean: true, mark: '9' });
  const uneven = { ...group, work: { ...group.work, 'routing/1': { clean: true, mark: '10' } } };
  const spread = respread(uneven, 3);
  t.is(spread.shares, 3);
  t.deepEqual(partsIn('routing', Object.keys(spread.work)), ['0', '1', '2']);
  t.is(spread.work['routing/2']?.mark, '9');
  t.deepEqual(spread.work['outbound/a'], { clean: true });
  const fresh = { ...uneven, work: { ...uneven.work, 'routing/0': { clean: true } } };
  t.is(respread(fresh, 1).work['routing/0']?.mark, undefined);
});
