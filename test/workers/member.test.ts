import { randomUUID } from 'node:crypto';
import test from 'ava';
import { createMemoryStore } from '../../src/store/memory/open.js';
import { type Agreements, StoreError } from '../../src/store/port.js';
import { type Closing, closeGroup, GroupClosed, GroupInUse, openGroup } from '../../src/workers/closing.js';
import type { Duty } from '../../src/workers/duty.js';
import type { ShareName, Standing } from '../../src/workers/group.js';
import { Lease } from '../../src/workers/lease.js';
import { Member } from '../../src/workers/member.js';
import { NodeInUse } from '../../src/workers/name.js';
import { ManualClock, settled } from '../outbound/support/manualClock.js';
import { silentLog } from '../support/log.js';

const [beatMs, takeoverMs] = [1_000, 10_000];

/** Work that is nothing but known; what is put down is at rest once `rest` is called. */
class NotedDuty implements Duty {
  working: ReadonlyMap<ShareName, Standing> = new Map();
  marks = new Map<ShareName, string>();
  /** Called before anything put down is at rest. */
  rest: () => Promise<void> = async () => {};

  async work(on: ReadonlyMap<ShareName, Standing>): Promise<ReadonlyMap<ShareName, Standing>> {
    const putDown = [...this.working.keys()].filter((share) => !on.has(share));
    this.working = on;
    if (putDown.length > 0) await this.rest();
    return new Map(putDown.map((share) => [share, { clean: true, ...this.#markOf(share) }]));
  }

  mark(share: ShareName): string | undefined {
    return this.marks.get(share);
  }

  #markOf(share: ShareName) {
    const mark = this.marks.get(share);
    return mark === undefined ? {} : { mark };
  }
}

/** Processes on one store, and the time they share. */
class World {
  readonly clock = new ManualClock();
  readonly warnings: object[] = [];
  readonly agreements: Agreements;

  constructor(agreements: Agreements = createMemoryStore().agreements) {
    this.agreements = agreements;
  }

  async started(
    node: string,
    options: { agreements?: Agreements; soleOfItsName?: boolean; takes?: string[] } = {},
  ) {
    const duty = new NotedDuty();
    const { agreements = this.agreements, soleOfItsName = true, takes = ['routing'] } = options;
    const member = new Member({
      agreements,
      me: { node, session: randomUUID(), takes },
      settings: { beatMs, takeoverMs },
      shares: 8,
      soleOfItsName,
      duties: new Map([['routing', duty]]),
      found: async () => ({ clean: true, mark: '7' }),
      clock: this.clock,
      lease: new Lease({ beatMs, takeoverMs }, () => this.clock.now()),
      log: { ...silentLog, warn: (fields, message) => this.warnings.push({ ...fields, message }) },
    });
    await member.claimName();
    await member.join();
    await settled();
    return { member, duty };
  }

  closed(why = 'moving'): Promise<Closing> {
    return closeGroup(this.#closingNeeds, why);
  }

  opened(): Promise<boolean> {
    return openGroup(this.#closingNeeds);
  }

  get #closingNeeds() {
    return { agreements: this.agreements, beatMs, clock: this.clock, nobodyLives: false };
  }
}

/** A store that can be out of reach for one process. */
const breakable = (agreements: Agreements) => {
  const state = { broken: false };
  const check = () => {
    if (state.broken) throw new StoreError('unavailable', 'Away.');
  };
  const through: Agreements = {
    read: async (name) => {
      check();
      return agreements.read(name);
    },
    replace: async (...args) => {
      check();
      return agreements.replace(...args);
    },
  };
  return { state, through };
};

const count = ({ duty }: { duty: NotedDuty }): number => duty.working.size;

test('alone, a process has all the work as soon as it has joined, from where an older version left it', async (t) => {
  const { duty, member } = await new World().started('main');
  t.is(duty.working.size, 8);
  t.deepEqual(new Set([...duty.working.values()].map(({ mark }) => mark)), new Set(['7']));
  t.like(member.status, { state: 'member', held: { main: 8 }, own: { routing: 8, outbound: [] } });
});

test('a second one gets its part, from where the first has got to, after the first has put it down', async (t) => {
  const world = new World();
  const first = await world.started('one');
  for (const share of first.duty.working.keys()) first.duty.marks.set(share, '40');
  let end = () => {};
  first.duty.rest = () =>
    new Promise((resolve) => {
      end = resolve;
    });
  const second = await world.started('two');
  await world.clock.advance(5 * beatMs);
  t.deepEqual([count(first), count(second)], [4, 0], 'something of it is still under way');
  end();
  await world.clock.advance(2 * beatMs);
  t.deepEqual([count(first), count(second)], [4, 4]);
  t.deepEqual(new Set([...second.duty.working.values()].map(({ mark }) => mark)), new Set(['40']));
});

test('a stop in order leaves its part to the others at once', async (t) => {
  const world = new World();
  const [first, second] = [await world.started('one'), await world.started('two')];
  await world.clock.advance(5 * beatMs);
  const left = first.member.leave(5_000);
  await world.clock.advance(2 * beatMs);
  t.true(await left);
  t.deepEqual([count(first), count(second)], [0, 8]);
});

test('what does not end in time is left as cut short', async (t) => {
  const world = new World();
  const first = await world.started('one');
  first.duty.rest = () => new Promise(() => {});
  const left = first.member.leave(5_000);
  await world.clock.advance(6_000);
  t.false(await left);
  const second = await world.started('two');
  t.is(count(second), 8);
  t.true([...second.duty.working.values()].every(({ clean }) => !clean));
});

test('who cannot reach the store puts its part down before the others take it, and has a part again afterwards', async (t) => {
  const world = new World();
  const { state, through } = breakable(world.agreements);
  const [cut, other] = [await world.started('cut', { agreements: through }), await world.started('other')];
  await world.clock.advance(5 * beatMs);
  t.deepEqual([count(cut), count(other)], [4, 4]);
  state.broken = true;
  let putDownMs = 0;
  let takenMs = 0;
  for (let second = 1; second <= 14; second += 1) {
    await world.clock.advance(1_000);
    if (count(cut) === 0) putDownMs ||= second * 1_000;
    if (count(other) === 8) takenMs ||= second * 1_000;
  }
  t.true(putDownMs > 0 && takenMs > 0);
  t.true(putDownMs + 2_000 <= takenMs, `${putDownMs} ${takenMs}`);
  t.true(takenMs <= takeoverMs + 3 * beatMs, `${takenMs}`);
  t.is(cut.member.status.state, 'apart');
  state.broken = false;
  await world.clock.advance(5 * beatMs);
  t.deepEqual([count(cut), count(other)], [4, 4]);
  t.is(cut.member.status.state, 'member');
});

test('a beat that hangs for ever does not keep a process from putting its part down', async (t) => {
  const world = new World();
  const { agreements } = world;
  let hangs = false;
  const one = await world.started('one', {
    agreements: {
      read: (name) => (hangs ? new Promise(() => {}) : agreements.read(name)),
      replace: (...args) => agreements.replace(...args),
    },
  });
  hangs = true;
  await world.clock.advance(takeoverMs * 0.8);
  t.is(count(one), 0);
});

test('a name that another process beats under is refused, one whose process is gone is taken over with its work', async (t) => {
  const world = new World();
  const { state, through } = breakable(world.agreements);
  await world.started('main', { agreements: through, soleOfItsName: false });
  const second = world.started('main', { soleOfItsName: false });
  const refused = t.throwsAsync(second, { instanceOf: NodeInUse, message: /main .*--node/ });
  await world.clock.advance(5 * beatMs);
  await refused;
  state.broken = true;
  const third = world.started('main', { soleOfItsName: false });
  await world.clock.advance(4 * beatMs);
  t.is(count(await third), 8, 'long before the takeover time is over');
});

test('a process whose name was taken works no more', async (t) => {
  const world = new World();
  const first = await world.started('main');
  const second = await world.started('main');
  await world.clock.advance(2 * beatMs);
  t.deepEqual([count(first), count(second)], [0, 8]);
  t.is(first.member.status.state, 'apart');
  await world.clock.advance(3 * takeoverMs);
  t.deepEqual([count(first), count(second)], [0, 8]);
});

test('a store that was closed lets no one join until it is opened, with the work as it was', async (t) => {
  const world = new World();
  const closing = await world.closed('moving');
  t.true(closing.wasOpen);
  await t.throwsAsync(world.started('one'), { instanceOf: GroupClosed, message: 'moving' });
  await closing.open();
  const one = await world.started('one');
  t.deepEqual([...one.duty.working.values()], Array(8).fill({ clean: true, mark: '7' }));
  for (const share of one.duty.working.keys()) one.duty.marks.set(share, '9');
  await one.member.leave(1_000);

  await (await world.closed()).open();

  const next = await world.started('next');
  t.deepEqual([...next.duty.working.values()], Array(8).fill({ clean: true, mark: '9' }));
});

test('a store that was left closed can be closed and opened by another, one that is being worked on cannot', async (t) => {
  const world = new World();
  const first = await world.closed();
  const refused = [world.closed(), world.opened()].map((call) =>
    t.throwsAsync(call, { instanceOf: GroupInUse }),
  );
  await world.clock.advance(5 * beatMs);
  await Promise.all(refused);

  await first.leave();
  const second = world.closed();
  await world.clock.advance(5 * beatMs);
  t.false((await second).wasOpen);
  await (await second).leave();
  await t.throwsAsync(world.started('one'), { instanceOf: GroupClosed });
  const opening = world.opened();
  await world.clock.advance(5 * beatMs);
  t.true(await opening);
  t.false(await world.opened());
  t.is(count(await world.started('one')), 8);
});

test('a store on which someone lives cannot be closed, one whose processes are gone can', async (t) => {
  const world = new World();
  const { state, through } = breakable(world.agreements);
  const one = await world.started('one', { agreements: through });
  const refused = t.throwsAsync(world.closed(), { instanceOf: GroupInUse, message: /one/ });
  await world.clock.advance(5 * beatMs);
  await refused;
  t.is(count(one), 8);

  state.broken = true;
  const closing = world.closed();
  await world.clock.advance(4 * beatMs);
  const closed = await closing;
  // It comes back, and finds itself shut out.
  state.broken = false;
  await world.clock.advance(2 * beatMs);
  t.is(count(one), 0);
  t.is(one.member.status.state, 'apart');
  await closed.open();
  await world.clock.advance(3 * beatMs);
  t.is(count(one), 8);
});

test('a process that joins while the store is being closed is heard, or refused', async (t) => {
  const world = new World();
  let joined: Promise<unknown> | undefined;
  let closing = true;
  // Between the look at the group and the closing, another process joins.
  const agreements: Agreements = {
    read: (name) => world.agreements.read(name),
    replace: async (...args) => {
      if (closing) {
        closing = false;
        joined = world.started('one');
        await joined;
      }
      return world.agreements.replace(...args);
    },
  };
  const needs = { agreements, beatMs, clock: world.clock, nobodyLives: true };
  await t.throwsAsync(closeGroup(needs, 'moving'), { instanceOf: GroupInUse });
  await t.notThrowsAsync(joined ?? Promise.reject());
});

test('that nobody does a kind of work is told, and told again only when it has changed', async (t) => {
  const world = new World();
  const front = await world.started('front', { takes: [] });
  t.like(world.warnings, [{ waiting: ['routing'] }]);
  const back = await world.started('back');
  await world.clock.advance(5 * beatMs);
  t.is(count(back), 8);
  t.is(world.warnings.length, 1);
  await back.member.leave(1_000);
  await world.clock.advance(3 * beatMs);
  t.like(world.warnings, [{ waiting: ['routing'] }, { waiting: ['routing'] }]);
  t.is(count(front), 0);
  const alone = new World();
  await alone.started('one').then(({ member }) => member.leave(1_000));
  t.deepEqual(alone.warnings, [], 'who leaves last says nothing');
});
