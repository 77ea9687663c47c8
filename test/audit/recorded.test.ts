// Reading is itself recorded, where audit.record says so.
import test from 'ava';
import { Auditing } from '../../src/audit/auditing.js';
import { ReadingRecord, RecordedQuestions } from '../../src/audit/recorded.js';
import { startRouter } from '../../src/main/index.js';
import { readyWhen, settled, sourcesOf } from '../projections/support/router.js';
import { collect } from '../store/events.js';
import { asked, received, time, told } from './support.js';

const at = '2026-03-20T12:00:00.000Z';

test('who asked what is stored before it is answered, and how much was read afterwards', async (t) => {
  const { events, source } = await told(t, [received('a', time(1)), received('b', time(2))]);
  const plain = new Auditing({
    ...source,
    conversations: async () => [],
    zone: 'UTC',
    called: (part) => part,
  });
  let nth = 0;
  const newId = () => {
    nth += 1;
    return `00000000-0000-4000-8000-${String(nth).padStart(12, '0')}`;
  };
  const questions = new RecordedQuestions(
    plain,
    new ReadingRecord({ store: events, node: 'main', newId, now: () => at }, 'ann at a terminal'),
  );

  await questions.messages(asked({ identity: '+256 700', limit: '1' }));
  t.is((await collect(questions.allMessages(asked({})))).length, 2);
  for await (const _ of await questions.allEvents(asked({}))) break;
  await t.throwsAsync(questions.messages(asked({ since: 'march' })), { name: 'AuditError' });

  const stored = await collect(events.readStream('audit-main'));
  t.deepEqual(
    stored.map(({ type, data }) => [type, data]),
    [
      [
        'AuditAsked',
        {
          by: 'ann at a terminal',
          about: 'messages',
          question: { identity: '+256 700', limit: '1' },
          askedAt: at,
        },
      ],
      ['AuditAnswered', { question: stored[0]?.id, rows: 1, complete: true, answeredAt: at }],
      ['AuditAsked', { by: 'ann at a terminal', about: 'messages', question: {}, askedAt: at }],
      ['AuditAnswered', { question: stored[2]?.id, rows: 2, complete: true, answeredAt: at }],
      ['AuditAsked', { by: 'ann at a terminal', about: 'events', question: {}, askedAt: at }],
      ['AuditAnswered', { question: stored[4]?.id, rows: 1, complete: false, answeredAt: at }],
      [
        'AuditAsked',
        { by: 'ann at a terminal', about: 'messages', question: { since: 'march' }, askedAt: at },
      ],
    ],
  );
});

test('what cannot be recorded is not answered', async (t) => {
  const { events, source } = await told(t, [received('a', time(1))]);
  const plain = new Auditing({
    ...source,
    conversations: async () => [],
    zone: 'UTC',
    called: (part) => part,
  });
  const full = { append: async () => Promise.reject(new Error('The disk is full.')) };
  const needs = {
    store: Object.assign(Object.create(events), full),
    node: 'main',
    newId: () => 'x',
    now: () => at,
  };
  const questions = new RecordedQuestions(plain, new ReadingRecord(needs, 'ann'));
  await t.throwsAsync(questions.messages(asked({})), { message: 'The disk is full.' });
  await t.throwsAsync(collect(questions.allMessages(asked({}))), { message: 'The disk is full.' });
});

test('a router records who asks it over HTTP', async (t) => {
  const sources = sourcesOf(t);
  const router = await startRouter({
    ...sources,
    overrides: { ...sources.overrides, audit: { record: true } },
  });
  t.teardown(() => router.stop());
  await readyWhen(router.url, settled);
  await (await fetch(`${router.url}/api/v1/messages?words=hi`)).text();
  const stored = await collect(router.store.readStream('audit-main'));
  t.like(stored[0], { type: 'AuditAsked', data: { by: 'development', question: { words: 'hi' } } });
  t.like(stored[1], { type: 'AuditAnswered', data: { rows: 0, complete: true } });
});
