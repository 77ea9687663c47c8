import test from 'ava';
import fc from 'fast-check';
import type { RecordedEvent } from '../../src/domain/event.js';
import { type Chain, chainsOf, textsOf } from '../../src/explain/story.js';

const at = '2026-01-02T03:04:05.000Z';
const stream = 'conversation-kannel:123';

/** Events of one conversation, in the order in which they are given. @param of - id, type, data, and the id of what caused it */
const told = (
  ...of: readonly (readonly [id: string, type: string, data: object, cause?: string, schema?: number])[]
): RecordedEvent[] =>
  of.map(([id, type, data, cause, schema = 1], index) => ({
    id,
    type,
    data,
    stream,
    revision: BigInt(index),
    position: String(index + 1),
    recordedAt: at,
    metadata: { $correlationId: 'c', schema, ...(cause === undefined ? {} : { $causationId: cause }) },
  }));

const received = (messageId: string, text = 'x') =>
  [messageId, 'MessageReceived', { messageId, text, receivedAt: at }] as const;
const routed = (id: string, messageId: string, more: object = {}) =>
  [
    id,
    'MessageRouted',
    { messageId, outcome: 'handled', trace: [], routedAt: at, ...more },
    messageId,
  ] as const;
const sent = (messageId: string, cause: string, inResponseTo: string) =>
  [messageId, 'MessageSent', { messageId, inResponseTo, text: 'y', sentAt: at }, cause] as const;
const reported = (id: string, messageId: string) =>
  [id, 'DeliveryReported', { messageId, status: 'delivered', code: '1', reportedAt: at }] as const;

/** The shape of a story: what stands under what. */
const outline = (chains: readonly Chain[]): unknown =>
  chains.map((chain) => {
    if (chain.way === 'none') return chain.event.type;
    if (chain.way === 'out') return [chain.messageId, chain.steps.map(({ type }) => type)];
    return [
      chain.messageId,
      ...chain.steps.map(({ event, facts, texts }) => [
        event.type,
        facts.map(({ type }) => type),
        texts.map((text) => [text.messageId, text.steps.map(({ type }) => type)]),
      ]),
    ];
  });

test('what followed from a message stands under it, however late it came', (t) => {
  const events = told(
    received('m1'),
    routed('r1', 'm1'),
    ['f1', 'registration.ContactRegistered', { name: 'Asha' }, 'r1'],
    sent('t1', 'r1', 'm1'),
    received('m2'),
    ['d1', 'MessageDispatched', { messageId: 't1', attempt: 1, answer: '0', dispatchedAt: at }, 't1'],
    routed('r2', 'm2', { outcome: 'unhandled' }),
    reported('p1', 't1'),
  );
  t.deepEqual(outline(chainsOf(events)), [
    [
      'm1',
      [
        'MessageRouted',
        ['registration.ContactRegistered'],
        [['t1', ['MessageDispatched', 'DeliveryReported']]],
      ],
    ],
    ['m2', ['MessageRouted', [], []]],
  ]);
});

test('a failed message that is put back has two decisions, each with what it led to', (t) => {
  const events = told(
    received('m1'),
    [
      'x1',
      'RoutingFailed',
      { messageId: 'm1', app: 'a', phase: 'handle', error: 'no', trace: [], failedAt: at },
    ],
    ['q1', 'MessageRequeued', { messageId: 'm1', direction: 'inbound', by: 'ann', requeuedAt: at }],
    routed('r1', 'm1'),
    sent('t1', 'r1', 'm1'),
    ['q2', 'MessageDiscarded', { messageId: 't1', direction: 'outbound', by: 'ann', discardedAt: at }],
  );
  t.deepEqual(outline(chainsOf(events)), [
    [
      'm1',
      ['RoutingFailed', [], []],
      ['MessageRequeued', [], []],
      ['MessageRouted', [], [['t1', ['MessageDiscarded']]]],
    ],
  ]);
});

test('a text to someone else stands under the message with its recipient', (t) => {
  const to = { backend: 'kannel', identity: '456' };
  const [chain] = chainsOf(
    told(received('m1'), routed('r1', 'm1', { elsewhere: [{ messageId: 't1', ...to }] })),
  );
  t.like(chain && textsOf(chain)[0], { messageId: 't1', to, decided: undefined });
});

test('what is left of a conversation whose beginning is gone is told as it is', (t) => {
  const events = told(
    reported('p0', 't0'),
    routed('r1', 'm1'),
    ['o1', 'SomethingElse', { x: 1 }],
    ['n1', 'MessageRouted', { messageId: 'm9', verdict: 'new words' }, 'm9', 9],
    ['f9', 'MessageReceived', { other: true }],
  );
  t.deepEqual(outline(chainsOf(events)), [
    ['t0', ['DeliveryReported']],
    ['m1', ['MessageRouted', [], []]],
    'SomethingElse',
    'MessageRouted',
    'MessageReceived',
  ]);
});

test('each event is told once, whatever comes in whatever order', (t) => {
  const ids = fc.constantFrom('a', 'b', 'c');
  const one = fc.oneof(
    ids.map((id) => received(id)),
    fc.tuple(ids, ids).map(([id, of]) => sent(id, of, of)),
    fc
      .tuple(ids, fc.boolean())
      .map(([id, there]) =>
        routed('r', id, there ? { elsewhere: [{ messageId: 'c', backend: 'k', identity: '9' }] } : {}),
      ),
    ids.map((id) => reported('p', id)),
    ids.map(
      (id) =>
        ['q', 'MessageRequeued', { messageId: id, direction: 'inbound', by: 'x', requeuedAt: at }] as const,
    ),
    ids.map((id) => ['f', 'app.Fact', {}, id] as const),
    fc.constant(['n', 'MessageSent', { messageId: 'a' }, 'b', 7] as const),
  );
  fc.assert(
    fc.property(fc.array(one, { size: 'max', maxLength: 30 }), (list) => {
      const events = told(...list.map(([, ...rest], index) => [`${index}`, ...rest] as never));
      const shown = chainsOf(events).flatMap((chain) => [
        ...(chain.way === 'none' ? [chain.event] : []),
        ...(chain.way === 'in'
          ? [chain.received, ...chain.steps.flatMap(({ event, facts }) => [event, ...facts])]
          : []),
        ...textsOf(chain).flatMap(({ decided, steps }) => [decided, ...steps]),
      ]);
      const count = shown.filter((event) => event !== undefined);
      // A second event of the same beginning (a repeated id) takes no second place.
      t.is(new Set(count).size, count.length);
      const beginnings = events.filter(({ type }) => type === 'MessageReceived' || type === 'MessageSent');
      for (const event of events) if (!beginnings.includes(event)) t.true(count.includes(event));
    }),
  );
});
