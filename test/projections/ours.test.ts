import test from 'ava';
import { faultsIn } from '../../src/projections/faultsIn.js';
import { at, folded, happened, ours, phone } from './support/history.js';

const received = happened('MessageReceived', { messageId: 'in', text: 'echo hi', receivedAt: at(0) });
const routed = (outcome: string, data: object = {}) =>
  happened('MessageRouted', { messageId: 'in', outcome, trace: [], routedAt: at(1), ...data });
const sent = happened('MessageSent', {
  messageId: 'out',
  inResponseTo: 'in',
  app: 'echo',
  text: 'hi',
  sentAt: at(1),
});
const dispatched = happened('MessageDispatched', {
  messageId: 'out',
  attempt: 1,
  parts: 1,
  dispatchedAt: at(2),
});
const failed = happened('DispatchFailed', {
  messageId: 'out',
  attempt: 1,
  code: 'throttled',
  detail: 'slow down',
  retryAt: at(5),
  failedAt: at(2),
});
const unclear = happened('DispatchUnclear', {
  messageId: 'out',
  attempt: 1,
  detail: 'cut',
  policy: 'hold',
  failedAt: at(2),
});
const abandoned = happened('MessageAbandoned', {
  messageId: 'out',
  code: 'rejected',
  detail: 'no',
  attempts: 1,
  abandonedAt: at(3),
});
const reported = (status: string, minute = 4) =>
  happened('DeliveryReported', { messageId: 'out', status, code: '1', reportedAt: at(minute) });
const requeued = (messageId: string, direction: string) =>
  happened('MessageRequeued', { messageId, direction, by: 'ann', requeuedAt: at(6) });
const discarded = (messageId: string, direction: string) =>
  happened('MessageDiscarded', { messageId, direction, by: 'ann', discardedAt: at(6) });
const routingFailed = happened('RoutingFailed', {
  messageId: 'in',
  app: 'x',
  phase: 'handle',
  error: 'boom',
  trace: [],
  failedAt: at(1),
});
const newer = happened('MessageSent', { messageId: 'out', text: 3, sentAt: at(9) }, phone(), 2);
const unknown = happened('MessageTranslated', { messageId: 'out', receivedAt: at(9) });
const recorded = happened('registration.ContactRegistered', { name: 'Ann' });

type History = Parameters<typeof folded>[1];
const connection = (...history: History) => folded(ours('connections'), history).get(phone())?.state;
const message = (id: string, ...history: History) => folded(ours('messages'), history).get(id)?.state;
const letter = (id: string, ...history: History) => folded(ours('deadletters'), history).get(id)?.result;

const all = ['acts', 'apps', 'connections', 'deadletters', 'messages', 'refused', 'traffic'];

for (const name of all) {
  test(`${name} is a projection, in the syntax that the server's interpreter reads`, (t) => {
    const file = ours(name);
    t.deepEqual(faultsIn(file), []);
    t.notRegex(file.source, /\?\.|\?\?|\|\|=|&&=|\bawait\b|\b\d+n\b|\.at\(|#\w|hasOwn\(/);
  });
}

test('a connection is known from its first message on, with who it is', (t) => {
  t.deepEqual(connection(received, routed('answered'), sent, dispatched, reported('delivered')), {
    backend: 'kannel',
    identity: '+256 700',
    firstSeenAt: at(0),
    lastSeenAt: at(1),
    received: 1,
    duplicates: 0,
    sent: 1,
    delivery: { messageId: 'out', status: 'delivered', at: at(4) },
  });
});

test('a clock that was set back does not change when a connection was seen last', (t) => {
  const early = happened('MessageReceived', { messageId: 'in2', text: '', receivedAt: at(0) });
  t.like(connection(sent, early), { firstSeenAt: at(0), lastSeenAt: at(1), received: 1, sent: 1 });
});

test('a redelivery is counted as one', (t) => {
  t.like(connection(received, received, routed('duplicate')), { received: 2, duplicates: 1 });
});

test('the delivery of a connection is that of its last text, and a final state stays', (t) => {
  const next = happened('MessageSent', { messageId: 'next', text: 'x', sentAt: at(7) });
  t.like(connection(sent, next, reported('delivered')), { delivery: { messageId: 'next', status: 'sent' } });
  for (const late of [dispatched, reported('buffered', 5), abandoned, requeued('out', 'outbound')])
    t.like(connection(sent, reported('delivered'), late), { delivery: { status: 'delivered' } });
  t.like(connection(sent, dispatched, abandoned), { delivery: { status: 'dispatched' } });
  t.like(connection(sent, unclear, requeued('out', 'outbound')), { delivery: { status: 'sent' } });
});

test('a message received waits, and is what the routing made of it', (t) => {
  t.deepEqual(message('in', received), {
    messageId: 'in',
    direction: 'in',
    backend: 'kannel',
    identity: '+256 700',
    text: 'echo hi',
    status: 'waiting',
    receivedAt: at(0),
    changedAt: at(0),
  });
  t.like(message('in', received, routed('handled', { app: 'echo' })), {
    status: 'handled',
    app: 'echo',
    routedAt: at(1),
  });
  t.like(message('in', received, routingFailed), { status: 'failed', app: 'x', error: 'boom' });
  t.like(message('in', received, routingFailed, requeued('in', 'inbound')), { status: 'waiting' });
  t.like(message('in', received, routingFailed, discarded('in', 'inbound')), { status: 'discarded' });
  t.like(message('in', received, routed('handled'), routingFailed), { status: 'handled' });
});

test('a message sent goes its way', (t) => {
  t.like(message('out', sent), {
    direction: 'out',
    status: 'sent',
    text: 'hi',
    app: 'echo',
    inResponseTo: 'in',
    attempts: 0,
  });
  t.like(message('out', sent, failed), {
    status: 'retrying',
    attempts: 1,
    retryAt: at(5),
    code: 'throttled',
  });
  t.like(message('out', sent, unclear), { status: 'unclear' });
  t.like(message('out', sent, abandoned), { status: 'abandoned', code: 'rejected', detail: 'no' });
  t.like(message('out', sent, failed, dispatched), { status: 'dispatched', parts: 1, dispatchedAt: at(2) });
  t.false('retryAt' in Object(message('out', sent, failed, dispatched)));
  t.like(message('out', sent, dispatched, reported('buffered')), {
    status: 'dispatched',
    delivery: 'buffered',
  });
  t.like(message('out', sent, abandoned, reported('delivered')), { status: 'delivered' });
  t.like(message('out', sent, reported('failed'), dispatched), { status: 'failed' });
  t.like(message('out', sent, abandoned, requeued('out', 'outbound')), { status: 'sent', attempts: 0 });
  t.like(message('out', sent, unclear, discarded('out', 'outbound')), { status: 'discarded' });
  const cancelled = happened('MessageCancelled', {
    messageId: 'no',
    app: 'a',
    text: 'x',
    cancelledBy: 'b',
    cancelledAt: at(1),
  });
  t.like(message('no', cancelled), { direction: 'out', status: 'cancelled', text: 'x', cancelledBy: 'b' });
});

test('traffic counts each hour, for a backend and for each app', (t) => {
  const history = [
    received,
    routed('answered', { app: 'echo' }),
    sent,
    dispatched,
    reported('delivered', 61),
    recorded,
  ];
  const states = folded(ours('traffic'), history);
  const about = { hour: '2026-01-01T10', backend: 'kannel' };
  t.deepEqual(Object.fromEntries([...states].map(([partition, { state }]) => [partition, state])), {
    '2026-01-01T10 kannel': { ...about, app: '', received: 1, dispatched: 1 },
    '2026-01-01T10 kannel echo': { ...about, app: 'echo', routed: { answered: 1 }, sent: 1 },
    '2026-01-01T11 kannel': { ...about, hour: '2026-01-01T11', app: '', reported: { delivered: 1 } },
  });
});

const call = (app: string, phase: string, microseconds: number, result = 'none') => ({
  app,
  phase,
  microseconds,
  result,
});
const appsIn = (...history: History) =>
  [...folded(ours('apps'), history)].map(([partition, { state }]) => [partition, state]);

test('what the apps did is counted by day and backend, each call by its phase and how long it took', (t) => {
  const trace = [
    call('guard', 'filter', 0),
    call('echo', 'handle', 21, 'true'),
    call('echo', 'handle', 2_500_000, 'threw'),
    call('echo', 'outgoing', 80),
  ];
  const history = [received, routed('handled', { app: 'echo', trace }), recorded];
  const phase = { calls: 1, threw: 0, timeout: 0 };
  t.deepEqual(appsIn(...history), [
    [
      '2026-01-01 kannel',
      {
        day: '2026-01-01',
        backend: 'kannel',
        messages: 1,
        apps: [
          {
            app: 'guard',
            decided: 0,
            failed: 0,
            phases: [{ ...phase, phase: 'filter', microseconds: 0, longest: 0, buckets: { 10: 1 } }],
          },
          {
            app: 'echo',
            decided: 1,
            failed: 0,
            phases: [
              {
                ...phase,
                phase: 'handle',
                calls: 2,
                threw: 1,
                microseconds: 2_500_021,
                longest: 2_500_000,
                buckets: { 25: 1, 2500000: 1 },
              },
              { ...phase, phase: 'outgoing', microseconds: 80, longest: 80, buckets: { 80: 1 } },
            ],
          },
        ],
      },
    ],
  ]);
});

test('a failure counts for the app at which it happened', (t) => {
  const trace = [call('x', 'handle', 10_000_000, 'timeout')];
  const failure = happened('RoutingFailed', { ...routingFailed.data, trace });
  const [[, state] = []] = appsIn(received, failure);
  t.like(state, { messages: 1, apps: [{ app: 'x', decided: 0, failed: 1, phases: [{ timeout: 1 }] }] });
});

test('each duration is in the bucket above it, ten of which make a power of ten', (t) => {
  const bucketsOf = (...durations: readonly number[]) => {
    const trace = durations.map((microseconds, nth) => call(`a${nth}`, 'handle', microseconds));
    const [[, state] = []] = appsIn(routed('handled', { trace }));
    const { apps } = state as { apps: { phases: { buckets: object }[] }[] };
    return apps.map(({ phases }) => Number(Object.keys(phases[0]?.buckets ?? {})[0]));
  };
  t.deepEqual(
    bucketsOf(0, 10, 11, 81, 100, 63_001, 99_999_999, 1e12),
    [10, 10, 13, 100, 100, 80_000, 100_000_000, 100_000_000],
  );
  const durations = Array.from({ length: 230 }, (_, nth) => 10 * 1.07 ** nth);
  for (const [nth, bound] of bucketsOf(...durations).entries()) {
    const duration = durations[nth] ?? 0;
    t.true(bound >= duration && bound <= duration * 1.31, `${duration}: ${bound}`);
  }
});

test('a name that is one of every object, and calls that are none, stop nothing', (t) => {
  const trace = [
    call('__proto__', 'constructor', 1),
    null,
    'x',
    { app: 3 },
    call('a', 'handle', -1),
    { app: 'a' },
  ];
  const [[, state] = []] = appsIn(
    routed('handled', { app: 'toString', trace }),
    routed('handled', { trace: 3 }),
  );
  t.like(state, {
    messages: 2,
    apps: [
      { app: '__proto__', phases: [{ phase: 'constructor' }] },
      { app: 'toString', decided: 1 },
    ],
  });
});

test('a dead letter tells what it is, until someone or something settles it', (t) => {
  t.deepEqual(letter('out', sent, abandoned), {
    messageId: 'out',
    direction: 'outbound',
    backend: 'kannel',
    identity: '+256 700',
    text: 'hi',
    at: at(3),
    event: 'MessageAbandoned',
    reason: 'rejected: no',
    cause: 'rejected: no',
  });
  t.like(letter('in', received, routingFailed), {
    direction: 'inbound',
    reason: 'x.handle: boom',
    text: 'echo hi',
  });
  t.like(letter('out', sent, unclear), { event: 'DispatchUnclear', reason: 'unclear: cut' });
  t.is(letter('out', sent, unclear, reported('accepted')), undefined);
  t.is(letter('out', sent, dispatched, abandoned), undefined);
  t.is(letter('in', received, routingFailed, requeued('in', 'inbound')), undefined);
  t.is(letter('out', sent, abandoned, discarded('out', 'outbound')), undefined);
  t.like(letter('out', sent, abandoned, requeued('out', 'outbound'), abandoned), { messageId: 'out' });
});

test('events of a newer schema, of unknown types and without an id are passed over', (t) => {
  t.deepEqual(message('out', sent, newer, unknown, recorded), message('out', sent));
  t.deepEqual(letter('out', sent, abandoned, newer, unknown), letter('out', sent, abandoned));
  t.deepEqual(connection(received, newer, unknown, recorded), connection(received));
  const odd = [
    'MessageReceived',
    'MessageSent',
    'DeliveryReported',
    'MessageRequeued',
    'InboundRejected',
    'InboundDiscarded',
    'AuditAsked',
    'AuditAnswered',
  ].map((type) => happened(type, {}));
  for (const name of all) t.notThrows(() => folded(ours(name), [...odd, happened('MessageSent', [])]));
});

test('the same errors have one cause, whatever numbers and ids are in them', (t) => {
  const causeOf = (detail: string) =>
    (letter('out', sent, { ...abandoned, data: { ...abandoned.data, detail } }) as { cause: string }).cause;
  t.is(causeOf('no route to +256772000375'), causeOf('no route to +256772000118'));
  t.is(
    causeOf('01a0d604-5de7-7fbe-9a50-51d347efa927 is unknown'),
    causeOf('01a0d604-5de7-7fbe-9a50-51d347efa928 is unknown'),
  );
  t.not(causeOf('no route'), causeOf('no credit'));
  t.true(causeOf(`${'x'.repeat(188)}👍👍👍`).isWellFormed());
});

const rejectedAt = at(0);
const rejection = happened(
  'InboundRejected',
  { reason: 'The field “text” is missing.', request: { method: 'GET', url: '/http/a/?x=1' }, rejectedAt },
  'inbound-a%2Fb',
);

test('a refused request waits until someone has dealt with it', (t) => {
  const waiting = (...more: History) => folded(ours('refused'), [rejection, ...more]).get('id-0')?.result;
  t.like(waiting(), {
    id: 'id-0',
    backend: 'a/b',
    at: rejectedAt,
    reason: 'The field “text” is missing.',
    cause: 'The field “…” is missing.',
    method: 'GET',
    url: '/http/a/?x=1',
    revision: 0,
  });
  for (const type of ['InboundRequeued', 'InboundDiscarded'])
    t.is(waiting(happened(type, { rejection: 'id-0', by: 'ann' }, 'inbound-a%2Fb')), undefined);
  t.like(waiting(happened('InboundDiscarded', { rejection: 'other', by: 'ann' }, 'inbound-a%2Fb')), {
    id: 'id-0',
  });
});

test('an act tells who did it, when, and to what', (t) => {
  const acts = folded(ours('acts'), [
    { ...requeued('out', 'outbound'), schema: 1 },
    sent,
    happened('MessageSent', { messageId: 'b', askedBy: 'token:desk', text: 'x', sentAt: at(1) }),
    happened('UserAdded', { name: 'vera', role: 'viewer', by: 'ann', addedAt: at(2) }, 'user-vera'),
    happened('SessionOpened', { session: 's', sha256: 'x', from: '::1', openedAt: at(3) }, 'user-vera'),
    happened(
      'AuditAsked',
      { by: 'ann', about: 'messages', question: { words: 'x' }, askedAt: at(4) },
      'audit-m',
    ),
    happened('AuditAnswered', { question: 'id-5', rows: 3, complete: true, answeredAt: at(4) }, 'audit-m'),
  ]);
  const act = (index: number) => acts.get(`id-${index}`)?.state;
  t.like(act(0), { type: 'MessageRequeued', backend: 'kannel', identity: '+256 700', messageId: 'out' });
  t.is(acts.has('id-1'), false);
  t.like(act(2), { type: 'MessageSent', by: 'token:desk', at: at(1) });
  t.like(act(3), { type: 'UserAdded', by: 'ann', name: 'vera', role: 'viewer' });
  t.like(act(4), { type: 'SessionOpened', by: 'vera', from: '::1' });
  t.false(JSON.stringify(act(4)).includes('sha256'));
  t.like(act(5), { type: 'AuditAsked', by: 'ann', question: { words: 'x' }, rows: 3, complete: true });
});
