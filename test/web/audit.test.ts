import test from 'ava';
import { conversationStream } from '../../src/domain/connection.js';
import { schemaVersion } from '../../src/domain/events.js';
import { linksIn, site, wordsOf } from './support.js';

const requeued = (id: string, by: string, why: string, requeuedAt: string) => ({
  id,
  type: 'MessageRequeued',
  data: { messageId: 'a', direction: 'outbound', by, why, requeuedAt },
  metadata: { $correlationId: id, schema: schemaVersion },
});
const idOf = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

test('who did what is told, by whom, by what and by when', async (t) => {
  const { router, get, until } = await site(t, { audit: { record: true } });
  const stream = conversationStream({ backend: 'gone', identity: '+256772000375' });
  await router.store.append(stream, [
    requeued(idOf(1), 'ann', 'mended', '2026-01-01T00:00:00.000Z'),
    requeued(idOf(2), '<b>bob</b>', '<script>alert(1)</script>', '2026-02-01T00:00:00.000Z'),
  ]);
  await get('/api/v1/messages?words=malaria');
  await get('/connections/?q=256772000118');
  const all = await until('/audit/', (text) => text.includes('mended') && text.includes('0 read'));
  const words = wordsOf(all);
  t.regex(words, /development.*asked.*for messages · words “malaria” · 0 read/s);
  t.regex(
    words,
    /<b>bob<\/b>requeued a message: “<script>alert\(1\)<\/script>”\+256772000375 gone · message a/,
  );
  t.regex(words, /asked.*for connections · identity “256772000118” · 0 read/s);
  t.notRegex(all, /<script>alert/);
  t.regex(words, /annrequeued a message: “mended”/);
  for (const [query, isThere, isNot] of [
    ['by=ann', 'mended', 'malaria'],
    ['type=AuditAsked', 'malaria', 'mended'],
    ['type=AuditAsked&type=MessageRequeued&by=ann', 'mended', 'malaria'],
    ['until=2026-01-15', 'mended', 'malaria'],
    ['since=2026-03-01', 'malaria', 'mended'],
  ] as const) {
    const { text } = await get(`/audit/?${query}`);
    t.true(wordsOf(text).includes(isThere), query);
    t.false(wordsOf(text).includes(isNot), query);
  }
  t.is((await get('/audit/?since=march')).status, 400);
  const answer = JSON.parse((await get('/api/v1/audit?by=ann')).text);
  t.like(answer, {
    acts: [{ id: idOf(1), type: 'MessageRequeued', by: 'ann', why: 'mended', identity: '+256772000375' }],
    matching: 1,
  });
  t.is((await get('/api/v1/audit?zone=nowhere')).status, 400);
});

test('its pages follow each other', async (t) => {
  const { router, get, until } = await site(t);
  const stream = conversationStream({ backend: 'gone', identity: '1' });
  const events = Array.from({ length: 60 }, (_, n) =>
    requeued(idOf(n), 'ann', `why ${n}.`, '2026-01-01T00:00:00.000Z'),
  );
  await router.store.append(stream, events);
  const first = await until('/audit/', (text) => text.includes('60</b>'));
  const older = linksIn(first).find((href) => href.includes('after=')) ?? '';
  const second = (await get(older)).text;
  const reasons = [first, second].flatMap((page) => [...page.matchAll(/why (\d+)\./g)].map(([, n]) => n));
  t.is(new Set(reasons).size, 60);
  t.is(reasons.length, 60);
  const newer = linksIn(second).find((href) => href.includes('before=')) ?? '';
  t.is((await get(newer)).headers.get('location'), '/audit/');
});
