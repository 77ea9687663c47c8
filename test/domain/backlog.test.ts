import test from 'ava';
import fc from 'fast-check';
import { InboundBacklog, OutboundBacklog } from '../../src/domain/backlog.js';
import { evolveAny, newConversation } from '../../src/domain/conversation.js';
import type { RecordedEvent } from '../../src/domain/event.js';
import { messageIdOf } from '../../src/domain/events.js';
import { inboundStatusAfter } from '../../src/domain/inboundMessage.js';
import { asksForAttempts, evolve, isEnded, outboundMessage } from '../../src/domain/outboundMessage.js';

const recorded = (type: string, messageId: string, more: object = {}, schema = 1): RecordedEvent => ({
  type,
  data: { messageId, text: 'x', attempt: 1, status: 'buffered', ...more },
  id: `${type} of ${messageId}`,
  metadata: { $correlationId: 'c', schema },
  stream: 'conversation-kannel:1',
  revision: 0n,
  position: '0',
  recordedAt: '2026-01-01T00:00:00.000Z',
});

const inbound = { direction: 'inbound' };
const outbound = { direction: 'outbound' };

const histories = fc.array(
  fc
    .tuple(
      fc.constantFrom('a', 'b', 'c'),
      fc.constantFrom<readonly [string, object?]>(
        ['MessageReceived'],
        ['MessageRouted'],
        ['RoutingFailed'],
        ['MessageRequeued', inbound],
        ['MessageDiscarded', inbound],
        ['MessageSent'],
        ['MessageCancelled'],
        ['MessageDispatched'],
        ['DispatchFailed', { retryAt: '2026-01-01T00:00:00.000Z' }],
        ['DispatchUnclear', { policy: 'hold' }],
        ['DispatchUnclear', { policy: 'resend', retryAt: '2026-01-01T00:00:00.000Z' }],
        ['MessageAbandoned'],
        ['DeliveryReported'],
        ['MessageRequeued', outbound],
        ['MessageDiscarded', outbound],
        ['weather.Asked'],
      ),
    )
    .map(([messageId, [type, more]]) => recorded(type, messageId, more)),
  { maxLength: 40 },
);

test('no message that waits by its conversation is missing in the backlog', (t) => {
  fc.assert(
    fc.property(histories, (history) => {
      const backlog = new InboundBacklog<string>();
      let conversation = newConversation({ backend: 'kannel', identity: '1' });
      for (const event of history) {
        conversation = evolveAny(conversation, event);
        const messageId = messageIdOf(event) ?? '';
        if (inboundStatusAfter(event) === 'waiting') backlog.add(messageId, messageId);
        else backlog.read(event);
      }
      const inBacklog = new Set(backlog.items);
      for (const messageId of conversation.waiting.keys()) t.true(inBacklog.has(messageId));
    }),
  );
});

test('no text for which something is left to do is missing in the backlog', (t) => {
  fc.assert(
    fc.property(histories, (history) => {
      const backlog = new OutboundBacklog<string>();
      const asked = new Set<string>();
      for (const event of history) {
        const messageId = messageIdOf(event) ?? '';
        if (asksForAttempts(event)) {
          asked.add(messageId);
          backlog.add(messageId, messageId);
        } else backlog.read(event);
      }
      const inBacklog = new Set(backlog.items);
      for (const messageId of asked) {
        const message = history.reduce(evolve, outboundMessage(messageId));
        if (!isEnded(message)) t.true(inBacklog.has(messageId));
      }
    }),
  );
});

test('an event hands back what it ends, once', (t) => {
  const messages = new InboundBacklog<number>();
  t.true(messages.add('a', 1));
  t.false(messages.add('a', 2));
  t.is(messages.read(recorded('MessageRouted', 'b')), undefined);
  t.is(messages.read(recorded('MessageRouted', 'a')), 1);
  t.is(messages.read(recorded('MessageRouted', 'a')), undefined);
  const texts = new OutboundBacklog<number>();
  t.is(texts.add('a', 1), undefined);
  t.is(texts.read(recorded('DispatchFailed', 'a')), undefined);
  t.is(texts.add('a', 2), 1);
  t.is(texts.read(recorded('MessageAbandoned', 'a')), 2);
  t.is(texts.size, 0);
});

test('what a newer version or someone else has written ends nothing', (t) => {
  const messages = new InboundBacklog<number>();
  messages.add('a', 1);
  t.is(messages.read(recorded('MessageRouted', 'a', {}, 2)), undefined);
  const texts = new OutboundBacklog<number>();
  texts.add('a', 1);
  t.is(texts.read(recorded('MessageDispatched', 'a', {}, 2)), undefined);
  t.is(texts.read(recorded('MessageDiscarded', 'a')), undefined);
  t.deepEqual([messages.size, texts.size], [1, 1]);
});

test('what waits is taken in the order in which it was added', (t) => {
  for (const backlog of [new InboundBacklog<string>(), new OutboundBacklog<string>()]) {
    for (const messageId of ['a', 'b', 'c']) backlog.add(messageId, messageId);
    t.deepEqual([backlog.take(), backlog.take(), backlog.take(), backlog.take()], ['a', 'b', 'c', undefined]);
  }
});
