import test from 'ava';
import { connectionOf, conversationStream } from '../../src/domain/connection.js';
import { evolve, isDeadLetter, outboundMessage } from '../../src/domain/outboundMessage.js';
import { isNewer, isUnderstood } from '../../src/domain/understood.js';
import { version } from '../../src/main/version.js';
import { generate } from './generate.js';
import { leastEvents, longestConnection } from './options.js';
import { hostileIdentities } from './people.js';
import { type Made, made, ofType, valuesOf } from './support/made.js';

const seeds = [1, 2, 3];
const histories = await Promise.all(seeds.map((seed) => made({ seed, events: leastEvents })));
const [first = []] = histories;

test('the same seed gives the same events, another one others', async (t) => {
  t.deepEqual(await made({ seed: 1, events: leastEvents }), first);
  t.notDeepEqual(histories[1], first);
});

test('a history has exactly as many events as it was asked for', async (t) => {
  for (const events of [leastEvents, leastEvents + 1, leastEvents + 37, 6_003]) {
    t.is((await made({ seed: 4, events })).length, events);
  }
});

test('what cannot be is refused in a sentence', async (t) => {
  await t.throwsAsync(generate({ seed: 1, events: 10 }).next(), {
    instanceOf: RangeError,
    message: 'A history has at least 2000 events: got 10.',
  });
  await t.throwsAsync(generate({ seed: 1, events: 10_000, longest: 2_001 }).next(), {
    message: 'The longest conversation of 10000 events has at most 2000 texts: got 2001.',
  });
});

for (const [index, events] of histories.entries()) {
  test(`everything is in the shortest history of seed ${seeds[index]}`, (t) => {
    const has = (type: string, name: string, values: readonly unknown[]) => {
      const found = valuesOf(events, type, name);
      for (const value of values) t.true(found.has(value), `${type} with ${name} ${String(value)}`);
    };
    has('MessageRouted', 'outcome', [
      'handled',
      'answered',
      'defaulted',
      'filtered',
      'unhandled',
      'duplicate',
    ]);
    has('DispatchFailed', 'code', ['throttled', 'rejected']);
    has('DispatchUnclear', 'policy', ['hold', 'resend']);
    has('MessageAbandoned', 'code', ['throttled', 'rejected']);
    has('MessageRequeued', 'direction', ['inbound', 'outbound']);
    has('MessageDispatched', 'coding', ['gsm', 'ucs2']);
    has('MessageDispatched', 'resumed', [true]);
    has('MessageDispatched', 'parts', [1, 2]);
    has('RouterStarted', 'version', ['0.0.9', version]);
    const statuses = ['delivered', 'failed', 'buffered', 'accepted', 'rejected', 'intermediate'];
    has('DeliveryReported', 'status', statuses);
    for (const type of [
      'RoutingFailed',
      'MessageCancelled',
      'MessageDiscarded',
      'InboundRejected',
      'RouterStopped',
      'registration.ContactRegistered',
      'registration.NameAsked',
      'reports.Reported',
      'questions.Answered',
      'consent.OptedOut',
      'lottery.TicketDrawn',
      'ConversationTagged',
      'InvoiceIssued',
    ])
      t.true(ofType(events, type).length > 0, type);
    t.true(events.some(isNewer));
    t.true(events.some(({ data }) => JSON.stringify(data).includes('"result":"threw"')));
    const identities = new Set(events.map(({ stream }) => connectionOf(stream)?.identity));
    for (const identity of hostileIdentities) t.true(identities.has(identity), identity);
  });

  test(`every event of seed ${seeds[index]} is one that the router reads, or of a newer version`, (t) => {
    t.deepEqual(
      events.filter((event) => !isUnderstood(event) && !isNewer(event)),
      [],
    );
    t.is(new Set(events.map(({ id }) => id)).size, events.length);
  });

  test(`every event of seed ${seeds[index]} comes after what caused it`, (t) => {
    const known = new Set<string>();
    const orphans: Made[] = [];
    for (const event of events) {
      const { $causationId } = event.metadata;
      if ($causationId !== undefined && !known.has($causationId)) orphans.push(event);
      known.add(event.id);
    }
    // A text to someone else is stored before the decision that it follows from.
    t.deepEqual(
      orphans.filter(({ type }) => type !== 'MessageSent' && type !== 'MessageCancelled'),
      [],
    );
  });
}

test('reports come late, early, several times and out of order', (t) => {
  const courses = histories.flat().reduce((byId, { type, data }) => {
    if (type === 'MessageDispatched' || type === 'DeliveryReported') {
      const id = String(data.messageId);
      byId.set(id, [
        ...(byId.get(id) ?? []),
        type === 'DeliveryReported' ? String(data.status) : 'handed over',
      ]);
    }
    return byId;
  }, new Map<string, string[]>());
  const found = new Set([...courses.values()].map((course) => course.join(', ')));
  for (const course of [
    'handed over',
    'handed over, accepted, delivered',
    'handed over, delivered, accepted, buffered',
    'handed over, accepted, buffered, delivered',
    'accepted, handed over, delivered',
    'handed over, accepted, delivered, delivered',
  ])
    t.true(found.has(course), course);
});

test('dead letters of both directions are left for a person, and some were put back or closed', (t) => {
  const events = histories.flat();
  const sent = ofType(events, 'MessageSent').map(({ data }) => String(data.messageId));
  const outbound = sent.filter((id) => isDeadLetter(events.reduce(evolve, outboundMessage(id))));
  t.true(outbound.length > 0);
  const settled = new Set<unknown>();
  for (const type of ['MessageRouted', 'MessageDiscarded', 'MessageRequeued'])
    for (const { data } of ofType(events, type)) settled.add(data.messageId);
  t.true(ofType(events, 'RoutingFailed').some(({ data }) => !settled.has(data.messageId)));
});

test('the longest conversation is as long as it was asked to be', async (t) => {
  const events = await made({ seed: 5, events: 6_000, longest: 1_000 });
  const stream = conversationStream(longestConnection);
  const texts = events.filter(
    (event) => event.stream === stream && (event.type === 'MessageReceived' || event.type === 'MessageSent'),
  );
  t.true(texts.length >= 1_000 && texts.length < 1_100, String(texts.length));
});
