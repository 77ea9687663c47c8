import test from 'ava';
import fc from 'fast-check';
import type { DomainEvent } from '../../src/domain/event.js';
import type { DeliveryStatus } from '../../src/domain/events.js';
import {
  evolve,
  isDeadLetter,
  isEnded,
  isTaken,
  outboundLife,
  outboundMessage,
} from '../../src/domain/outboundMessage.js';

const at = '2026-01-01T00:00:00.000Z';
const event = (type: string, data: object = {}): DomainEvent => ({ type, data: { messageId: 'm', ...data } });
const after = (...events: DomainEvent[]) => events.reduce(evolve, outboundMessage('m'));

const sent = event('MessageSent', { text: 'hi', sentAt: at });
const dispatched = event('MessageDispatched', { attempt: 2, answer: 'ok', parts: 3, dispatchedAt: at });
const throttled = event('DispatchFailed', { attempt: 1, code: 'throttled', retryAt: at });
const unclear = event('DispatchUnclear', { attempt: 1, policy: 'hold' });
const abandoned = event('MessageAbandoned', { code: 'throttled', attempts: 8 });
const requeued = event('MessageRequeued', { direction: 'outbound', by: 'ann' });
const reported = (status: DeliveryStatus) => event('DeliveryReported', { status, code: '1' });

test('a text that was only sent waits', (t) => {
  t.deepEqual(after(sent), { messageId: 'm', status: 'waiting', attempts: 0 });
});

test('a failed attempt waits for its next one, and the hand-over ends it', (t) => {
  t.deepEqual(after(sent, throttled), { messageId: 'm', status: 'retrying', attempts: 1, retryAt: at });
  t.deepEqual(after(sent, throttled, dispatched), {
    messageId: 'm',
    status: 'dispatched',
    attempts: 2,
    parts: 3,
  });
});

test('a delivery report that overtakes the hand-over still wins', (t) => {
  t.like(after(sent, reported('delivered'), reported('accepted'), dispatched), {
    status: 'dispatched',
    delivery: 'delivered',
  });
});

test('an unclear text waits for a person until a report tells its outcome', (t) => {
  t.true(isDeadLetter(after(sent, unclear)));
  t.true(isEnded(after(sent, unclear)));
  t.false(isDeadLetter(after(sent, unclear, reported('accepted'))));
  t.false(isDeadLetter(after(sent, reported('accepted'), unclear)));
  t.true(isTaken(after(sent, reported('accepted'))));
});

test('each status is followed by those that its life names, and by no other', (t) => {
  const events = [
    dispatched,
    event('DispatchFailed', { attempt: 9, code: 'throttled', retryAt: at }),
    event('DispatchFailed', { attempt: 9, code: 'rejected' }),
    event('DispatchUnclear', { attempt: 9, policy: 'resend', retryAt: at }),
    event('DispatchUnclear', { attempt: 9, policy: 'hold' }),
    abandoned,
    event('MessageCancelled'),
    event('MessageDiscarded', { direction: 'outbound' }),
    requeued,
    reported('delivered'),
  ];
  const messages = [after(sent), ...events.map((one) => after(sent, one))];
  t.deepEqual([...new Set(messages.map(({ status }) => status))].sort(), Object.keys(outboundLife).sort());
  for (const before of messages) {
    const next = new Set(events.map((one) => evolve(before, one).status));
    next.delete(before.status);
    t.deepEqual([...next].sort(), [...outboundLife[before.status]].sort(), before.status);
  }
});

test('a text put back has all its attempts again', (t) => {
  t.deepEqual(after(sent, throttled, abandoned, requeued), {
    messageId: 'm',
    status: 'waiting',
    attempts: 0,
  });
});

test('events of other messages, of apps and of the other direction change nothing', (t) => {
  const before = after(sent, abandoned);
  const others = [
    event('MessageDispatched', { messageId: 'other', attempt: 1 }),
    event('registration.ContactRegistered'),
    event('toString'),
    event('MessageRequeued', { direction: 'inbound' }),
    { type: 'MessageDispatched', data: {} },
  ];
  t.is(others.reduce(evolve, before), before);
});

const anyStatus = fc.constantFrom<DeliveryStatus>(
  'delivered',
  'failed',
  'rejected',
  'buffered',
  'accepted',
  'intermediate',
);
const attempt = fc.integer({ min: 1, max: 9 });
const anyEvent = fc.oneof(
  fc.constantFrom(
    sent,
    dispatched,
    throttled,
    unclear,
    abandoned,
    requeued,
    event('x.Y'),
    event('MessageCancelled'),
  ),
  anyStatus.map(reported),
  attempt.map((n) => event('DispatchFailed', { attempt: n, code: 'throttled', retryAt: at })),
  attempt.map((n) => event('MessageDispatched', { attempt: n, answer: 'ok' })),
  attempt.map((n) => event('DispatchUnclear', { attempt: n, policy: 'resend', retryAt: at })),
  fc.constantFrom('MessageDispatched', 'DispatchFailed', 'DeliveryReported').map((type) => event(type)),
);
const finals: (DeliveryStatus | undefined)[] = ['delivered', 'failed', 'rejected'];

test('in whatever order events come, folding goes on and what is final stays', (t) => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 30, size: 'max' }), (events) => {
      let message = outboundMessage('m');
      for (const next of events) {
        const before = message;
        message = evolve(message, next);
        if (finals.includes(before.delivery)) t.is(message.delivery, before.delivery);
        if (before.status === 'dispatched') t.is(message.status, 'dispatched');
        t.true(Number.isFinite(message.attempts));
        t.is(message.retryAt !== undefined, message.status === 'retrying');
      }
    }),
  );
});

test('a repeated event tells nothing new', (t) => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 30, size: 'max' }), anyEvent, (events, last) => {
      const once = evolve(after(...events), last);
      t.deepEqual(evolve(once, last), once);
    }),
  );
});
