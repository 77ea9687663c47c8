import { join } from 'node:path';
import test from 'ava';
import { v7 } from 'uuid';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { Folder } from './folder.js';

const at = '2026-01-02T03:04:05.000Z';

for (const [version, by, reasons] of [
  [
    'a decision that tells what phases made of the text',
    { by: { node: 'main', run: 'run' }, seen: '0' },
    ['parse: loud made nothing else of it, now it "HELLO"'],
  ],
  ['an older decision, which does not tell it', {}, []],
] as const)
  test(`of ${version}, what came to be otherwise on the way to it is told as far as it is known`, async (t) => {
    const folder = await Folder.make(t);
    const app = await folder.app(
      'loud.mjs',
      `name: 'loud', parse: (message) => { message.text = message.text.toUpperCase(); },
      handle: (message) => { message.respond(message.text); return true; }`,
    );
    const store = await openSqliteStore({ path: join(folder.path, 'events.sqlite') });
    const [messageId, verdict, answer] = [v7(), v7(), v7()];
    const trace = [
      { phase: 'parse', app: 'loud', result: 'none', microseconds: 1 },
      { phase: 'handle', app: 'loud', result: 'true', microseconds: 1 },
    ];
    const made = (id: string, type: string, data: object, $causationId: string) => ({
      id,
      type,
      data,
      metadata: { $correlationId: messageId, $causationId, schema: 1 },
    });
    await store.append('conversation-a:1', [
      made(messageId, 'MessageReceived', { messageId, text: 'hello', receivedAt: at }, messageId),
      made(
        verdict,
        'MessageRouted',
        { messageId, outcome: 'handled', app: 'loud', trace, routedAt: at, ...by },
        messageId,
      ),
      made(
        answer,
        'MessageSent',
        { messageId: answer, inResponseTo: messageId, app: 'loud', text: 'hello', priority: 1, sentAt: at },
        verdict,
      ),
    ]);
    await store.close();
    const { tally } = await folder.replay([app]);
    t.deepEqual(tally.examples.otherText?.[0]?.shown?.why, reasons);
  });
