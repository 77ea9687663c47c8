import test from 'ava';
import { defineApp } from '../../src/apps/app.js';
import type { NewEvent } from '../../src/domain/event.js';
import { systemClock } from '../../src/main/clock.js';
import { createDeadLetters } from '../../src/outbound/deadLetters.js';
import type { OpenStore } from '../../src/store/port.js';
import { eventually, openStore, routingOn } from '../routing/support.js';
import { event } from '../store/events.js';
import { countsOf, differing, replayed } from './support.js';
import { appsWith, routed } from './world.js';

/** Answers, remembers how often, fails as long as it is told to. */
const app = ({ fails = false, greets = 'hello' } = {}) =>
  defineApp<number>({
    name: 'app',
    initial: 0,
    evolve: (count) => count + 1,
    filter: ({ text }) => text === 'spam',
    handle: (message, { state }) => {
      if (fails && message.text.startsWith('fail')) throw new Error('not today');
      message.record({ type: 'Greeted', data: {} });
      message.respond(`${greets} ${state + 1}`);
      return true;
    },
  });

const route = async (
  store: OpenStore,
  one: ReturnType<typeof app>,
  count: number,
  ...texts: readonly (string | { readonly text: string; readonly id: string })[]
) => {
  const { intake, routing } = routingOn(store, [one], {}, { decider: () => ({ node: 'main', run: 'run' }) });
  routing.start();
  for (const given of texts) {
    const { text, id } = typeof given === 'string' ? { text: given, id: undefined } : given;
    await intake.receive(
      'a',
      { identity: '1', text, ...(id === undefined ? {} : { gateway: { id } }) },
      'inline',
    );
  }
  await eventually(store, count, 'MessageRouted', 'RoutingFailed');
  await routing.stop();
};

const received = (text: string, id: string): NewEvent => ({
  ...event({
    type: 'MessageReceived',
    data: { messageId: id, text, receivedAt: '2026-01-01T00:00:00.000Z' },
  }),
  id,
});

test('each message is of one kind: filtered, repeated, dead letters, those put back, and those without a decision', async (t) => {
  const store = await openStore();
  const failing = app({ fails: true });
  await route(
    store,
    failing,
    6,
    'hi',
    'spam',
    { text: 'hi', id: 'G' },
    { text: 'hi', id: 'G' },
    'fail 1',
    'fail 2',
  );
  const letters = createDeadLetters(store, systemClock, () => event().id);
  let last = '';
  for await (const { messageId } of letters.list()) last = messageId;
  await letters.requeue(last, { by: 'me' });
  await route(store, app(), 7);
  await store.append('conversation-a:1', [received('late', event().id)]);
  const both = { same: 2, filtered: 1, duplicate: 1, undecided: 1 };
  t.deepEqual(countsOf(await replayed(store, [failing])), { ...both, deadLetter: 1, failed: 1 });
  t.deepEqual(countsOf(await replayed(store, [app()])), { ...both, mended: 1, requeued: 1 });
});

test('a difference that follows from an earlier one is told apart, and --from-here does not know of it', async (t) => {
  const store = await openStore();
  await route(store, app(), 3, 'one', 'two', 'three');
  const other = defineApp<number>({
    ...app(),
    handle: (message, { state }) => {
      if (message.text !== 'one') message.record({ type: 'Greeted', data: {} });
      message.respond(`hello ${state + 1}`);
      return true;
    },
  });
  const found = await replayed(store, [other]);
  t.deepEqual(
    found.map(({ kind, shown }) => [kind, shown?.isConsequence]),
    [
      ['otherFacts', false],
      ['otherText', true],
      ['otherText', true],
    ],
  );
  t.deepEqual(countsOf(await replayed(store, [other], { fromHere: true })), { otherFacts: 1, same: 2 });
});

test('only the messages that are wanted are run: those before are what they were', async (t) => {
  const store = await openStore();
  await route(store, app(), 3, 'one', 'two', 'three');
  const found = await replayed(store, [app({ greets: 'bye' })], { wants: ({ text }) => text !== 'one' });
  t.deepEqual(countsOf(found), { otherText: 2 });
  t.deepEqual(
    found.map(({ shown }) => shown?.rerun.kind === 'routed' && shown.rerun.texts[0]?.text),
    ['bye 2', 'bye 3'],
  );
  t.deepEqual(
    found[1]?.shown?.before.map(({ way, text }) => [way, text]),
    [
      ['in', 'two'],
      ['out', 'hello 2'],
    ],
  );
});

test('a decision of before it was recorded what it went by is run by all that stands before it', async (t) => {
  const store = await openStore();
  const { routing, intake } = routingOn(store, [app()]);
  routing.start();
  for (const text of ['one', 'two']) await intake.receive('a', { identity: '1', text }, 'inline');
  await routing.stop();
  const older = await openStore();
  for await (const { stream, id, type, data, metadata } of store.readAll()) {
    const { seen: _, by: __, trace: ___, ...told } = data as Record<string, unknown>;
    await older.append(stream, [{ id, type, data: told, metadata }]);
  }
  t.deepEqual(countsOf(await replayed(older, [app()])), { same: 2 });
});

test('of a decision that does not list its texts to others, one to someone else is another recipient', async (t) => {
  const store = await routed([
    { from: '1', verb: 'say to 2', again: false },
    { from: '1', verb: 'say', again: false },
  ]);
  const older = await openStore();
  for await (const { stream, id, type, data, metadata } of store.readAll()) {
    const {
      seen: _,
      by: __,
      trace: ___,
      elsewhere: ____,
      from: _____,
      ...told
    } = data as Record<string, unknown>;
    await older.append(stream, [{ id, type, data: told, metadata }]);
  }
  t.deepEqual(countsOf(await replayed(older, appsWith())), { same: 2 });
  for (const to of [0, 1]) {
    const found = await replayed(older, appsWith({ what: 'recipient', to }));
    t.deepEqual(
      differing(found).map(({ kind, shown }) => [kind, shown?.differs]),
      [['otherRecipient', ['otherRecipient']]],
    );
  }
});

test('what is in the hands of a newer version, or was cut away, is not run', async (t) => {
  const store = await openStore();
  await route(store, app(), 2, 'one', 'two');
  const newer = received('three', event().id);
  await store.append('conversation-a:1', [{ ...newer, metadata: { ...newer.metadata, schema: 99 } }]);
  t.deepEqual(countsOf(await replayed(store, [app()])), { same: 2, newer: 1 });
  const cut: OpenStore = Object.create(store) as OpenStore;
  cut.readStream = (stream, options) => store.readStream(stream, { ...options, from: 1n });
  t.deepEqual(countsOf(await replayed(cut, [app()])), { beheaded: 1, same: 1, newer: 1 });
});
