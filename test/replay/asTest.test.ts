import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { defineApp } from '../../src/apps/app.js';
import { type AsTestRequest, NoTest, writeTest } from '../../src/programs/replay/asTest.js';
import { Folder } from './folder.js';

/** What a template would fill in, if it were not written as text. */
const hole = ['$', '{now}'].join('');

const clinic = defineApp<{ readonly name: string }>({
  name: 'clinic',
  initial: { name: 'friend' },
  evolve: (_state, { data }) => data as { name: string },
  handle: (message, { state, now }) => {
    const [word, ...rest] = message.text.split(' ');
    if (word === 'join') {
      message.record({ type: 'Joined', data: { name: rest.join(' ') } });
      message.respond(`Welcome, ${rest.join(' ')}!\nSend: visit`);
    } else if (word === 'tell') message.send(rest[0] ?? '', `${state.name} says hello to ${rest[0]}`);
    else if (word === 'when') message.respond(`${state.name}, it is ${now.toISOString().slice(0, 16)}`);
    else if (word === 'ticks') message.respond(`\`${hole}\` \\ ${state.name}`);
    else return false;
    return true;
  },
});

const source = `name: 'clinic', initial: { name: 'friend' }, evolve: (_state, { data }) => data, handle: (message, { state, now }) => {
  const [word, ...rest] = message.text.split(' ');
  if (word === 'join') {
    message.record({ type: 'Joined', data: { name: rest.join(' ') } });
    message.respond('Welcome, ' + rest.join(' ') + '!\\nSend: visit');
  } else if (word === 'tell') message.send(rest[0], state.name + ' says hello to ' + rest[0]);
  else if (word === 'when') message.respond(state.name + ', it is ' + now.toISOString().slice(0, 16));
  else if (word === 'ticks') message.respond('\`$' + '{now}\` \\\\ ' + state.name);
  else return false;
  return true;
}`;

const written = async (
  t: ExecutionContext,
  lines: readonly string[],
  request: Partial<AsTestRequest> = {},
) => {
  const folder = await Folder.make(t);
  await folder.route([clinic], ...lines);
  const app = await folder.app('clinic.mjs', source);
  const file = join(folder.path, 'one.test.mjs');
  const whole = { conversation: '+256772000375', file, keep: false, allowed: [], ...request };
  const result = await writeTest(whole, folder.sources([app, 'echo']));
  return { folder, file, result, text: await readFile(file, 'utf8') };
};

/** Runs what was written, without ava. */
const passes = async ({ folder, text }: Awaited<ReturnType<typeof written>>): Promise<void> => {
  const testing = pathToFileURL(join(import.meta.dirname, '../../src/testing/index.js')).href;
  const alone = text
    .replace(`import test from 'ava';`, 'let run; const test = (_title, body) => { run = body; };')
    .replace(`'threadless-router/testing'`, JSON.stringify(testing));
  const file = await folder.write(`alone.mjs`, `${alone}\nexport default run;\n`);
  const { default: run } = (await import(pathToFileURL(file).href)) as {
    default: (t: { pass(): void }) => Promise<void>;
  };
  await run({ pass: () => undefined });
};

test('a conversation becomes a test that passes, of made-up people', async (t) => {
  const told = await written(t, [
    '+256772000375 join Grace Akello',
    '+256772000375 what? 0772000375 is me, grace',
    '+256772000375 ticks',
    '+256701111111 join Peter',
    '+256701111111 tell +256772000375',
    '+256701111112 join Paul',
  ]);
  t.deepEqual(told.result, { messages: 5, conversations: 2, remarks: [] });
  t.notRegex(told.text, /Grace|Akello|Peter|Paul|2000375|1111111/i);
  const transcript = /`\n([\s\S]*)\n {2}`;/.exec(told.text)?.[1]?.replace(/^ {4}/gm, '');
  t.is(
    transcript,
    [
      '+999955500001 > join Asha Musa',
      '+999955500001 < Welcome, Asha Musa!',
      '| Send: visit',
      '+999955500001 > what? 9955500001 is me, Asha',
      '+999955500001 <!',
      '+999955500001 > ticks',
      `+999955500001 < \\\`\\${hole}\\\` \\\\ Asha Musa`,
      '+999955500002 > join Amina',
      '+999955500002 < Welcome, Amina!',
      '| Send: visit',
      '+999955500002 > tell +999955500001',
      '+999955500002 <!',
      '+999955500001 < Amina says hello to +999955500001',
    ].join('\n'),
  );
  await passes(told);
});

test('times are told where they matter, and names are kept when that is asked for', async (t) => {
  const told = await written(t, ['+256772000375 join Grace', '+256772000375 when'], { keep: true });
  t.regex(
    told.text,
    /\+256772000375@\d{12} > when\n {4}\+256772000375 < Grace, it is \d{4}-\d\d-\d\dT\d\d:\d\d\n/,
  );
  await passes(told);
});

test('a file that is there is not written over', async (t) => {
  const { folder, file } = await written(t, ['+256772000375 join Grace']);
  const again = { conversation: '+256772000375', file, keep: false, allowed: [] };
  await t.throwsAsync(writeTest(again, folder.sources([])), {
    instanceOf: NoTest,
    message: /is there already/,
  });
});

const office = defineApp({
  name: 'office',
  handle: (message) => {
    message.send('the office', `alarm of ${message.text}`);
    return true;
  },
  outgoing: (message, { conversation }) => {
    if (conversation.sent === 0) message.text += ' (the first)';
  },
});

test('who only gets texts is known as it was then, under the name that the app has for it', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([office], '+256701111111 Peter', '+256772000375 Grace at the office');
  const app = await folder.app(
    'office.mjs',
    `name: 'office', handle: (message) => { message.send('the office', 'alarm of ' + message.text); return true; },
    outgoing: (message, { conversation }) => { if (conversation.sent === 0) message.text += ' (the first)'; }`,
  );
  const file = join(folder.path, 'one.test.mjs');
  const request = { conversation: '+256772000375', file, keep: false, allowed: [] };
  const { remarks } = await writeTest(request, folder.sources([app]));
  t.deepEqual(remarks, []);
  const told = await readFile(file, 'utf8');
  t.regex(told, /\n {4}"the office" = 0 received, 1 sent\n {4}\+\d+ > Grace at the office\n/);
  t.regex(told, /\n {4}"the office" < alarm of Grace at the office\n/);
  await passes({ folder, file, result: { messages: 1, conversations: 1, remarks }, text: told });
});

test('a word that apps go by stays, though someone has it as a name', async (t) => {
  const told = await written(t, [
    '+256772000375 join Grace',
    '+256772000375 join When Grace',
    '+256772000375 when',
  ]);
  t.deepEqual(told.result.remarks, [
    'Left as they are, though someone bears them as names, since apps go by them: when.',
  ]);
  t.notRegex(told.text, /Grace/);
  t.regex(told.text, /> when\n {4}\+\d+ < When Asha, it is /);
  await passes(told);
});
