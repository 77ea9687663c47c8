import test from 'ava';
import type { Agreements } from '../../src/store/port.js';
import { closeGroup, GroupClosed } from '../../src/workers/closing.js';
import { GroupInUse } from '../../src/workers/participants.js';
import { settled } from '../outbound/support/manualClock.js';
import { Line } from './support/line.js';
import { count, pollMs, takeoverMs, World } from './support/world.js';

test('a store that was closed lets no one join until it is opened, with the work as it was', async (t) => {
  const world = new World();
  const closing = await world.closed('moving');
  t.true(closing.wasOpen);
  await t.throwsAsync(world.started('one'), { instanceOf: GroupClosed, message: 'moving' });
  await closing.open();
  const one = await world.started('one');
  t.deepEqual([...one.processor.working.values()], Array(8).fill({ clean: true, mark: '7' }));
  for (const partition of one.processor.working.keys()) one.processor.marks.set(partition, '9');
  await one.member.leave(1_000);

  await (await world.closed()).open();

  const next = await world.started('next');
  t.deepEqual([...next.processor.working.values()], Array(8).fill({ clean: true, mark: '9' }));
});

test('a store that was left closed can be closed and opened by another, one that is being worked on cannot', async (t) => {
  const world = new World();
  const first = await world.closed();
  const refused = [world.closed(), world.opened()].map((call) =>
    t.throwsAsync(call, { instanceOf: GroupInUse }),
  );
  await world.clock.advance(takeoverMs * 0.6);
  await Promise.all(refused);

  await first.leave();
  const second = world.closed();
  await world.clock.advance(takeoverMs * 0.6);
  t.false((await second).wasOpen);
  await (await second).leave();
  await t.throwsAsync(world.started('one'), { instanceOf: GroupClosed });
  const opening = world.opened();
  await world.clock.advance(takeoverMs * 0.6);
  t.true(await opening);
  t.false(await world.opened());
  t.is(count(await world.started('one')), 8);
});

test('a store on which someone lives cannot be closed, one whose processes are gone can', async (t) => {
  const world = new World();
  const one = await world.started('one');
  const refused = t.throwsAsync(world.closed(), { instanceOf: GroupInUse, message: /one/ });
  await world.clock.advance(takeoverMs * 0.6);
  await refused;
  t.is(count(one), 8);

  one.line.cut = true;
  const closing = world.closed();
  await world.clock.advance(takeoverMs * 0.6);
  const closed = await closing;
  // It comes back, and finds itself shut out.
  one.line.cut = false;
  await world.clock.advance(2 * pollMs);
  t.is(count(one), 0);
  t.is(one.member.status.state, 'apart');
  await closed.open();
  await world.clock.advance(3 * pollMs);
  t.is(count(one), 8);
});

test('a process that joins while the store is being closed is heard, or refused', async (t) => {
  const world = new World();
  let joined: Promise<unknown> | undefined;
  let closing = true;
  // Between the look at the group and the closing, another process joins.
  const { agreements } = world.store;
  const interrupted: Agreements = {
    read: (name) => agreements.read(name),
    replace: async (...args) => {
      if (closing) {
        closing = false;
        joined = world.started('one');
        await joined;
      }
      return agreements.replace(...args);
    },
  };
  const needs = { ...world.closingNeeds, agreements: interrupted, nobodyLives: true };
  await t.throwsAsync(closeGroup(needs, 'moving'), { instanceOf: GroupInUse });
  await t.notThrowsAsync(joined ?? Promise.reject());
});

test('how far the processes were that are gone when a store is closed is kept', async (t) => {
  const world = new World();
  const one = await world.started('one');
  for (const partition of one.processor.working.keys()) one.processor.marks.set(partition, '9');
  await world.clock.advance(takeoverMs);
  one.line.freeze();
  const closing = world.closed();
  await world.clock.advance(takeoverMs * 0.6);
  await (await closing).open();
  const next = await world.started('next');
  t.deepEqual([...next.processor.working.values()], Array(8).fill({ clean: false, mark: '9' }));
});

test('who was taken for dead while it had closed a store does not open what another has closed since', async (t) => {
  const world = new World();
  const frozen = new Line(() => world.store, world.clock, world.tally, 'frozen');
  const { agreements, heartbeats, clock } = frozen;
  const first = await closeGroup({ ...world.closingNeeds, agreements, heartbeats, clock }, 'first');
  await settled();
  frozen.freeze();
  const second = world.closed('second');
  await world.clock.advance(takeoverMs * 0.6);
  await second;
  frozen.thaw();
  await first.open();
  await t.throwsAsync(world.started('one'), { instanceOf: GroupClosed, message: 'second' });
});
