import test from 'ava';
import fc from 'fast-check';
import { connectionOf, conversationStream } from '../../src/domain/connection.js';
import { type Conversation, evolveAny, newConversation } from '../../src/domain/conversation.js';
import type { DomainEvent, NewEvent } from '../../src/domain/event.js';
import { messageWith, noGatewayIds, withGatewayId } from '../../src/domain/gatewayIds.js';

const connection = { backend: 'kannel', identity: '123' };

const stored = (event: DomainEvent, id: string, schema = 1): NewEvent => ({
  ...event,
  id,
  metadata: { $correlationId: 'c', schema },
});

let lastId = 0;
const after = (...events: readonly DomainEvent[]): Conversation =>
  events.reduce<Conversation>((conversation, event) => {
    lastId += 1;
    return evolveAny(conversation, stored(event, `e${lastId}`));
  }, newConversation(connection));

const received = (messageId: string, gatewayId?: string): DomainEvent => ({
  type: 'MessageReceived',
  data: {
    messageId,
    text: 'x',
    receivedAt: `at ${messageId}`,
    ...(gatewayId ? { gateway: { id: gatewayId } } : {}),
  },
});
const settled = (type: string, messageId: string, more: object = {}): DomainEvent => ({
  type,
  data: { messageId, text: 'x', direction: 'inbound', ...more },
});
const waiting = ({ waiting }: Conversation) => [...waiting.keys()];

test('a message waits from its reception until it is routed', (t) => {
  t.deepEqual(waiting(after(received('a'), received('b'))), ['a', 'b']);
  t.deepEqual(waiting(after(received('a'), received('b'), settled('MessageRouted', 'a'))), ['b']);
});

test('what a newer version has written changes nothing but that the message is in its hands', (t) => {
  const newer = (event: DomainEvent) => stored(event, 'newer', 2);
  const start = after(received('a'), received('b'), settled('RoutingFailed', 'b'), received('c'));
  t.deepEqual(evolveAny(start, newer(received('d'))), start);
  t.deepEqual(evolveAny(start, newer(settled('MessageSent', 'x'))), start);
  const repeated = evolveAny(evolveAny(start, newer(received('d', 'g1'))), stored(received('e', 'g1'), 'e'));
  t.is(repeated.waiting.get('e')?.duplicateOf, 'd');
  const routed = evolveAny(start, newer(settled('SomethingNew', 'a')));
  t.deepEqual([...routed.waiting.keys()], ['c']);
  t.deepEqual([...evolveAny(routed, newer(settled('MessageRouted', 'b'))).failed.keys()], []);
});

test('a message that failed waits no more, until it is requeued', (t) => {
  const failed = [received('a'), settled('RoutingFailed', 'a')];
  t.deepEqual(waiting(after(...failed)), []);
  t.true(after(...failed).failed.has('a'));
  const requeued = after(...failed, settled('MessageRequeued', 'a', { direction: 'inbound' }));
  t.deepEqual(waiting(requeued), ['a']);
  t.false(requeued.failed.has('a'));
  t.is(requeued.waiting.get('a')?.causeId, `e${lastId}`);
});

test('a discarded dead letter is neither waiting nor failed', (t) => {
  const conversation = after(
    received('a'),
    settled('RoutingFailed', 'a'),
    settled('MessageDiscarded', 'a', { direction: 'inbound' }),
    settled('MessageRequeued', 'a', { direction: 'inbound' }),
  );
  t.deepEqual(waiting(conversation), []);
  t.is(conversation.failed.size, 0);
});

test('an outbound requeue does not make an inbound message wait', (t) => {
  const requeue = settled('MessageRequeued', 'a', { direction: 'outbound' });
  t.deepEqual(waiting(after(received('a'), settled('RoutingFailed', 'a'), requeue)), []);
});

test('a gateway id that comes again marks the message as a duplicate of the first', (t) => {
  const routedLongAgo = [received('a', 'G1'), settled('MessageRouted', 'a')];
  const others = Array.from({ length: 1_000 }, (_, index) => received(`m${index}`, `H${index}`));
  const { waiting } = after(...routedLongAgo, ...others, received('b', 'G1'), received('c', 'G1'));
  t.is(waiting.get('b')?.duplicateOf, 'a');
  t.is(waiting.get('c')?.duplicateOf, 'a');
  t.is(waiting.get('m1')?.duplicateOf, undefined);
});

test('messages without a gateway id are never duplicates', (t) => {
  const { waiting } = after(received('a'), received('b'));
  t.is(waiting.get('b')?.duplicateOf, undefined);
});

test('a conversation counts what came and what was sent', (t) => {
  t.like(after(received('a'), settled('MessageSent', 's1'), settled('MessageSent', 's2'), received('b')), {
    received: 2,
    sent: 2,
    firstReceivedAt: 'at a',
  });
});

const anyEvent = fc.record({
  type: fc.constantFrom(
    'MessageReceived',
    'MessageRouted',
    'RoutingFailed',
    'MessageRequeued',
    'MessageDiscarded',
    'MessageSent',
    'DeliveryReported',
    'MessageDispatched',
    'registration.ContactRegistered',
    'SomethingNewer',
  ),
  data: fc.record({
    messageId: fc.constantFrom('a', 'b', 'c'),
    text: fc.constant('x'),
    receivedAt: fc.constant('now'),
    direction: fc.constantFrom('inbound', 'outbound'),
    gateway: fc.record({ id: fc.constantFrom('G1', 'G2') }),
  }),
});

const told = {
  messageId: 'a',
  text: 'x',
  receivedAt: 'now',
  direction: 'inbound',
  gateway: { id: 'G1' },
} as const;
const receivedAgainAfterFailure = (['MessageReceived', 'RoutingFailed', 'MessageReceived'] as const).map(
  (type) => ({ type, data: told }),
);

test('folding accepts any events in any order, and a message is never waiting and failed at once', (t) => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40, size: 'max' }), (events) => {
      const { waiting, failed } = after(...events);
      return [...waiting.keys()].every((id) => !failed.has(id));
    }),
    { examples: [[receivedAgainAfterFailure]] },
  );
  t.pass();
});

test('folding changes no earlier conversation, whichever way it goes on', (t) => {
  fc.assert(
    fc.property(fc.array(anyEvent), fc.array(anyEvent), fc.array(anyEvent), (common, one, other) => {
      const start = after(...common);
      const fold = (events: readonly DomainEvent[]) =>
        events.reduce((state, event) => evolveAny(state, stored(event, 'e')), start);
      const before = snapshot(start);
      const first = fold(one);
      const firstBefore = snapshot(first);
      fold(other);
      t.deepEqual(snapshot(start), before);
      t.deepEqual(snapshot(first), firstBefore);
    }),
  );
});

const snapshot = ({ gatewayIds, waiting, failed, ...rest }: Conversation) => ({
  ...rest,
  waiting: [...waiting],
  failed: [...failed],
  ids: ['G1', 'G2'].map((id) => messageWith(gatewayIds, id)),
});

test('gateway ids behave as a map that keeps the first value, also when histories part', (t) => {
  const step = fc.record({
    from: fc.nat(20),
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    messageId: fc.string(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const versions = [{ ids: noGatewayIds(), model: new Map<string, string>() }];
      for (const { from, id, messageId } of steps) {
        const base = versions[from % versions.length];
        if (base === undefined) continue;
        const model = new Map(base.model);
        if (!model.has(id)) model.set(id, messageId);
        versions.push({ ids: withGatewayId(base.ids, id, messageId), model });
      }
      return versions.every(({ ids, model }) =>
        ['a', 'b', 'c', 'd', 'e'].every((id) => messageWith(ids, id) === model.get(id)),
      );
    }),
  );
  t.pass();
});

test('a stream names its connection, whatever characters it has', (t) => {
  const part = fc.string({ unit: 'binary', minLength: 0 }).filter((text) => text.isWellFormed());
  fc.assert(
    fc.property(part, part, (backend, identity) => {
      const stream = conversationStream({ backend, identity });
      t.deepEqual(connectionOf(stream), { backend, identity });
      t.is(stream.indexOf('-'), 'conversation'.length);
    }),
  );
  t.is(connectionOf('router-main'), undefined);
  t.is(connectionOf('conversation-%zz:1'), undefined);
  t.is(conversationStream({ backend: 'b', identity: '\ud800' }), 'conversation-b:%EF%BF%BD');
});
