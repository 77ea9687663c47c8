// A file that breaks off is never taken for a whole one.
import test from 'ava';
import type { Questions } from '../../src/audit/recorded.js';
import { auditRoutes } from '../../src/web/api/audit.js';
import { messagesPages } from '../../src/web/pages/messages/messages.js';
import { paths, seenBy, viewer } from './viewer.js';

const message = {
  messageId: 'a',
  direction: 'in',
  backend: 'kannel',
  identity: '1',
  status: 'handled',
  at: '2026-01-01T00:00:00.000Z',
} as const;

/** The store goes away after some thousand messages. */
const breaking = {
  messages: async () => ({
    messages: [],
    matching: 0,
    orMore: false,
    range: {},
    fresh: { states: 'complete', said: '' },
  }),
  async *allMessages() {
    for (let n = 0; n < 5_000; n += 1) yield message;
    throw new Error('The disk is gone.');
  },
} as unknown as Questions;

for (const path of ['messages/export/?format=', 'api/v1/messages?format='])
  for (const format of ['csv', 'csv-raw', 'ndjson'])
    test(`what breaks off of ${path}${format} has no end, and its connection tells it`, async (t) => {
      const questions = () => breaking;
      const pages = messagesPages({
        questions,
        choices: { backends: [], apps: [] },
        hasTester: false,
        seals: paths,
      });
      const url = await seenBy(t, viewer, { pages, api: auditRoutes({ questions }) });
      const response = await fetch(`${url}/${path}${format}`);
      t.is(response.status, 200);
      let text = '';
      await t.throwsAsync(async () => {
        for await (const bytes of response.body ?? []) text += Buffer.from(bytes).toString();
      });
      t.notRegex(text, /end: |"end"/);
    });
