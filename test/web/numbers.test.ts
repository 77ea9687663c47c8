// Who may not see whole numbers gets none: in no page, link, file, stream or answer.
import test, { type ExecutionContext } from 'ava';
import { Auditing } from '../../src/audit/auditing.js';
import { StatesLists } from '../../src/audit/lists/lists.js';
import { BulkJobs } from '../../src/deadletters/bulk.js';
import { DeadLetterDesk } from '../../src/deadletters/desk.js';
import { conversationStream } from '../../src/domain/connection.js';
import { createDeadLetters } from '../../src/outbound/deadLetters.js';
import { auditRoutes } from '../../src/web/api/audit.js';
import { deadLetterRoutes } from '../../src/web/api/deadLetters.js';
import { actsRoute, connectionsRoute } from '../../src/web/api/lists.js';
import { auditPages } from '../../src/web/pages/audit/audit.js';
import { connectionPages } from '../../src/web/pages/connections/connections.js';
import { deadLetterPages } from '../../src/web/pages/deadletters/deadLetters.js';
import { messagesPages } from '../../src/web/pages/messages/messages.js';
import { fold, received, time, told } from '../audit/support.js';
import { happened } from '../projections/support/history.js';
import { quickClock } from '../projections/support/world.js';
import { linksIn, wordsOf } from './support.js';
import { paths, seenBy, viewer } from './viewer.js';

const number = '+256772000375';
const other = '+256772000118';
const streamOf = (identity: string) => conversationStream({ backend: 'kannel', identity });

const history = [
  received('a', time(1), 'hello', streamOf(number)),
  received('b', time(2), 'good bye', streamOf(other)),
  happened(
    'DispatchFailed',
    { messageId: 'a', attempt: 1, code: 'rejected', detail: `no route to ${number}`, failedAt: time(1) },
    streamOf(number),
  ),
  happened(
    'MessageRouted',
    {
      messageId: 'b',
      outcome: 'handled',
      trace: [],
      elsewhere: [{ backend: 'x', identity: number, messageId: 'c' }],
      routedAt: time(2),
    },
    streamOf(other),
  ),
  happened(
    'InboundRejected',
    {
      reason: 'no text',
      request: { method: 'GET', url: '/in?from=%2B256772000375&x=1', body: 'KzI1Njc3MjAwMDM3NQ==' },
      rejectedAt: time(3),
    },
    'inbound-kannel',
  ),
  happened(
    'RoutingFailed',
    {
      messageId: 'b',
      app: 'x',
      phase: 'handle',
      error: `nobody is ${number} here, or 0772000118`,
      trace: [],
      failedAt: time(3),
    },
    streamOf(other),
  ),
  happened(
    'AuditAsked',
    { by: 'ann', about: 'messages', question: { to: number }, askedAt: time(3) },
    'audit-main',
  ),
];

const seen = async (t: ExecutionContext) => {
  const { source, states, events } = await told(t, history);
  for (const name of ['connections', 'deadletters', 'refused', 'acts']) await fold(events, states, name);
  const auditing = new Auditing({
    ...source,
    conversations: async (identity) => [{ backend: 'kannel', identity }],
    zone: 'UTC',
    called: (part) => part,
  });
  const questions = () => auditing;
  const choices = { backends: ['kannel'], apps: [] };
  const lists = () => ({ lists: new StatesLists(states), store: events });
  const desk = new DeadLetterDesk({
    source: lists,
    letters: createDeadLetters(events, quickClock, () => ''),
    refused: { requeue: async () => {}, discard: async () => {} },
    jobs: new BulkJobs(
      () => '',
      () => '',
    ),
  });
  const now = () => Date.parse(time(20));
  const pages = [
    ...messagesPages({ questions, choices, hasTester: false, seals: paths }),
    ...connectionPages({ source: lists, seals: paths }),
    ...deadLetterPages({ desk, seals: paths }),
    ...auditPages({ source: lists, records: true }),
  ];
  const api = [
    ...auditRoutes({ questions }),
    ...deadLetterRoutes({ desk }),
    connectionsRoute({ source: lists, now }),
    actsRoute({ source: lists, now }),
  ];
  const url = await seenBy(t, viewer, { pages, api });
  const get = async (path: string) => {
    const response = await fetch(`${url}${path}`);
    return { path: response.url.slice(url.length), text: await response.text() };
  };
  return { url, get };
};

const numbers = /256.?772|%2B25677|772.?000|000375|000118/;

test('a list, its links and its files have no number', async (t) => {
  const { get } = await seen(t);
  const { text } = await get('/messages/');
  t.regex(wordsOf(text), /\+256 7… 375/);
  t.notRegex(text, numbers);
  for (const format of ['csv', 'csv-raw', 'ndjson'])
    t.notRegex((await get(`/messages/export/?format=${format}`)).text, numbers);
});

for (const query of ['q=%2B256772000375', 'q=0772+000375', 'identity=256772000375'])
  test(`a number that is known may be looked for, and stands nowhere afterwards: ${query}`, async (t) => {
    const { get } = await seen(t);
    const found = await get(`/messages/?${query}&direction=in`);
    t.regex(found.path, /^\/messages\/\?direction=in&who=[\w-]+$/);
    t.regex(wordsOf(found.text), /hello/);
    t.notRegex(wordsOf(found.text), /good bye/);
    t.notRegex(found.text, numbers);
    const file = linksIn(found.text).find((href) => href.startsWith('/messages/export/')) ?? '';
    const { text } = await get(file);
    t.regex(text, /hello[\s\S]*end: 1 messages/);
    t.notRegex(text, numbers);
  });

test('a seal of another router is told', async (t) => {
  const { get } = await seen(t);
  t.regex((await get('/messages/?who=nonsense')).text, /This link is not of this router/);
});

test('the answers of the API have no number, in any form', async (t) => {
  const { get } = await seen(t);
  for (const path of [
    'messages',
    'messages?identity=256772000375',
    'messages?by=identity',
    'messages?format=csv',
    'messages?format=ndjson',
    'events',
    'events?identity=%2B256772000375',
    'events?format=ndjson',
    'events?format=csv-raw',
  ]) {
    const { text } = await get(`/api/v1/${path}`);
    t.true(text.includes('375') || path === 'messages?by=identity', path);
    t.notRegex(text, numbers, path);
  }
});

test('the events that come have no number', async (t) => {
  const { url } = await seen(t);
  const response = await fetch(`${url}/api/v1/events/stream?since=2000-01-01`);
  let text = '';
  for await (const bytes of response.body ?? []) {
    text += Buffer.from(bytes).toString();
    if (text.includes('AuditAsked')) break;
  }
  t.regex(text, /InboundRejected/);
  t.notRegex(text, numbers);
});

for (const path of [
  'connections/',
  'connections/?q=256772000375',
  'deadletters/',
  'deadletters/?kind=inbound&identity=256772000118',
  'deadletters/?kind=refused',
  'audit/',
  'api/v1/connections',
  'api/v1/connections?identity=0772000375',
  'api/v1/deadletters?kind=inbound',
  'api/v1/deadletters?kind=refused',
  'api/v1/audit',
])
  test(`no number is in ${path}`, async (t) => {
    const { get } = await seen(t);
    const { path: end, text } = await get(`/${path}`);
    t.regex(wordsOf(text), /… (?:375|118)/);
    t.notRegex(text, numbers);
    t.notRegex(path.startsWith('api') ? '' : end, numbers);
  });

test('nobody finds a number digit by digit', async (t) => {
  const { get } = await seen(t);
  for (const beginning of ['25677', '+2567720003'])
    t.notRegex(wordsOf((await get(`/connections/?${new URLSearchParams({ q: beginning })}`)).text), /375/);
  t.regex((await get('/api/v1/connections?beginning=25677')).text, /"status":403/);
});

test('who may only look has nothing to change with', async (t) => {
  const { url, get } = await seen(t);
  const { text } = await get('/deadletters/');
  t.regex(
    wordsOf(text),
    /You may look, not change\. Requeue and discard need the role operator; you are a viewer/,
  );
  t.notRegex(text, /<form method="post"|type="checkbox"/);
  t.is((await fetch(`${url}/deadletters/`, { method: 'POST' })).status, 403);
  t.is((await fetch(`${url}/deadletters/all/?kind=inbound&do=discard&upTo=1`)).status, 403);
});
