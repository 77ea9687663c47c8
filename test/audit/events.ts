// What every engine promises of questions to events.
import test from 'ava';
import { Auditing } from '../../src/audit/auditing.js';
import type { AuditEvent } from '../../src/audit/events.js';
import { noIndex } from '../../src/audit/messagesIndex.js';
import { type Asked, AuditError } from '../../src/audit/reading.js';
import { conversationsWith } from '../../src/explain/find.js';
import { lastEvent } from '../../src/store/ends.js';
import type { EventStore } from '../../src/store/port.js';
import { happened, phone, store } from '../projections/support/history.js';
import type { Engine } from '../store/engine.js';
import { newName } from '../store/events.js';
import { received, routed, sent, time } from './support.js';

/** In streams that no other test uses: an engine may keep one store for all tests, with other people's events in it. */
const historyOf = async (events: EventStore) => {
  const [backend, router] = [newName('http'), newName('router')];
  const [plain, odd] = [phone('+256 700', backend), phone('x/../:%#?\\ 😀', backend)];
  await store(events, [happened('TestBegins', {}, `begin-${backend}`)]);
  const { position = '' } = (await lastEvent(events, { categories: ['begin'] })) ?? {};
  await store(events, [
    received('a', time(1), 'hi', plain),
    routed('a', time(1), 'handled', undefined, plain),
    received('b', time(1), 'hi', odd),
    sent('c', time(1), 'ho', 'echo', odd),
    happened('RouterStarted', { node: router }, `router-${router}`),
    received('d', time(2), 'hi', plain),
  ]);
  const streams = [plain, odd, `router-${router}`];
  return {
    backend,
    router: `router-${router}`,
    begin: position,
    isOwn: (event: AuditEvent) => streams.includes(event.stream),
  };
};

type History = Awaited<ReturnType<typeof historyOf>>;

const ask = (events: EventStore, asked: Asked, backends: readonly string[] = []) =>
  new Auditing({
    store: events,
    index: noIndex,
    conversations: (identity, backend) =>
      conversationsWith(events, identity, backend === undefined ? backends : [backend], () => []),
    now: Date.now,
    zone: 'UTC',
    called: (part) => `--${part}`,
  }).events(asked);

/** Page by page: the oldest first from the beginning of the test on, the newest first back to it. */
const all = async (
  events: EventStore,
  { begin, isOwn }: History,
  asked: Asked,
): Promise<readonly AuditEvent[]> => {
  const found: AuditEvent[] = [];
  const isOfStream = asked.stream !== undefined || asked.identity !== undefined;
  const isOldest = asked.order?.[0] === 'oldest';
  let after = isOldest && !isOfStream ? begin : undefined;
  for (;;) {
    const answer = await ask(events, { ...asked, ...(after === undefined ? {} : { after: [after] }) });
    found.push(...answer.events.filter(isOwn));
    after = answer.next;
    const isPassed =
      !isOldest &&
      answer.events.some(({ type, stream }) => type === 'TestBegins' && stream.startsWith('begin-'));
    if (after === undefined || isPassed) return found;
  }
};

const labels = (events: readonly AuditEvent[]) =>
  events.map(({ type, data }) => `${type} ${(data as { messageId?: string }).messageId ?? ''}`.trim());

export const declareEventQuestions = (name: string, engine: Engine): void => {
  test.serial(`${name}: pages of one and two show each event once, both ways`, async (t) => {
    const events = await engine.open(t);
    const history = await historyOf(events);
    const oldest = await all(events, history, { order: ['oldest'], limit: ['2'] });
    t.deepEqual(labels(oldest), [
      'MessageReceived a',
      'MessageRouted a',
      'MessageReceived b',
      'MessageSent c',
      'RouterStarted',
      'MessageReceived d',
    ]);
    t.deepEqual(labels(await all(events, history, { limit: ['1'] })), labels(oldest).toReversed());
  });

  test.serial(`${name}: by type, category, stream, conversation, correlation and time`, async (t) => {
    const events = await engine.open(t);
    const history = await historyOf(events);
    const found = async (asked: Asked) =>
      labels(await all(events, history, { order: ['oldest'], limit: ['1'], ...asked }));
    t.deepEqual(await found({ type: ['MessageSent,RouterStarted'] }), ['MessageSent c', 'RouterStarted']);
    t.deepEqual(await found({ category: ['router'] }), ['RouterStarted']);
    t.deepEqual(await found({ category: ['conversation'], type: ['MessageRouted'] }), ['MessageRouted a']);
    t.deepEqual(await found({ stream: [history.router] }), ['RouterStarted']);
    const conversation = { backend: [history.backend], identity: ['x/../:%#?\\ 😀'] };
    t.deepEqual(await found(conversation), ['MessageReceived b', 'MessageSent c']);
    t.deepEqual(await found({ ...conversation, order: ['newest'] }), ['MessageSent c', 'MessageReceived b']);
    t.deepEqual(await found({ ...conversation, type: ['MessageSent'] }), ['MessageSent c']);
    const every = await all(events, history, { order: ['oldest'], limit: ['10'] });
    const correlation = { correlation: [every[0]?.metadata.$correlationId ?? ''] };
    t.deepEqual(await found(correlation), ['MessageReceived a']);
    t.deepEqual(labels((await ask(events, correlation)).events), ['MessageReceived a']);
    const [since, until] = [every[1]?.recordedAt ?? '', every[4]?.recordedAt ?? ''];
    const between = every.filter(({ recordedAt }) => recordedAt >= since && recordedAt < until);
    const range = { since: [since], until: [until] };
    t.deepEqual(await found(range), labels(between));
    const newest = (await ask(events, { ...range, limit: ['1000'] })).events.filter(history.isOwn);
    t.deepEqual(labels(newest), labels(between).toReversed());
    t.deepEqual(await found({ stream: ['none-such'] }), []);
  });

  test.serial(`${name}: a number is enough where one backend knows it, in any spelling`, async (t) => {
    const events = await engine.open(t);
    const [one, other] = [newName('one'), newName('other')];
    await store(events, [
      received('a', time(1), 'hi', phone('+256772000111', one)),
      received('b', time(1), 'hi', phone('256772000222', one)),
      received('c', time(1), 'hi', phone('+256772000222', other)),
    ]);
    const found = async (asked: Asked) => labels((await ask(events, asked, [one, other])).events);
    t.deepEqual(await found({ identity: ['256 772 000-111'] }), ['MessageReceived a']);
    t.deepEqual(await found({ identity: ['+256772000222'], backend: [one] }), ['MessageReceived b']);
    t.deepEqual(await found({ identity: ['+256772000333'] }), []);
    await t.throwsAsync(found({ identity: ['256772000222'] }), {
      instanceOf: AuditError,
      message: new RegExp(`^--identity: expected --backend with it.* \\(${one}:256.*, ${other}:\\+256`),
    });
  });

  test.serial(`${name}: an after of elsewhere is refused in a sentence`, async (t) => {
    const events = await engine.open(t);
    const { router } = await historyOf(events);
    for (const order of ['oldest', 'newest'])
      await t.throwsAsync(ask(events, { after: ['nowhere'], order: [order] }), {
        instanceOf: AuditError,
        message: /^after: expected what the page before gave/,
      });
    await t.throwsAsync(ask(events, { after: ['x'], stream: [router] }), { instanceOf: AuditError });
  });
};
