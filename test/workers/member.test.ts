import test from 'ava';
import { NodeInUse } from '../../src/workers/nodeName.js';
import { count, pollMs, takeoverMs, World } from './support/world.js';

test('alone, a process has all the work as soon as it has joined, from where an older version left it', async (t) => {
  const { processor, member } = await new World().started('main');
  t.is(processor.working.size, 8);
  t.deepEqual(new Set([...processor.working.values()].map(({ mark }) => mark)), new Set(['7']));
  t.like(member.status, { state: 'member', held: { main: 8 }, own: { routing: 8, outbound: [] } });
});

test('a second one gets its partitions, from where the first has got to, after the first has released them', async (t) => {
  const world = new World();
  const first = await world.started('one');
  for (const partition of first.processor.working.keys()) first.processor.marks.set(partition, '40');
  let end = () => {};
  first.processor.rest = () =>
    new Promise((resolve) => {
      end = resolve;
    });
  const second = await world.started('two');
  await world.clock.advance(5 * pollMs);
  t.deepEqual([count(first), count(second)], [4, 0], 'something of it is still in flight');
  end();
  await world.clock.advance(2 * pollMs);
  t.deepEqual([count(first), count(second)], [4, 4]);
  t.deepEqual(new Set([...second.processor.working.values()].map(({ mark }) => mark)), new Set(['40']));
});

test('a stop in order leaves its partitions to the others at once', async (t) => {
  const world = new World();
  const [first, second] = [await world.started('one'), await world.started('two')];
  await world.clock.advance(5 * pollMs);
  const left = first.member.leave(5_000);
  await world.clock.advance(2 * pollMs);
  t.true(await left);
  t.deepEqual([count(first), count(second)], [0, 8]);
});

test('what does not end in time is left as cut short', async (t) => {
  const world = new World();
  const first = await world.started('one');
  first.processor.rest = () => new Promise(() => {});
  const left = first.member.leave(5_000);
  await world.clock.advance(6_000);
  t.false(await left);
  const second = await world.started('two');
  t.is(count(second), 8);
  t.true([...second.processor.working.values()].every(({ clean }) => !clean));
});

test('who cannot reach the store releases its partitions before the others take them, and has some again afterwards', async (t) => {
  const world = new World();
  const [cut, other] = [await world.started('cut'), await world.started('other')];
  await world.clock.advance(5 * pollMs);
  t.deepEqual([count(cut), count(other)], [4, 4]);
  cut.line.cut = true;
  let releasedMs = 0;
  let takenMs = 0;
  for (let second = 1; second <= 14; second += 1) {
    await world.clock.advance(1_000);
    if (count(cut) === 0) releasedMs ||= second * 1_000;
    if (count(other) === 8) takenMs ||= second * 1_000;
  }
  t.true(releasedMs > 0 && takenMs > 0);
  t.true(releasedMs + 2_000 <= takenMs, `${releasedMs} ${takenMs}`);
  t.true(takenMs <= takeoverMs + 3 * pollMs, `${takenMs}`);
  t.is(cut.member.status.state, 'apart');
  cut.line.cut = false;
  await world.clock.advance(5 * pollMs);
  t.deepEqual([count(cut), count(other)], [4, 4]);
  t.is(cut.member.status.state, 'member');
});

test('a heartbeat that hangs for ever does not keep a process from releasing its partitions', async (t) => {
  const world = new World();
  let hangs = false;
  const one = await world.started('one', {
    delay: () => (hangs ? new Promise(() => {}) : Promise.resolve()),
  });
  hangs = true;
  await world.clock.advance(takeoverMs);
  t.is(count(one), 0);
});

test('a name that another process beats under is refused, one whose process is gone is taken over with its work', async (t) => {
  const world = new World();
  const first = await world.started('main', { soleOfItsName: false });
  const second = world.started('main', { soleOfItsName: false });
  const refused = t.throwsAsync(second, { instanceOf: NodeInUse, message: /main .*--node/ });
  await world.clock.advance(takeoverMs * 0.6);
  await refused;
  t.is(count(first), 8);
  first.line.cut = true;
  const third = world.started('main', { soleOfItsName: false });
  await world.clock.advance(takeoverMs * 0.6);
  t.is(count(await third), 8, 'long before the takeover time is over');
  t.false(first.lease.holds);
});

test('a process whose name was taken works no more', async (t) => {
  const world = new World();
  const first = await world.started('main');
  const second = await world.started('main');
  await world.clock.advance(2 * pollMs);
  t.deepEqual([count(first), count(second)], [0, 8]);
  t.is(first.member.status.state, 'apart');
  await world.clock.advance(3 * takeoverMs);
  t.deepEqual([count(first), count(second)], [0, 8]);
});

test('that nobody does a kind of work is told, and told again only when it has changed', async (t) => {
  const world = new World();
  const front = await world.started('front', { takes: [] });
  t.like(world.warnings, [{ waiting: ['routing'] }]);
  const back = await world.started('back');
  await world.clock.advance(5 * pollMs);
  t.is(count(back), 8);
  t.is(world.warnings.length, 1);
  await back.member.leave(1_000);
  await world.clock.advance(3 * pollMs);
  t.like(world.warnings, [{ waiting: ['routing'] }, { waiting: ['routing'] }]);
  t.is(count(front), 0);
  const alone = new World();
  await alone.started('one').then(({ member }) => member.leave(1_000));
  t.deepEqual(alone.warnings, [], 'who leaves last says nothing');
});
