// What every engine promises of questions to events.
import test from 'ava';
import { eventsQuestion } from '../../src/audit/ask.js';
import { type AuditEvent, askEvents } from '../../src/audit/events.js';
import { type Asked, AuditError } from '../../src/audit/reading.js';
import { conversationStream } from '../../src/domain/connection.js';
import type { EventStore } from '../../src/store/port.js';
import { happened, phone, store } from '../projections/support/history.js';
import type { Engine } from '../store/engine.js';
import { received, routed, sent, time } from './support.js';

const odd = phone('x/../:%#?\\ 😀', 'http');
const history = [
  received('a', time(1)),
  routed('a', time(1)),
  received('b', time(1), 'hi', odd),
  sent('c', time(1), 'ho', 'echo', odd),
  happened('RouterStarted', { node: 'main' }, 'router-main'),
  received('d', time(2)),
];

const ask = (events: EventStore, asked: Asked) =>
  askEvents(
    events,
    eventsQuestion(
      asked,
      { now: Date.now(), zone: 'UTC', called: (part) => `--${part}` },
      (backend, identity) => conversationStream({ backend, identity }),
    ),
  );

/** Page by page to the end. */
const all = async (events: EventStore, asked: Asked): Promise<readonly AuditEvent[]> => {
  const found: AuditEvent[] = [];
  let after: string | undefined;
  do {
    const answer = await ask(events, { ...asked, ...(after === undefined ? {} : { after: [after] }) });
    found.push(...answer.events);
    after = answer.next;
  } while (after !== undefined);
  return found;
};

const labels = (events: readonly AuditEvent[]) =>
  events.map(({ type, data }) => `${type} ${(data as { messageId?: string }).messageId ?? ''}`.trim());

export const declareEventQuestions = (name: string, engine: Engine): void => {
  const declare = engine.startsEmpty ? test : test.skip;

  declare(`${name}: pages of one and two show each event once, both ways`, async (t) => {
    const events = await engine.open(t);
    await store(events, history);
    const oldest = await all(events, { order: ['oldest'], limit: ['2'] });
    t.deepEqual(labels(oldest), [
      'MessageReceived a',
      'MessageRouted a',
      'MessageReceived b',
      'MessageSent c',
      'RouterStarted',
      'MessageReceived d',
    ]);
    t.deepEqual(labels(await all(events, { limit: ['1'] })), labels(oldest).toReversed());
  });

  declare(`${name}: by type, category, stream, conversation, correlation and time`, async (t) => {
    const events = await engine.open(t);
    await store(events, history);
    const found = async (asked: Asked) =>
      labels(await all(events, { order: ['oldest'], limit: ['1'], ...asked }));
    t.deepEqual(await found({ type: ['MessageSent,RouterStarted'] }), ['MessageSent c', 'RouterStarted']);
    t.deepEqual(await found({ category: ['router'] }), ['RouterStarted']);
    t.deepEqual(await found({ category: ['conversation'], type: ['MessageRouted'] }), ['MessageRouted a']);
    t.deepEqual(await found({ stream: ['router-main'] }), ['RouterStarted']);
    const conversation = { backend: ['http'], identity: ['x/../:%#?\\ 😀'] };
    t.deepEqual(await found(conversation), ['MessageReceived b', 'MessageSent c']);
    t.deepEqual(await found({ ...conversation, order: ['newest'] }), ['MessageSent c', 'MessageReceived b']);
    t.deepEqual(await found({ ...conversation, type: ['MessageSent'] }), ['MessageSent c']);
    const [first] = await all(events, { order: ['oldest'], limit: ['1'] });
    t.deepEqual(await found({ correlation: [first?.metadata.$correlationId ?? ''] }), ['MessageReceived a']);
    const every = await all(events, { order: ['oldest'] });
    const [since, until] = [every[1]?.recordedAt ?? '', every[4]?.recordedAt ?? ''];
    const between = every.filter(({ recordedAt }) => recordedAt >= since && recordedAt < until);
    const range = { since: [since], until: [until] };
    t.deepEqual(await found(range), labels(between));
    t.deepEqual(await found({ ...range, order: ['newest'] }), labels(between).toReversed());
    t.deepEqual(await found({ stream: ['none-such'] }), []);
  });

  declare(`${name}: an after of elsewhere is refused in a sentence`, async (t) => {
    const events = await engine.open(t);
    await store(events, history);
    for (const order of ['oldest', 'newest'])
      await t.throwsAsync(ask(events, { after: ['nowhere'], order: [order] }), {
        instanceOf: AuditError,
        message: /^after: expected what the page before gave/,
      });
    await t.throwsAsync(ask(events, { after: ['x'], stream: ['router-main'] }), { instanceOf: AuditError });
  });
};
