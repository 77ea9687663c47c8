import test from 'ava';
import { createMemoryStore } from '../../src/store/memory/open.js';
import { type Agreements, StoreError } from '../../src/store/port.js';
import { type HeldPartition, lowWaterMarksOf } from '../../src/workers/group.js';
import {
  endSession,
  Heartbeat,
  heartbeatName,
  readHeartbeat,
  signOfLifeIn,
} from '../../src/workers/heartbeat.js';
import { replaceGroup } from '../../src/workers/storedGroup.js';
import { toldByMembers } from '../../src/workers/told.js';

const name = 'node/one';
const session = 'first';

const begun = async () => {
  const { heartbeats } = createMemoryStore();
  const heartbeat = new Heartbeat(heartbeats, name, session, 'none');
  await heartbeat.beat();
  return { heartbeats, heartbeat, heard: () => readHeartbeat(heartbeats, name) };
};

/** What is written is written, and nobody is told. */
const deaf = (heartbeats: Agreements): Agreements => ({
  read: (one) => heartbeats.read(one),
  replace: async (...args) => {
    await heartbeats.replace(...args);
    throw new StoreError('unavailable', 'No answer.');
  },
});

test('each heartbeat is another sign of life', async (t) => {
  const { heartbeat, heard } = await begun();
  const first = signOfLifeIn({ session }, await heard());
  t.true(await heartbeat.beat());
  t.not(signOfLifeIn({ session }, await heard()), first);
  t.is(signOfLifeIn({ session: 'second' }, await heard()), 'second', 'of another session there is none yet');
});

test('who was ended beats no more, and what it said last is kept', async (t) => {
  const { heartbeats, heartbeat, heard } = await begun();
  await heartbeat.beat({ 17: ['routing/0'] });
  const ended = await endSession(heartbeats, name, session, await heard());
  t.deepEqual(ended?.beat?.marks, { 17: ['routing/0'] });
  t.is(signOfLifeIn({ session }, await heard()), undefined);
  t.false(await heartbeat.beat());
  t.false(await heartbeat.beat());
  t.deepEqual(await heard(), ended);
});

test('who has beaten since it was heard is not ended', async (t) => {
  const { heartbeats, heartbeat, heard } = await begun();
  const before = await heard();
  await heartbeat.beat();
  t.is(await endSession(heartbeats, name, session, before), undefined);
  t.true(await heartbeat.beat());
});

test('who has never beaten can be ended too', async (t) => {
  const { heartbeats } = createMemoryStore();
  await endSession(heartbeats, name, session, await readHeartbeat(heartbeats, name));
  t.false(await new Heartbeat(heartbeats, name, session, 'none').beat());
});

test('a heartbeat whose answer was lost does not end the session', async (t) => {
  const { heartbeats, heard } = await begun();
  const { version } = await heard();
  let loses = true;
  const through: Agreements = {
    read: (one) => heartbeats.read(one),
    replace: (...args) => (loses ? deaf(heartbeats) : heartbeats).replace(...args),
  };
  const heartbeat = new Heartbeat(through, name, 'second', version);
  await t.throwsAsync(heartbeat.beat());
  const lost = signOfLifeIn({ session: 'second' }, await heard());
  loses = false;
  t.true(await heartbeat.beat());
  t.not(signOfLifeIn({ session: 'second' }, await heard()), lost, 'the next is another sign of life');
  t.true(await heartbeat.beat());
});

test('a heartbeat of its own that is older than the last one ends the session: the store was restored', async (t) => {
  const { heartbeats, heartbeat, heard } = await begun();
  const { beat } = await heard();
  await heartbeat.beat();
  await heartbeats.replace(name, JSON.stringify(beat), (await heard()).version);
  t.false(await heartbeat.beat());
});

test('partitions that are equally far are told together', (t) => {
  const checkpoint = { clean: true, idle: false };
  const held = new Map<string, HeldPartition>([
    ['routing/0', { ...checkpoint, mark: '17' }],
    ['routing/1', { ...checkpoint, mark: '18' }],
    ['routing/2', { ...checkpoint, mark: '17' }],
    ['outbound/kannel', checkpoint],
  ]);
  t.deepEqual(lowWaterMarksOf(held), { 17: ['routing/0', 'routing/2'], 18: ['routing/1'] });
});

test('what a process tells of itself stands in its heartbeat, as long as its session goes on', async (t) => {
  const { agreements, heartbeats } = createMemoryStore();
  const me = { node: 'one', session: 's1', takeoverMs: 1_000, takes: ['outbound/kannel'] };
  const { node, ...member } = me;
  const group = {
    partitionCount: 1,
    members: { [node]: member },
    partitions: { 'outbound/kannel': { holder: node, clean: true } },
  };
  await replaceGroup(agreements, group, undefined);
  const store = { agreements, heartbeats };
  t.deepEqual(await toldByMembers(store), [{ node, holds: ['outbound/kannel'], tells: undefined }]);
  const heartbeat = new Heartbeat(heartbeats, heartbeatName(node), 's1', 'none');
  await heartbeat.beat({}, { lanes: 3 });
  t.deepEqual((await toldByMembers(store))[0]?.tells, { lanes: 3 });
  await heartbeat.end();
  t.is((await toldByMembers(store))[0]?.tells, undefined);
});
