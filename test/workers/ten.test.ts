import test, { type ExecutionContext } from 'ava';
import { createMemoryStore } from '../../src/store/memory/open.js';
import type { OpenStore } from '../../src/store/port.js';
import { openStore, startStandIn } from '../store/eventstoredb-engine.js';
import { type Colleague, count, pollMs, takeoverMs, World } from './support/world.js';

const engines: Readonly<Record<string, (t: ExecutionContext) => Promise<OpenStore>>> = {
  memory: async () => createMemoryStore(),
  'the stand-in for EventStoreDB': async (t) =>
    openStore(t, { connectionString: (await startStandIn(t)).connectionString }),
};

/** Numbers that look random, the same each time. */
const randomOf = (seed: number) => {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
};

/** Ten processes that begin at the same moment. @returns also how long it took until each had its partitions */
const tenAtOnce = async (world: World): Promise<readonly [readonly Colleague[], number]> => {
  const ten = Array.from({ length: 10 }, (_, n) =>
    world.made(`w${n}`, { random: randomOf(n + 1), partitionCount: 32 }),
  );
  for (const { member } of ten) void member.join();
  const isShared = () => ten.every((one) => [3, 4].includes(count(one)));
  let passedMs = 0;
  for (; !isShared() && passedMs < 60_000; passedMs += pollMs / 4) await world.pass(pollMs / 4);
  return [ten, passedMs];
};

for (const [name, open] of Object.entries(engines)) {
  test(`ten processes on ${name} share the work without fighting, and at rest nothing is written but heartbeats`, async (t) => {
    const world = new World(await open(t));
    const { tally } = world;
    const [ten, sharedMs] = await tenAtOnce(world);
    t.log(
      `shared after ${sharedMs} ms with ${tally.replaced} replacements, of which ${tally.refused} were refused`,
    );
    t.true(sharedMs <= 4 * pollMs, `${sharedMs}`);
    // Ten that join at the same moment: nine are refused at first, then they are out of each other's way for the most part. Each
    // partition that is handed on costs its giver one replacement, and its taker none.
    t.true(tally.replaced <= 2 * 10, `${tally.replaced}`);
    t.true(tally.refused <= 9 + 5, `${tally.refused}`);

    tally.replaced = 0;
    tally.refused = 0;
    tally.heartbeats.clear();
    await world.pass(3 * takeoverMs);

    t.deepEqual([tally.replaced, tally.refused], [0, 0]);
    for (const { node } of ten) {
      const beats = tally.heartbeats.get(node) ?? 0;
      t.true(beats >= 8 && beats <= 9, `${node}: ${beats}`);
    }
  });

  test(`of ten processes on ${name} three die, and the others have their partitions with as many replacements`, async (t) => {
    const world = new World(await open(t));
    const { tally } = world;
    const [ten] = await tenAtOnce(world);
    await world.pass(takeoverMs);
    const [dead, living] = [ten.slice(0, 3), ten.slice(3)];
    for (const { line } of dead) line.freeze();
    tally.replaced = 0;
    tally.refused = 0;
    let passedMs = 0;
    const held = () => living.reduce((sum, one) => sum + count(one), 0);
    for (; held() < 32 && passedMs < 60_000; passedMs += pollMs / 4) await world.pass(pollMs / 4);
    t.log(`taken over after ${passedMs} ms with ${tally.replaced} replacements, ${tally.refused} refused`);
    t.true(passedMs <= takeoverMs * 1.3, `${passedMs}`);
    t.true(tally.replaced <= 6, `${tally.replaced}`);
    // Of seven who find it at the same moment one ends each of the dead, and one takes them out of the group.
    t.true(tally.refused <= 6 * 3 + 6, `${tally.refused}`);
  });
}
