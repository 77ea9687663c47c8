import test from 'ava';
import fc from 'fast-check';
import type { Pending } from '../../src/domain/conversation.js';
import { decideRouting, type OutgoingDecision, type RoutingDecision } from '../../src/domain/decide.js';
import { derivedId } from '../../src/domain/ids.js';

const connection = { backend: 'kannel', identity: '123' };
const other = { backend: 'kannel', identity: '456' };
const stream = 'conversation-kannel:123';
const causeId = '019aa000-0000-7000-8000-0000000000ff';
const at = '2026-01-02T03:04:05.000Z';
const pending: Pending = {
  causeId,
  message: { messageId: 'm1', text: 'x', receivedAt: at, gateway: { id: 'G1' } },
};

const routed = (more: Partial<Extract<RoutingDecision, { kind: 'routed' }>> = {}): RoutingDecision => ({
  kind: 'routed',
  outcome: 'handled',
  app: 'echo',
  trace: [],
  facts: [],
  texts: [],
  ...more,
});
const reply = (text: string, more: Partial<OutgoingDecision> = {}): OutgoingDecision => ({
  to: connection,
  text,
  app: 'echo',
  reply: true,
  ...more,
});

test('an answer is stored with the decision, in one append, caused by it', (t) => {
  const appends = decideRouting(connection, pending, routed({ texts: [reply('hi', { priority: 2 })] }), at);
  t.is(appends.length, 1);
  const [decision, sent] = appends[0]?.events ?? [];
  t.is(appends[0]?.stream, stream);
  t.like(decision, {
    type: 'MessageRouted',
    data: { messageId: 'm1', outcome: 'handled', app: 'echo', routedAt: at },
    metadata: { $correlationId: 'm1', $causationId: causeId, schema: 1 },
  });
  t.like(sent, {
    type: 'MessageSent',
    data: {
      messageId: sent?.id,
      inResponseTo: 'm1',
      inResponseToGatewayId: 'G1',
      app: 'echo',
      text: 'hi',
      priority: 2,
    },
    metadata: { $correlationId: 'm1', $causationId: decision?.id, schema: 1 },
  });
});

test('facts come before the texts, texts in the order they were decided', (t) => {
  const facts = [{ type: 'echo.Said', data: { n: 1 } }];
  const [append] = decideRouting(
    connection,
    pending,
    routed({ facts, texts: [reply('one'), reply('two')] }),
    at,
  );
  t.deepEqual(
    append?.events.map(({ type, data }) => [type, (data as { text?: string }).text]),
    [
      ['MessageRouted', undefined],
      ['echo.Said', undefined],
      ['MessageSent', 'one'],
      ['MessageSent', 'two'],
    ],
  );
});

test('a text that an outgoing phase stopped is recorded as cancelled by that app', (t) => {
  const [append] = decideRouting(
    connection,
    pending,
    routed({ texts: [reply('hi', { cancelledBy: 'consent' })] }),
    at,
  );
  t.like(append?.events[1], {
    type: 'MessageCancelled',
    data: { text: 'hi', cancelledBy: 'consent', cancelledAt: at },
  });
});

test('a text to someone else goes to their conversation, before the own one is settled', (t) => {
  const texts = [reply('to you'), reply('to them', { to: other, reply: false })];
  const appends = decideRouting(connection, pending, routed({ texts }), at);
  t.deepEqual(
    appends.map(({ stream }) => stream),
    ['conversation-kannel:456', stream],
  );
  t.like(appends[0]?.events[0], { type: 'MessageSent', metadata: { $correlationId: 'm1' } });
});

test('a decision names who took it, on what, and the texts that it led to elsewhere', (t) => {
  const by = { node: 'main', run: causeId };
  const trace = [
    { phase: 'outgoing', app: 'sign', result: 'none', microseconds: 1, text: 'to them!' },
  ] as const;
  const making = { seen: '7', decidedText: 'to them', trace };
  const texts = [reply('to you'), reply('to them!', { to: other, reply: false, making })];
  const basis = { by, seen: '3' };
  const [there, own] = decideRouting(connection, pending, routed({ texts }), at, basis);
  const sent = there?.events[0];
  t.like(own?.events[0], { data: { by, seen: '3', elsewhere: [{ messageId: sent?.id, ...other }] } });
  t.like(sent, { data: { messageId: sent?.id, from: connection, text: 'to them!', ...making } });
  t.false('from' in (own?.events[1]?.data ?? {}));
  const failed: RoutingDecision = { kind: 'failed', app: 'bad', phase: 'handle', error: 'boom', trace: [] };
  t.like(decideRouting(connection, pending, failed, at, basis)[0]?.events[0], { data: basis });
});

test('a failure is stored with app, phase and error', (t) => {
  const decision: RoutingDecision = { kind: 'failed', app: 'bad', phase: 'handle', error: 'boom', trace: [] };
  const [append] = decideRouting(connection, pending, decision, at);
  t.like(append?.events[0], {
    type: 'RoutingFailed',
    data: { messageId: 'm1', app: 'bad', phase: 'handle', error: 'boom', failedAt: at },
  });
});

test('a duplicate names the message that it repeats', (t) => {
  const [append] = decideRouting(
    connection,
    pending,
    routed({ outcome: 'duplicate', duplicateOf: 'm0' }),
    at,
  );
  t.like(append?.events[0], { data: { outcome: 'duplicate', duplicateOf: 'm0' } });
});

test('the same decision taken twice gives the same ids, another cause gives others', (t) => {
  const decision = routed({ texts: [reply('one'), reply('two', { to: other })] });
  const ids = (cause: string) =>
    decideRouting(connection, { ...pending, causeId: cause }, decision, at).flatMap(({ events }) =>
      events.map(({ id }) => id),
    );
  t.deepEqual(ids(causeId), ids(causeId));
  const requeued = ids('019aa000-0000-7000-8000-000000001000');
  t.is(new Set([...ids(causeId), ...requeued]).size, 6);
});

test('derived ids are UUIDs, all different, and keep the time of the first', (t) => {
  fc.assert(
    fc.property(
      fc.uuid({ version: 7 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 1_000 })),
      (id, numbers) => {
        const derived = numbers.map((nth) => derivedId(id, nth));
        t.is(new Set([id, ...derived]).size, numbers.length + 1);
        for (const one of derived) {
          t.regex(one, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
          t.is(one.slice(0, 13), id.slice(0, 13));
        }
      },
    ),
  );
});
