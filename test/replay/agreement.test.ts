import test from 'ava';
import fc from 'fast-check';
import type { Difference } from '../../src/replay/kinds.js';
import type { Replayed } from '../../src/replay/replayed.js';
import { differing, replayed } from './support.js';
import { appsWith, type Change, history, type Inbound, routed } from './world.js';

test('on any history the unchanged apps make no difference', async (t) => {
  await fc.assert(
    fc.asyncProperty(history, fc.boolean(), fc.boolean(), async (inbound, atOnce, fromHere) => {
      const store = await routed(inbound, atOnce);
      const found = await replayed(store, appsWith(), { fromHere });
      t.deepEqual(differing(found), []);
      t.is(new Set(found.map(({ messageId }) => messageId)).size, inbound.length);
      t.is(found.length, inbound.length);
    }),
    { numRuns: 60 },
  );
});

/** Of those that always give the same difference. */
const kindOf: Readonly<Partial<Record<Change['what'], Difference>>> = {
  text: 'otherText',
  order: 'otherOrder',
  priority: 'otherPriority',
  fact: 'otherFacts',
  stops: 'stopped',
  silent: 'otherApp',
  throws: 'failed',
};

const changes: fc.Arbitrary<Change> = fc.record({
  what: fc.constantFrom('text', 'recipient', 'order', 'priority', 'fact', 'stops', 'silent', 'throws'),
  to: fc.nat(11),
});

/** The app comes to what is changed in it. */
const isTouched = (inbound: readonly Inbound[], { what, to }: Change): boolean => {
  const message = inbound[to];
  if (message === undefined || (message.again && to > 0) || /^(filter|throw)/.test(message.verb))
    return false;
  return what === 'throws' || !message.verb.startsWith('silent');
};

const numberOf = ({ shown }: Replayed): number => Number(/#(\d+)/.exec(shown?.text ?? '')?.[1]);

test('a change of what an app does is found in exactly the messages that it touches', async (t) => {
  let touched = 0;
  await fc.assert(
    fc.asyncProperty(history, changes, fc.boolean(), async (inbound, change, atOnce) => {
      const store = await routed(inbound, atOnce);
      const expected = isTouched(inbound, change) ? [change.to] : [];
      touched += expected.length;
      const whole = differing(await replayed(store, appsWith(change)));
      const causes = whole.filter(({ shown }) => shown?.isConsequence === false);
      t.deepEqual(causes.map(numberOf), expected);
      const kind = kindOf[change.what];
      if (kind !== undefined) t.true(causes.every((cause) => cause.shown?.differs.includes(kind)));
      const quick = await replayed(store, appsWith(change), { showsAll: false });
      t.deepEqual(differing(quick), whole);
      const apart = differing(await replayed(store, appsWith(change), { fromHere: true }));
      t.deepEqual(apart.map(numberOf), expected);
    }),
    { numRuns: 200 },
  );
  t.true(touched > 20);
});
