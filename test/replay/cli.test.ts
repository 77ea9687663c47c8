import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { type AnyApp, defineApp } from '../../src/apps/app.js';
import { keep } from '../../src/programs/replay/resume.js';
import { noTally } from '../../src/replay/tally.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { eventually } from '../kannel/support/wait.js';
import { routingOn } from '../routing/support.js';
import { event } from '../store/events.js';
import { countsIn, Folder } from './folder.js';

const program = fileURLToPath(new URL('../../src/cli/threadless.js', import.meta.url));

const greeter = defineApp({
  name: 'greeter',
  handle: (message) => {
    message.respond(`hello ${message.text}`);
    return true;
  },
});

const same = `name: 'greeter', handle: (message) => { message.respond('hello ' + message.text); return true; }`;
const other = `name: 'greeter', handle: (message) => {
  message.respond(message.text === 'two' ? 'hello \\u001b[2J there' : 'hello ' + message.text); return true; }`;

const config = (app: string) =>
  `apps: [${JSON.stringify(app)}, ping]\nbackends: { a: { engine: http, outgoingUrl: 'http://127.0.0.1:1/' } }\n`;

const run = async (t: ExecutionContext, folder: Folder, file: string, ...options: readonly string[]) => {
  const env = { PATH: process.env.PATH, THREADLESS_DATA: folder.path, THREADLESS_CONFIG: file };
  const child = spawn(process.execPath, [program, 'replay', '--zone', 'UTC', ...options], { env });
  t.teardown(() => child.kill('SIGKILL'));
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { out: await text(child.stdout), err: await text(child.stderr), code: await code };
};

/** Runs it until a file is there, and ends it then. */
const interruptedAt = async (
  t: ExecutionContext,
  folder: Folder,
  file: string,
  mark: string,
  signal: NodeJS.Signals = 'SIGTERM',
) => {
  const env = { PATH: process.env.PATH, THREADLESS_DATA: folder.path, THREADLESS_CONFIG: file };
  const child = spawn(
    process.execPath,
    [program, 'replay', '--zone', 'UTC', '--threads', '1', '--allow', 'fs,clock'],
    {
      env,
    },
  );
  t.teardown(() => child.kill('SIGKILL'));
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [out, err] = [text(child.stdout), text(child.stderr)];
  await eventually('the mark', 30_000, () => existsSync(mark));
  child.kill(signal);
  return { out: await out, err: await err, code: await code };
};

test('the exit code is 0 when all is the same, 1 when something differs, 2 when there is nothing, 64 for a wrong call', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([greeter], '1 one', '1 two', '2 three');
  const file = await folder.write('same.yaml', config(await folder.app('same.mjs', same)));
  const otherFile = await folder.write('other.yaml', config(await folder.app('other.mjs', other)));
  const well = await run(t, folder, file);
  t.is(well.code, 0);
  t.regex(well.out, /^Replaying 3 messages of 2 conversations/);
  t.regex(well.out, /\n3 replayed, 0 differ\. Exit 0\.\n$/);
  const differs = await run(t, folder, file, '--apps', otherFile);
  t.is(differs.code, 1);
  t.regex(differs.out, / {2}other text +1 {2}in 1 conversation, 1 first cause\n/);
  t.regex(
    differs.out,
    /▸ one\n {6}◂ hello one\n {6}▸ two\n {4}- ◂ hello two {2}\(greeter\)\n {4}\+ ◂ hello ␛\[2J there/,
  );
  t.false(differs.out.includes('\x1b'));
  const none = await run(t, folder, file, '--until', '2020-01-01');
  t.is(none.code, 2);
  t.is(
    none.err,
    'There is nothing to replay: looked for messages received until 2020-01-02T00:00:00.000Z.\n',
  );
  // A name that was mistyped is no replay without a difference.
  const nobody = await run(t, folder, file, '--until', '2120-01-01', '--app', 'ping');
  t.is(nobody.code, 2);
  t.regex(nobody.err, /no message of what was chosen has to do with an app named ping\.\n$/);
  const wrong = await run(t, folder, file, '--since', 'march');
  t.is(wrong.code, 64);
  t.regex(wrong.err, /--since: expected a time \(2026-03-01, .*\), got "march"\./);
  const noStore = await folder.write(
    'away.yaml',
    `${config('echo')}eventStore: { engine: eventstoredb, connectionString: 'esdb://127.0.0.1:1?tls=false', connectTimeoutMs: 100 }\n`,
  );
  const away = await run(t, folder, noStore);
  t.is(away.code, 69, away.err);
  const gone = await run(t, folder, await folder.write('gone.yaml', config('./gone.mjs')));
  t.is(gone.code, 64);
  t.regex(gone.err, /^The app .*gone\.mjs cannot be loaded: Cannot find module/);
});

test('one that counts other messages than it announced is not to be relied on: it says so, and whose doing it may be', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([greeter], '1 one', '2 two');
  const forgetful = `Object.defineProperty(Map.prototype, 'get', { value: () => undefined, configurable: false, writable: false });`;
  const file = await folder.write('odd.yaml', config(await folder.app('odd.mjs', same, forgetful)));
  const { code, err } = await run(t, folder, file);
  t.is(code, 70);
  t.regex(
    err,
    /^2 messages were to be replayed and \d counted: .* An app may have brought that about: greeter, by changing Map\.prototype\.get\.\n$/,
  );
});

test('a call that cannot work names the option and what it takes, and runs nothing', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([greeter], '1 one');
  const file = await folder.write('same.yaml', config(await folder.app('same.mjs', same)));
  const calls: readonly (readonly [string, RegExp])[] = [
    ['--threads 0', /'--threads <count>' argument '0' is invalid\. Expected a number from 1 to 256\.\n$/],
    ['--threads abc', /'--threads <count>' argument 'abc' is invalid\. Expected a number from 1 to 256\.\n$/],
    ['--limit -1', /'--limit <count>' argument '-1' is invalid\. Expected a number: 50, or 0 for all\.\n$/],
    ['--since 2026-02-02 --until 2026-02-01', /--since: expected a time before that of --until/],
    ['--backend nosuch', /^--backend: expected a backend that there is or was, got "nosuch"; there are: a, /],
    [
      '--app nosuch',
      /^--app: expected an app that there is or was, got "nosuch"; there are: greeter, ping\.\n$/,
    ],
    [
      '--allow everything',
      /'--allow <calls>' argument 'everything' is invalid\. Expected one or more of net, /,
    ],
    ['--conversation 7', /^There is no conversation with 7 /],
    ['--keep', /--keep is about the test of --as-test/],
  ];
  for (const [call, told] of calls) {
    const { out, err, code } = await run(t, folder, file, ...call.split(' '));
    t.deepEqual([code, out], [64, ''], call);
    t.regex(err, told);
  }
});

test('under a difference stands what came to be otherwise on the way to it', async (t) => {
  const folder = await Folder.make(t);
  const [stop, end] = await Promise.all(
    ['stop', 'end'].map((word) =>
      folder.app(
        `${word}.mjs`,
        `name: 'greeter', handle: keyword('${word}', { help: (m) => m.respond('ended'), handle: () => false })`,
      ),
    ),
  );
  const { default: app } = (await import(String(stop))) as { default: AnyApp };
  await folder.route([app], '1 stop');
  const changed = await run(t, folder, await folder.write('end.yaml', config(String(end))));
  t.regex(
    changed.out,
    /\n {4}- ◂ ended {2}\(greeter\)\n {4}\+ no answer {2}\(no app\)\n {6}~+\n {6}handle: greeter no longer takes it\n/,
  );
});

test('each message is counted once, whoever wrote it, and the numbers add up', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([greeter], '1 one', '2 two');
  const store = await openSqliteStore({ path: join(folder.path, 'events.sqlite') });
  const received = (data: object, schema = 1) => {
    const { metadata, ...one } = event({ type: 'MessageReceived', data });
    return { ...one, metadata: { ...metadata, schema } };
  };
  const of2020 = { text: 'x', receivedAt: '2020-01-02T00:00:00.000Z' };
  await store.append('conversation-a:1', [
    received({ ...of2020, messageId: 'newer' }, 99),
    received({ strange: true }, 99),
    received({ of: 'someone else' }),
    received({ ...of2020, messageId: 'waits' }),
    received({ ...of2020, messageId: 'given up' }),
    event({ type: 'MessageDiscarded', data: { messageId: 'given up', direction: 'inbound', by: 'me' } }),
  ]);
  await store.append('elsewhere-1', [received({ ...of2020, messageId: 'elsewhere' })]);
  await store.append('conversation-nobody', [received({ ...of2020, messageId: 'nobody' })]);
  await store.close();
  const file = await folder.write('same.yaml', config(await folder.app('same.mjs', same)));
  const all = await run(t, folder, file);
  t.regex(
    all.out,
    /^Replaying 7 messages of 2 conversations, 2 Jan 2020 – .* \(UTC\), with the apps of today\.\n/,
  );
  t.regex(all.out, /\n7 messages: 2 replayed, 5 not run, 0 differ\. Exit 0\.\n$/);
  for (const [word, times] of [
    ['same', 2],
    ['no decision yet', 2],
    ['of a newer version', 2],
    ['of another program', 1],
  ])
    t.regex(all.out, new RegExp(`\\n  ${word}.* ${times}\\n`));
  const some = await run(t, folder, file, '--until', '2020-02-01');
  t.regex(some.out, /^Replaying 5 messages of 1 conversation, 2 Jan 2020 \(UTC\)/);
  t.regex(some.out, /\n5 messages: 0 replayed, 5 not run, 0 differ\. Exit 0\.\n$/);
  const since = await run(t, folder, file, '--since', '2020-01-01', '--app', 'greeter');
  t.regex(since.out, /^Replaying 5 messages of 2 conversations/);
  t.regex(since.out, /\n {2}nothing to do with that app +3\n[\s\S]*\n5 replayed, 0 differ\. Exit 0\.\n$/);
});

test('--json tells each difference in a line, and at last what was found', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([greeter], '1 one', '1 two');
  const file = await folder.write('other.yaml', config(await folder.app('other.mjs', other)));
  const { out, code } = await run(t, folder, file, '--json', '--conversation', 'a:1');
  t.is(code, 1);
  const [difference, summary, ...more] = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  t.like(difference, {
    kind: 'otherText',
    shown: { text: 'two', connection: { backend: 'a', identity: '1' } },
  });
  t.like(summary, { messages: 2, total: 2, differing: 1, counts: { same: { count: 1 } } });
  t.is(more.length, 0);
});

test('messages are chosen by backend, conversation, app and time', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([greeter], '1 one', '1 two', '2 three');
  const app = await folder.app('same.mjs', same);
  const found = async (request: Parameters<Folder['replay']>[1]) =>
    countsIn(await folder.replay([app], request));
  t.deepEqual(await found({ conversation: '2' }), { same: 1 });
  t.deepEqual(await found({ conversation: 'a:1' }), { same: 2 });
  t.deepEqual(await found({ backend: 'a', since: '2020-01-01T00:00:00.000Z' }), { same: 3 });
  t.deepEqual(await found({ app: 'greeter' }), { same: 3 });
  t.deepEqual(countsIn(await folder.replay([app, 'ping'], { app: 'ping' })), { unconcerned: 3 });
  await t.throwsAsync(found({ backend: 'simple-http' }), {
    message: /looked for messages received from simple-http\.$/,
  });
});

test('one that is stopped leaves what it found, and --resume goes on with it', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([greeter], ...Array.from({ length: 150 }, (_, nth) => `${nth} two`));
  const app = await folder.app('other.mjs', other);
  const stop = new AbortController();
  const stopped = await folder.replay(
    [app],
    { limit: 2 },
    { watcher: { progress: () => stop.abort() }, signal: stop.signal },
  );
  t.true(stopped.done > 0 && stopped.done < 150);
  t.is(stopped.kept !== undefined, true);
  const resumed = await folder.replay([app], { resume: true, limit: 2 });
  t.deepEqual(countsIn(resumed), { otherText: 150 });
  t.is(resumed.tally.counts.otherText?.conversations, 150);
  t.is(resumed.tally.examples.otherText?.length, 2);
  t.deepEqual(
    (await readdir(folder.path)).filter((name) => name.endsWith('.json')),
    [],
  );
});

test('a disk that cannot be written to breaks no replay', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([greeter], '1 one');
  const app = await folder.app('same.mjs', same);
  const store = await openSqliteStore({ path: join(folder.path, 'events.sqlite') });
  await store.close();
  await chmod(folder.path, 0o555);
  t.teardown(() => chmod(folder.path, 0o755));
  t.deepEqual(countsIn(await folder.replay([app], { resume: true })), { same: 1 });
});

test('what cannot be written as a whole is not there, and is told with its path', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([greeter], ...Array.from({ length: 20 }, (_, nth) => `1 one ${nth}, and so on`));
  const file = await folder.write('same.yaml', config(await folder.app('same.mjs', same)));
  const into = join(folder.path, 'a.test.js');
  // As a disk with room for a part of it.
  const limited = `ulimit -f 1; exec "${process.execPath}" "${program}" replay --conversation a:1 --as-test "${into}"`;
  const env = { PATH: process.env.PATH, THREADLESS_DATA: folder.path, THREADLESS_CONFIG: file };
  const child = spawn('sh', ['-c', limited], { env });
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  t.is(await text(child.stderr), `${into} cannot be written: EFBIG: file too large, write.\n`);
  t.is(await code, 74);
  t.false(existsSync(into));
  const nowhere = join(folder.path, 'no', 'replay-1.json');
  const { kept, notKept } = keep(nowhere, { end: '1', done: [], partly: [], tally: noTally });
  t.is(kept, undefined);
  t.true(notKept?.startsWith(`${nowhere} cannot be written: ENOENT`));
});

test('beside a running router it finds no difference', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([greeter], '1 one', '2 two');
  const app = await folder.app('same.mjs', same);
  const store = await openSqliteStore({ path: join(folder.path, 'events.sqlite') });
  t.teardown(() => store.close());
  const { intake, routing } = routingOn(
    store,
    [greeter],
    {},
    {
      decider: () => ({ node: 'main', run: 'run' }),
    },
  );
  routing.start();
  let isDone = false;
  const writing = (async () => {
    for (let nth = 0; !isDone; nth += 1)
      await intake.receive('a', { identity: `${nth % 5}`, text: `no. ${nth}` }, 'inline');
  })();
  for (let nth = 0; nth < 3; nth += 1) {
    const { same: alike = 0, undecided = 0, ...others } = countsIn(await folder.replay([app]));
    t.deepEqual(others, {});
    t.true(alike >= 2 && undecided <= 1);
  }
  isDone = true;
  await writing;
  await routing.stop();
});

test('Ctrl-C ends with what was found until then, and says how to go on', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([greeter], ...Array.from({ length: 200 }, (_, nth) => `${nth} two`));
  const mark = join(folder.path, 'forty');
  const slow = `name: 'greeter', handle: (message) => {
    for (const end = process.hrtime.bigint() + 20_000_000n; process.hrtime.bigint() < end; );
    if (message.connection.identity === '40') writeFileSync(${JSON.stringify(mark)}, '');
    message.respond('hello ' + message.text); return true; }`;
  const app = await folder.app('slow.mjs', slow, `import { writeFileSync } from 'node:fs';`);
  const file = await folder.write('slow.yaml', config(app));
  const { out, code } = await interruptedAt(t, folder, file, mark, 'SIGINT');
  t.is(code, 130);
  t.regex(
    out,
    /\nStopped after \d+ of 200 conversations: \d+ replayed, 0 differ\. The same call with --resume goes on \(.*replay-[0-9a-f]+\.json\)\.\n$/,
  );
  t.false(out.includes(' had been '));
  const { out: rest, code: after } = await run(t, folder, file, '--allow', 'fs,clock', '--resume');
  t.is(after, 0);
  t.regex(rest, /\n200 replayed, 0 differ\. Exit 0\.\n$/);
});

test('a Ctrl-C that comes twice, and one after the summary, take nothing of it', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([greeter], ...Array.from({ length: 200 }, (_, nth) => `${nth} two`));
  const mark = join(folder.path, 'forty');
  const slow = `name: 'greeter', handle: (message) => {
    for (const end = process.hrtime.bigint() + 20_000_000n; process.hrtime.bigint() < end; );
    if (message.connection.identity === '40') writeFileSync(${JSON.stringify(mark)}, '');
    message.respond('hello ' + message.text); return true; }`;
  const app = await folder.app('slow.mjs', slow, `import { writeFileSync } from 'node:fs';`);
  const env = {
    PATH: process.env.PATH,
    THREADLESS_DATA: folder.path,
    THREADLESS_CONFIG: await folder.write('slow.yaml', config(app)),
  };
  const options = ['replay', '--threads', '1', '--allow', 'fs,clock'];
  const child = spawn(process.execPath, [program, ...options], { env });
  t.teardown(() => child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  let out = '';
  const all = new Promise((resolve) => child.stdout.on('data', (text) => (out += text)).once('end', resolve));
  await eventually('the mark', 30_000, () => existsSync(mark));
  // As a terminal and npm send it.
  child.kill('SIGINT');
  child.kill('SIGINT');
  await eventually('the summary', 30_000, () => out.includes('Stopped after'));
  child.kill('SIGINT');
  // By itself, or by the last one: a shell tells both as 130.
  t.true(([130, 'SIGINT'] as unknown[]).includes(await ended));
  await all;
  t.regex(
    out,
    /\nStopped after \d+ of 200 conversations: \d+ replayed, 0 differ\. The same call with --resume goes on/,
  );
});

test('one that is stopped while an app loops says in which phase, at which message, and what was done', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([greeter], ...Array.from({ length: 40 }, (_, nth) => `${nth} one`), '40 two', '41 one');
  const mark = join(folder.path, 'looping');
  const app = await folder.app(
    'loop.mjs',
    `name: 'greeter', handle: (message) => {
      const begun = Date.now();
      let isMarked = false;
      while (message.text === 'two') {
        if (!isMarked && Date.now() - begun > 1_500) {
          writeFileSync(${JSON.stringify(mark)}, '');
          isMarked = true;
        }
      }
      message.respond('hello ' + message.text); return true; }`,
    `import { writeFileSync } from 'node:fs';`,
  );
  const file = await folder.write('loop.yaml', `${config(app)}routing: { phaseTimeoutMs: 60000 }\n`);
  const { out, code } = await interruptedAt(t, folder, file, mark);
  t.is(code, 130);
  t.regex(
    out,
    /\nThe app greeter had been in its handle for \d+\.\d s when it was stopped: at the message [0-9a-f-]{36} of a 40\.\nStopped after 32 of 42 conversations: 32 replayed, 0 differ\./,
  );
});

test('one that is stopped before its first message says that nothing was replayed', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([greeter], '1 one');
  const mark = join(folder.path, 'loading');
  const app = await folder.app(
    'load.mjs',
    `name: 'greeter'`,
    `import { writeFileSync } from 'node:fs';
    const begun = Date.now();
    for (let isMarked = false; ; ) {
      if (isMarked || Date.now() - begun < 1_500) continue;
      writeFileSync(${JSON.stringify(mark)}, '');
      isMarked = true;
    }`,
  );
  const file = await folder.write('load.yaml', `${config(app)}routing: { phaseTimeoutMs: 60000 }\n`);
  const { out, err, code } = await interruptedAt(t, folder, file, mark);
  t.is(code, 130);
  t.is(out, 'Replaying 1 message of 1 conversation, today (UTC), with the apps of today.\n');
  t.regex(
    err,
    /The app .*load\.mjs had been loading for \d+\.\d s when it was stopped\.\nStopped: nothing was replayed yet\.\n$/,
  );
});
