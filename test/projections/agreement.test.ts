import test from 'ava';
import fc from 'fast-check';
import type { DomainEvent } from '../../src/domain/event.js';
import { evolve, outboundMessage } from '../../src/domain/outboundMessage.js';
import { systemClock } from '../../src/main/clock.js';
import { createDeadLetters } from '../../src/outbound/deadLetters.js';
import { openMemoryStore } from '../../src/store/memory/open.js';
import { at, folded, happened, ours, statesOver, store } from './support/history.js';

const minute = fc.integer({ min: 0, max: 59 }).map(at);
const attempt = fc.integer({ min: 1, max: 4 });
const about = (messageId: string) => {
  const event = (type: string, data: object = {}) => happened(type, { messageId, ...data });
  return {
    outbound: fc.oneof(
      fc.constant(event('MessageSent', { text: 'hi', sentAt: at(0) })),
      fc
        .tuple(attempt, minute)
        .map(([n, time]) => event('MessageDispatched', { attempt: n, dispatchedAt: time })),
      fc.tuple(attempt, fc.option(minute, { nil: undefined })).map(([n, retryAt]) =>
        event('DispatchFailed', {
          attempt: n,
          code: 'throttled',
          failedAt: at(1),
          ...(retryAt ? { retryAt } : {}),
        }),
      ),
      fc
        .tuple(attempt, fc.constantFrom('hold', 'resend'))
        .map(([n, policy]) => event('DispatchUnclear', { attempt: n, policy, failedAt: at(1) })),
      minute.map((time) => event('MessageAbandoned', { code: 'rejected', detail: 'no', abandonedAt: time })),
      fc.constant(event('MessageCancelled', { text: 'hi', cancelledBy: 'x', cancelledAt: at(1) })),
      fc
        .constantFrom('delivered', 'failed', 'rejected', 'buffered', 'accepted', 'intermediate')
        .map((status) => event('DeliveryReported', { status, code: '1', reportedAt: at(2) })),
      fc.constant(event('MessageRequeued', { direction: 'outbound', by: 'ann', requeuedAt: at(3) })),
      fc.constant(event('MessageDiscarded', { direction: 'outbound', by: 'ann', discardedAt: at(3) })),
    ),
    inbound: fc.oneof(
      fc.constant(event('MessageReceived', { text: 'hi', receivedAt: at(0) })),
      fc.constant(event('MessageRouted', { outcome: 'handled', app: 'x', trace: [], routedAt: at(1) })),
      fc.constant(
        event('RoutingFailed', { app: 'x', phase: 'handle', error: 'boom', trace: [], failedAt: at(1) }),
      ),
      fc.constant(event('MessageRequeued', { direction: 'inbound', by: 'ann', requeuedAt: at(3) })),
      fc.constant(event('MessageDiscarded', { direction: 'inbound', by: 'ann', discardedAt: at(3) })),
    ),
  };
};
const runs = { numRuns: 60 };

test('messages and deadletters fold a text as the router does, in whatever order its events come', (t) => {
  const stories = fc.array(about('m').outbound, { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(stories, (story) => {
      const { status, delivery, attempts, retryAt } = (story as DomainEvent[]).reduce(
        evolve,
        outboundMessage('m'),
      );
      const state = folded(ours('messages'), story).get('m')?.state as Record<string, unknown>;
      t.is(state.handover, status === 'waiting' ? 'sent' : status);
      t.is(state.delivery, delivery);
      t.is(state.attempts, attempts);
      t.is(state.retryAt, retryAt);
    }),
    runs,
  );
});

test('a final report decides, wherever among the events it comes', (t) => {
  const others = [
    happened('MessageSent', { messageId: 'm', text: 'hi', sentAt: at(0) }),
    happened('DispatchFailed', {
      messageId: 'm',
      attempt: 1,
      code: 'throttled',
      retryAt: at(2),
      failedAt: at(1),
    }),
    happened('MessageDispatched', { messageId: 'm', attempt: 2, dispatchedAt: at(2) }),
    happened('DeliveryReported', { messageId: 'm', status: 'buffered', code: '4', reportedAt: at(3) }),
    happened('MessageAbandoned', { messageId: 'm', code: 'throttled', abandonedAt: at(3) }),
  ];
  const final = fc.constantFrom('delivered', 'failed', 'rejected');
  const orders = final.chain((status) => {
    const report = happened('DeliveryReported', { messageId: 'm', status, code: '1', reportedAt: at(4) });
    const all = [...others, report];
    return fc.tuple(fc.constant(status), fc.shuffledSubarray(all, { minLength: all.length }));
  });
  fc.assert(
    fc.property(orders, ([status, story]) => {
      t.like(folded(ours('messages'), story).get('m')?.state, { status });
    }),
    runs,
  );
});

test('without a report and a person, a text that was taken once is dispatched, in whatever order', (t) => {
  const story = [
    happened('MessageSent', { messageId: 'm', text: 'hi', sentAt: at(0) }),
    happened('DispatchUnclear', { messageId: 'm', attempt: 1, policy: 'hold', failedAt: at(1) }),
    happened('MessageDispatched', { messageId: 'm', attempt: 2, dispatchedAt: at(2) }),
    happened('MessageAbandoned', { messageId: 'm', code: 'unclear', abandonedAt: at(3) }),
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(story, { minLength: story.length }), (shuffled) => {
      t.like(folded(ours('messages'), shuffled).get('m')?.state, { status: 'dispatched' });
    }),
    runs,
  );
});

test('deadletters lists what the router lists', async (t) => {
  const [out, into] = [about('out').outbound, about('in').inbound];
  const history = fc.array(fc.oneof(out, about('out2').outbound, into), {
    minLength: 1,
    maxLength: 25,
    size: 'max',
  });
  await fc.assert(
    fc.asyncProperty(history, async (events) => {
      const memory = await openMemoryStore();
      await store(memory, events);
      const listed: unknown[] = [];
      const letters = createDeadLetters(memory, systemClock, () => '');
      for await (const { messageId, direction, text, event } of letters.list())
        listed.push({ messageId, direction, text, event: event.type });
      const states = await statesOver(memory, ours('deadletters'));
      const projected = [...states.values()].map(({ result }) => {
        const { messageId, direction, text, event } = result as Record<string, unknown>;
        return { messageId, direction, text, event };
      });
      const byId = (list: readonly unknown[]) =>
        list.toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));
      t.deepEqual(byId(projected), byId(listed));
      await memory.close();
    }),
    { numRuns: 100 },
  );
});
