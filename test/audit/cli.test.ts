import { spawn } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { StatesFile } from '../../src/projections/statesFile.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { type Happening, phone, store } from '../projections/support/history.js';
import { folderOf } from '../projections/support/world.js';
import { fold, received, routed, sent, time } from './support.js';

const program = fileURLToPath(new URL('../../src/cli/threadless.js', import.meta.url));

const history = [
  received('a', time(1, 8), 'report 3 malaria'),
  routed('a', time(1, 8, 20), 'handled', 'reports'),
  sent('b', time(1, 8, 20), 'Thank you, all of you who wrote to us in these difficult days', 'reports'),
  received('c', time(2), '=1+1\nx', phone('x\u001b[2Jy')),
];

/** A data folder with these events, and their states unless it is said otherwise. */
const folderWith = async (t: ExecutionContext, events: readonly Happening[], isFolded = true) => {
  const data = folderOf(t);
  const opened = await openSqliteStore({ path: join(data, 'events.sqlite') });
  await store(opened, events);
  if (isFolded) {
    const states = await StatesFile.open(join(data, 'projections.sqlite'));
    await fold(opened, states);
    states.close();
  }
  await opened.close();
  const env = { PATH: process.env.PATH, THREADLESS_DATA: data, TZ: 'Africa/Kampala' };
  const start = (...parameters: string[]) => {
    const child = spawn(process.execPath, [program, 'audit', ...parameters], { env });
    t.teardown(() => child.kill('SIGKILL'));
    return { child, code: new Promise<number | null>((resolve) => child.once('exit', resolve)) };
  };
  const run = async (...parameters: string[]) => {
    const { child, code } = start(...parameters);
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { out, err, code: await code };
  };
  return { data, run, start };
};

test('messages as a table, groups, and every other form', async (t) => {
  const { run } = await folderWith(t, history);
  const table = await run('messages', '--since', '2026-03-01', '--until', '2026-03-02');
  t.is(table.code, 0);
  t.is(table.err, '');
  t.regex(table.out, /^time \((EAT|GMT\+3)\) +way +backend +identity +status +app +text\n/);
  t.regex(table.out, /2 Mar( 2026)? 03:00 +in +kannel +x␛\[2Jy +waiting +=1\+1␊x\n/);
  t.regex(
    table.out,
    /\n3 of 3\.\nFrom 2026-02-28T21:00:00\.000Z until 2026-03-02T21:00:00\.000Z, by receivedAt of messages in/,
  );
  t.false(table.out.includes('\u001b'));
  t.regex(
    (await run('messages', '--by', 'day,direction')).out,
    /2026-03-01 +in +1\n2026-03-01 +out +1\n2026-03-02 +in +1\nin all +3\n/,
  );
  const json = JSON.parse((await run('messages', '--json', '--limit', '1')).out) as Record<string, unknown>;
  t.like(json, { messages: [{ messageId: 'c' }], matching: 3, fresh: { states: 'complete', behind: 0 } });
  t.regex((await run('messages', '--after', String(json.next), '--limit', '1')).out, /Thank you/);
  t.regex((await run('messages', '--csv')).out, /"'=1\+1\nx".*\r\nend: 3 messages\r\n$/s);
  t.regex((await run('messages', '--csv-raw', '--limit', '2')).out, /"=1\+1\nx".*\r\nend: 2 messages\r\n$/s);
  t.is(
    (await run('messages', '--ndjson', '--words', 'malaria')).out.split('\n')[1],
    '{"end":{"messages":1}}',
  );
  t.regex(
    (await run('events', '--type', 'MessageSent')).out,
    /MessageSent +conversation-kannel:%2B256%20700 +\{"messageId":"b"/,
  );
  t.regex((await run('events', '--ndjson')).out, /\{"end":\{"events":4\}\}\n$/);
});

test('an empty answer says what was looked for and how far the store reaches', async (t) => {
  const { run } = await folderWith(t, history);
  const { out, code } = await run('messages', '--to', '+256 1');
  t.regex(out, /^No messages with to \+256 1\. The store begins on \d{4}-/);
  const slow = await run('messages', '--slower-than', '30d');
  t.regex(slow.out, /^No messages with slower than 30d\. The store/);
  t.is(code, 0);
});

test('a name that no message has is told with those that there are', async (t) => {
  const { run } = await folderWith(t, history);
  t.regex(
    (await run('messages', '--backend', 'kanel')).out,
    /^No messages with backend kanel\. No message has the backend kanel: there are kannel\. The store begins/,
  );
  t.regex(
    (await run('messages', '--by', 'app', '--backend', 'kanel')).out,
    /No message has the backend kanel/,
  );
  const json = JSON.parse((await run('messages', '--backend', 'kanel', '--json')).out);
  t.deepEqual(json.unknown, [{ part: 'backend', value: 'kanel', known: ['kannel'] }]);
  // Nothing is said of what is there and only does not go together.
  const none = await run('messages', '--backend', 'kannel', '--status', 'abandoned');
  t.regex(none.out, /^No messages with backend kannel, status abandoned\. The store begins/);
});

test('of groups as many as are asked for, with what all come to', async (t) => {
  const { run } = await folderWith(t, history);
  const { out } = await run('messages', '--by', 'day,direction', '--limit', '1');
  t.regex(out, /2026-03-01 +in +1\nin all +3\n1 of 3 groups\.\n/);
  t.notRegex(out, /2026-03-02/);
});

test('what cannot be understood ends with a sentence that names the option', async (t) => {
  const { run } = await folderWith(t, history);
  const wrong = await run('messages', '--since', 'march');
  t.is(wrong.code, 64);
  t.regex(wrong.err, /^--since: expected a time \(.*\), got “march”\.\n$/);
  t.regex((await run('messages', '--slower-than', '5')).err, /^--slower-than: expected a duration/);
  t.regex(
    (await run('messages', '--status', 'deliverd')).err,
    /^--status: expected some of waiting, .*, got “deliverd”\.\n$/,
  );
  t.regex((await run('messages', '--outcome', 'foo')).err, /^--outcome: expected some of handled, /);
  t.regex(
    (await run('messages', '--direction', 'up')).err,
    /^--direction: expected some of in, out, got “up”/,
  );
  const both = await run('messages', '--json', '--csv');
  t.is(both.code, 64);
  t.regex(both.err, /an answer has one form/);
});

test('none is never said in error: nothing is indexed yet, or it cannot be read', async (t) => {
  const { data, run } = await folderWith(t, history, false);
  const none = await run('messages');
  t.notRegex(none.out, /No messages/);
  t.regex(none.err, /not indexed yet/);
  t.is((await run('messages', '--by', 'text')).out, 'It is not known yet.\n');
  writeFileSync(join(data, 'projections.sqlite'), 'no database '.repeat(500));
  const damaged = await run('messages');
  t.notRegex(damaged.out, /No messages/);
  t.regex(damaged.err, /projections\.sqlite cannot be read/);
  // What the store itself can answer it answers.
  t.regex((await run('events', '--limit', '1')).out, /MessageReceived/);
  rmSync(join(data, 'projections.sqlite'));
});

test('a folder that nothing may be written to is read', async (t) => {
  const { data, run } = await folderWith(t, history);
  chmodSync(data, 0o500);
  t.teardown(() => chmodSync(data, 0o700));
  t.regex((await run('messages')).out, /3 of 3\./);
});

test('who has seen enough ends it without a word, with the usual status', async (t) => {
  const many = Array.from({ length: 3_000 }, (_, n) => received(`m${n}`, time(1, 0, n), 'x'.repeat(200)));
  const { start } = await folderWith(t, many);
  const { child, code } = start('messages', '--ndjson');
  child.stdout.once('data', () => child.stdout.destroy());
  const said = text(child.stderr);
  t.is(await code, 141);
  t.is(await said, '');
});
