import test from 'ava';
import fc from 'fast-check';
import { type AnyApp, defineApp } from '../../src/apps/app.js';
import { conversationStream } from '../../src/domain/connection.js';
import type { MessageRouted } from '../../src/domain/events.js';
import { partitionOf } from '../../src/routing/partitioning.js';
import { RunProgress } from '../../src/routing/progress.js';
import { comparePositions } from '../../src/store/positions.js';
import { all, counter, eventually, openStore, type Running, routingOn } from './support.js';

const backend = 'kannel';
const partitionCount = 4;
const identities = Array.from({ length: 40 }, (_, nth) => `${nth}`);
const partitionOfIdentity = (identity: string) =>
  partitionOf(conversationStream({ backend, identity }), partitionCount);

const held = (...numbers: readonly number[]) => ({
  partitionCount,
  held: new Map<number, string | undefined>(numbers.map((number) => [number, undefined])),
});

const receiveFromAll = async ({ intake }: Running, text: string): Promise<void> => {
  for (const identity of identities) await intake.receive(backend, { identity, text }, 'queued');
};

const routedIds = async (running: Running): Promise<string[]> =>
  (await all(running.store, { types: ['MessageRouted'] })).map(
    ({ data }) => (data as MessageRouted['data']).messageId,
  );

test('a process routes the conversations of its partitions and no others', async (t) => {
  const running = routingOn(await openStore(), [counter]);
  await receiveFromAll(running, 'x');
  const own = identities.filter((identity) => [0, 2].includes(partitionOfIdentity(identity)));
  await running.routing.work(held(0, 2));
  const routed = await eventually(running.store, own.length, 'MessageRouted');
  t.deepEqual(
    new Set(routed.map(({ stream }) => stream)),
    new Set(own.map((identity) => conversationStream({ backend, identity }))),
  );
  await running.routing.work(held(0, 1, 2, 3));
  await eventually(running.store, identities.length, 'MessageRouted');
  await running.routing.stop();
  t.is(new Set(await routedIds(running)).size, identities.length);
});

test('a partition that is taken over goes on from its own mark, the others from theirs', async (t) => {
  const store = await openStore();
  const before = routingOn(store, [counter]);
  await receiveFromAll(before, 'x');
  await before.routing.work(held(0, 1));
  const own = identities.filter((identity) => partitionOfIdentity(identity) < 2);
  await eventually(store, own.length, 'MessageRouted');
  const released = await before.routing.work(held());
  t.deepEqual([...released.keys()], [0, 1]);
  const handed: string[] = [];
  const noting: AnyApp = defineApp({
    name: 'noting',
    handle: (message) => {
      handed.push(message.connection.identity);
      return true;
    },
  });
  const after = routingOn(store, [noting]);
  await after.routing.work({ partitionCount, held: new Map([...held(2, 3).held, ...released]) });
  await eventually(store, identities.length, 'MessageRouted');
  await after.routing.stop();
  t.deepEqual(
    handed,
    identities.filter((identity) => partitionOfIdentity(identity) > 1),
  );
});

test('assignments that follow each other faster than the work ends lose and repeat nothing', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.subarray([0, 1, 2, 3]), { minLength: 1, maxLength: 6 }), async (turns) => {
      const store = await openStore();
      const [one, two] = [routingOn(store, [counter]), routingOn(store, [counter])];
      const marks = new Map<number, string | undefined>();
      const keep = (released: ReadonlyMap<number, string | undefined>) => {
        for (const [partition, mark] of released) marks.set(partition, mark);
      };
      const assign = (numbers: readonly number[]) => ({
        partitionCount,
        held: new Map(numbers.map((number) => [number, marks.get(number)] as const)),
      });
      for (const [turn, numbers] of turns.entries()) {
        const flow = receiveFromAll(one, `${turn}`);
        const others = [0, 1, 2, 3].filter((number) => !numbers.includes(number));
        await Promise.all([
          one.routing.work(assign(numbers)).then(keep),
          two.routing.work(assign(others)).then(keep),
        ]);
        await flow;
      }
      keep(await one.routing.stop());
      keep(await two.routing.stop());
      const last = routingOn(store, [counter]);
      await last.routing.work(assign([0, 1, 2, 3]));
      await eventually(store, turns.length * identities.length, 'MessageRouted');
      await last.routing.stop();
      const ids = await routedIds(last);
      t.is(ids.length, turns.length * identities.length);
      t.is(new Set(ids).size, ids.length);
      const sent = await all(store, { types: ['MessageSent'] });
      for (const identity of identities) {
        t.deepEqual(
          sent
            .filter(({ stream }) => stream === conversationStream({ backend, identity }))
            .map(({ data }) => (data as { text: string }).text),
          turns.map((_, turn) => `${turn} ${turn + 1}`),
        );
      }
    }),
    { numRuns: 8 },
  );
});

test('two processes that both believe to hold every partition route each message once, in order', async (t) => {
  const store = await openStore();
  const [one, two] = [routingOn(store, [counter]), routingOn(store, [counter])];
  await one.routing.work(held(0, 1, 2, 3));
  await two.routing.work(held(0, 1, 2, 3));
  for (let turn = 0; turn < 10; turn += 1) await receiveFromAll(turn % 2 === 0 ? one : two, `${turn}`);
  await eventually(store, 10 * identities.length, 'MessageRouted');
  await Promise.all([one.routing.stop(), two.routing.stop()]);
  const ids = await routedIds(one);
  t.is(ids.length, 10 * identities.length);
  t.is(new Set(ids).size, ids.length);
  const sent = await all(store, { types: ['MessageSent'] });
  t.is(sent.length, ids.length);
  for (const identity of identities) {
    t.deepEqual(
      sent
        .filter(({ stream }) => stream === conversationStream({ backend, identity }))
        .map(({ data }) => (data as { text: string }).text),
      Array.from({ length: 10 }, (_, turn) => `${turn} ${turn + 1}`),
    );
  }
});

test('who took an inline message is told when another process has routed it', async (t) => {
  const store = await openStore();
  const [taking, working] = [routingOn(store, [counter]), routingOn(store, [counter])];
  const received = taking.intake.receive(backend, { identity: '1', text: 'x' }, 'inline');
  await eventually(store, 1, 'MessageReceived');
  t.is((await routedIds(taking)).length, 0);
  await working.routing.work(held(0, 1, 2, 3));
  t.deepEqual([await received], await routedIds(taking));
  await Promise.all([taking.routing.stop(), working.routing.stop()]);
});

test('who waits for a message whose partition is given away is told when the next one has routed it', async (t) => {
  const store = await openStore();
  let enter = () => {};
  const entered = new Promise<void>((resolve) => {
    enter = resolve;
  });
  let leave = () => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const slow = defineApp({
    name: 'slow',
    handle: async () => {
      enter();
      await left;
      return true;
    },
  });
  const [first, next] = [routingOn(store, [slow], { lanes: 1 }), routingOn(store, [counter])];
  await first.routing.work(held(0, 1, 2, 3));
  const busy = first.intake.receive(backend, { identity: '1', text: 'busy' }, 'inline');
  await entered;
  const waiting = first.intake.receive(backend, { identity: '2', text: 'x' }, 'inline');
  await eventually(store, 2, 'MessageReceived');
  const released = first.routing.work(held());
  leave();
  await busy;
  await next.routing.work({ partitionCount, held: await released });
  const messageId = await waiting;
  t.true((await routedIds(next)).includes(messageId));
  await Promise.all([first.routing.stop(), next.routing.stop()]);
});

test('a run begins at the earliest mark of its partitions and takes from each what is beyond its own', (t) => {
  const streams = identities.map((identity) => conversationStream({ backend, identity }));
  const progress = new RunProgress({
    partitionCount,
    held: new Map([
      [0, '10'],
      [1, '2'],
      [2, '10'],
    ]),
  });
  t.is(progress.from, '2');
  const taken = (position: string) =>
    [0, 1, 2, 3].filter((partition) =>
      streams.some(
        (stream) => partitionOf(stream, partitionCount) === partition && progress.isOwn(stream, position),
      ),
    );
  t.deepEqual(taken('9'), [1]);
  t.deepEqual(taken('10'), [1]);
  t.deepEqual(taken('11'), [0, 1, 2]);
  progress.caughtUp();
  t.deepEqual(taken('12'), [0, 1, 2]);
});

test('conversations are spread evenly over the partitions, those of one partition over the lanes', (t) => {
  const spread = (count: number, of: (stream: string) => number) => {
    const counts = Array.from({ length: count }, () => 0);
    for (let nth = 0; nth < 6_400; nth += 1) {
      const partition = of(conversationStream({ backend, identity: `+25670${1_000_000 + nth}` }));
      counts[partition] = (counts[partition] ?? 0) + 1;
    }
    return counts;
  };
  for (const ofPartition of spread(32, (stream) => partitionOf(stream, 32)))
    t.true(ofPartition > 120 && ofPartition < 280, `${ofPartition}`);
});

test('positions are compared by the numbers in them, however they are written', (t) => {
  const sign = (one: string, other: string) => Math.sign(comparePositions(one, other));
  t.is(sign('9', '10'), -1);
  t.is(sign('C:10/P:9', 'C:9/P:10'), 1);
  t.is(sign('18446744073709551615', '18446744073709551614'), 1);
  t.is(sign('C:7/P:7', 'C:7/P:7'), 0);
});
