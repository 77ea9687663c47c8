import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { defineApp } from '../../src/apps/app.js';
import { NothingYet } from '../../src/programs/replay/request.js';
import { UnfitApp } from '../../src/replay/loadApps.js';
import { eventually } from '../kannel/support/wait.js';
import { callsIn, countsIn, Folder } from './folder.js';

const plain = defineApp({
  name: 'plain',
  handle: (message) => {
    message.respond(`you said ${message.text}`);
    return true;
  },
});

/** A server that must hear nothing. */
const listen = async (t: ExecutionContext) => {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(request.url ?? '');
    response.end();
  });
  server.on('connection', () => heard.push('a connection'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return { heard, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

/** All ways out that an app may think of, each by itself, so that one that is refused hides no other. */
const waysOut = (url: string, mark: string) => `
import fs, { writeFileSync, readFileSync } from 'node:fs';
import * as files from 'fs/promises';
import http, { request } from 'node:http';
import net from 'net';
import tls from 'node:tls';
import dgram from 'node:dgram';
import dns from 'node:dns/promises';
import { spawn, execSync, execFile, fork } from 'node:child_process';
import { promisify } from 'node:util';
import { Worker, parentPort } from 'node:worker_threads';
import { createRequire, register } from 'node:module';
import timers from 'node:timers/promises';
const require = createRequire(import.meta.url);
const mark = ${JSON.stringify(mark)};
const port = Number(new URL(${JSON.stringify(url)}).port);
let nth = 0;
const ways = [
  () => fetch(${JSON.stringify(url)}),
  () => request(${JSON.stringify(url)}).end(),
  () => http.get(${JSON.stringify(url)}),
  () => http.globalAgent.createConnection({ port }),
  () => net.connect(port, '127.0.0.1'),
  () => new net.Socket().connect(port, '127.0.0.1'),
  () => net.Socket.prototype.connect.call(Object.create(net.Socket.prototype), port),
  () => tls.connect(port),
  () => dgram.createSocket('udp4').send('x', port, '127.0.0.1'),
  () => dns.lookup('localhost'),
  () => new WebSocket('ws://127.0.0.1:' + port),
  () => writeFileSync(mark + nth, 'x'),
  () => fs.promises.writeFile(mark + nth, 'x'),
  () => files.appendFile(mark + nth, 'x'),
  () => fs.createWriteStream(mark + nth),
  () => new fs.WriteStream(mark + nth),
  () => { process.nextTick(fs.writeFileSync, mark + nth, 'x'); throw new Error('queued'); },
  () => { queueMicrotask(fs.writeFileSync.bind(fs, mark + nth, 'x')); throw new Error('queued'); },
  () => require('node:fs').mkdirSync(mark + nth),
  () => require('fs').openSync(mark + nth, 'w'),
  () => promisify(fs.writeFile)(mark + nth, 'x'),
  () => readFileSync(import.meta.filename),
  () => process.getBuiltinModule?.('fs').writeFileSync(mark + nth, 'x') ?? writeFileSync(mark + nth, 'x'),
  () => process.report.writeReport(mark + nth),
  () => require('node:v8').writeHeapSnapshot(mark + nth),
  () => spawn('touch', [mark + nth]),
  () => execSync('touch ' + mark + nth),
  () => promisify(execFile)('touch', [mark + nth]),
  () => fork('/dev/null'),
  () => process.binding('fs'),
  () => process.dlopen({ exports: {} }, '/dev/null'),
  () => process.kill(process.pid, 0),
  () => process.exit(3),
  () => process.abort(),
  () => process.chdir('/'),
  () => new Worker('require("fs").writeFileSync(' + JSON.stringify(mark) + ', "x")', { eval: true }),
  () => parentPort.postMessage({ kind: 'ready' }),
  () => register('data:text/javascript,'),
  () => setTimeout(() => {}, 1),
  () => setInterval(() => {}, 1),
  () => setImmediate(() => {}),
  () => timers.setTimeout(1),
  () => AbortSignal.timeout(1),
];
let refused = 0;
const tryAll = () => {
  for (const way of ways) {
    nth += 1;
    try { way()?.catch?.(() => {}); console.log('let through: ' + way); } catch { refused += 1; }
  }
};
tryAll();
`;

const everywhere = ['filter', 'parse', 'handle', 'default', 'cleanup', 'outgoing'];

test('an app that reaches out when it is loaded and in each phase leaves no trace outside', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([plain], '1 hello', '1 again', '2 hello');
  const { heard, url } = await listen(t);
  const mark = join(folder.path, 'mark');
  const phases = everywhere
    .map((phase) => {
      const answers = phase === 'handle' ? 'message.respond("you said " + message.text); return true;' : '';
      return `${phase}: (message) => { tryAll(); ${answers} }`;
    })
    .join(', ');
  const app = await folder.app('hostile.mjs', `name: 'plain', ${phases}`, waysOut(url, mark));
  const before = readdirSync(folder.path).sort();
  for (let run = 0; run < 2; run += 1) {
    const report = await folder.replay([app]);
    t.deepEqual(countsIn(report), { same: 3 });
    const calls = callsIn(report);
    for (const call of [
      'fetch',
      'net.connect',
      'fs.writeFileSync',
      'child_process.spawn',
      'process.exit',
      'setTimeout',
    ])
      t.true(calls.includes(call), call);
    t.true(calls.length >= 35, calls.join(', '));
  }
  t.deepEqual(heard, []);
  t.deepEqual(readdirSync(folder.path).sort(), before);
  t.false(existsSync(mark));
});

test('what is refused throws, the message is named as not reproducible, and --allow lets it', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([plain], '1 hello', '1 file');
  const text = await folder.write('words.txt', 'you said file');
  const app = await folder.app(
    'reader.mjs',
    `name: 'plain', handle: (message) => {
      message.respond(message.text === 'file' ? readFileSync(${JSON.stringify(text)}, 'utf8') : 'you said ' + message.text);
      return true;
    }`,
    `import { readFileSync } from 'node:fs';`,
  );
  const refused = await folder.replay([app]);
  t.deepEqual(countsIn(refused), { same: 1, notReproducible: 1 });
  t.deepEqual(refused.tally.noted, [{ app: 'plain', call: 'fs.readFileSync', count: 1 }]);
  const [example] = refused.tally.examples.notReproducible ?? [];
  t.deepEqual(example?.shown?.calls, ['fs.readFileSync']);
  t.is(example?.shown?.rerun.kind, 'failed');
  t.deepEqual(countsIn(await folder.replay([app], { allowed: ['fs'] })), { same: 2 });
});

test('apps may be made of several files, of packages and of CommonJS', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([plain], '1 hello');
  await folder.write('words.json', '{"said":"you said"}');
  await folder.write('inner.cjs', `module.exports = { said: require('./words.json').said };`);
  await folder.write(
    'other.mjs',
    `import { createRequire } from 'node:module';
    export const { said } = createRequire(import.meta.url)('./inner.cjs');`,
  );
  const app = await folder.app(
    'several.mjs',
    `name: 'plain', handle: async (message) => {
      const { said } = await import('./other.mjs');
      message.respond(said + ' ' + message.text);
      return true;
    }`,
  );
  t.deepEqual(countsIn(await folder.replay([app])), { same: 1 });
});

test('clocks show the recorded time and chance is the same each time: both are noted', async (t) => {
  const folder = await Folder.make(t);
  const clock = defineApp({
    name: 'clock',
    handle: (message, { now }) => {
      message.respond(`it is ${now.toISOString()}`);
      return true;
    },
  });
  await folder.route([clock], '1 time', '1 time');
  const telling = (how: string) =>
    folder.app(
      `${how.length}.mjs`,
      `name: 'clock', handle: (message) => { message.respond('it is ' + ${how}); return true; }`,
      `import { randomUUID } from 'node:crypto';`,
    );
  for (const [how, call] of [
    ['new Date().toISOString()', 'new Date'],
    ['new Date(Date.now()).toISOString()', 'Date.now'],
    ['new Date(performance.now()).toISOString()', 'performance.now'],
    ['new Date(Math.floor(process.uptime() * 1000)).toISOString()', 'process.uptime'],
  ] as const) {
    const report = await folder.replay([await telling(how)]);
    t.deepEqual([countsIn(report), callsIn(report)], [{ same: 2 }, [call]]);
  }
  const dice = await telling('Math.random() + randomUUID() + crypto.randomUUID()');
  const [first, second] = [await folder.replay([dice]), await folder.replay([dice])];
  t.deepEqual(countsIn(first), { notReproducible: 2 });
  t.deepEqual(first.tally, second.tally);
  t.deepEqual(callsIn(first), ['Math.random', 'crypto.randomUUID']);
});

test('an app that never comes back ends its thread: that message failed, and the others go on', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([plain], '1 hello', '1 loop', '1 again', '2 hello', '2 hang', '2 again');
  const app = await folder.app(
    'loop.mjs',
    `name: 'plain', handle: (message) => {
      if (message.text === 'loop') for (;;);
      if (message.text === 'hang') return new Promise(() => {});
      message.respond('you said ' + message.text);
      return true;
    }`,
  );
  const report = await folder.replay([app], {}, { more: { routing: { phaseTimeoutMs: 200 } } });
  t.deepEqual(countsIn(report), { same: 4, failed: 2 });
  const places = (report.tally.examples.failed ?? []).map(({ shown }) => shown?.rerun);
  for (const place of places) t.like(place, { app: 'plain', phase: 'handle' });
});

test('an app whose memory has no end fails its conversation, and no other', async (t) => {
  const folder = await Folder.make(t);
  const noting = defineApp({
    name: 'plain',
    initial: 0,
    evolve: (count) => count + 1,
    handle: (message) => {
      if (message.text === 'note') message.record({ type: 'Noted', data: {} });
      return true;
    },
  });
  await folder.route([noting], '1 note', '1 hello', '1 hello', '2 hello');
  const app = await folder.app(
    'memory.mjs',
    `name: 'plain', initial: 0, evolve: () => { for (;;); },
    handle: (message) => { if (message.text === 'note' && false) message.record({ type: 'Noted', data: {} }); return true; }`,
  );
  const report = await folder.replay(
    [app],
    { fromHere: true },
    { more: { routing: { phaseTimeoutMs: 200 } } },
  );
  t.deepEqual(countsIn(report), { same: 1, failed: 3 });
  for (const { shown } of report.tally.examples.failed ?? [])
    t.like(shown?.rerun, { app: 'plain', phase: 'evolve' });
});

test('an app that cannot be loaded is told in a sentence', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([plain], '1 hello');
  const gone = join(folder.path, 'gone.mjs');
  const sentence = async (apps: readonly string[], request = {}, phaseTimeoutMs = 200) =>
    (
      await t.throwsAsync(folder.replay(apps, request, { more: { routing: { phaseTimeoutMs } } }), {
        instanceOf: UnfitApp,
      })
    ).message;
  t.regex(await sentence([gone]), /The app .*gone\.mjs cannot be loaded: Cannot find module/);
  const endless = await folder.app('endless.mjs', `name: 'plain'`, 'for (;;);');
  // However long its phases may take, and whichever thread loads it.
  for (const request of [{}, { app: 'plain' }])
    t.is(
      await sentence([endless], request, 10_000_000),
      `The app ${endless} comes to no end while it is loaded.`,
    );
  const reading = await folder.app(
    'reading.mjs',
    `name: 'plain'`,
    `import { readFileSync } from 'node:fs'; readFileSync('x');`,
  );
  t.regex(await sentence([reading]), /fs\.readFileSync is refused in a replay \(--allow fs lets it\)/);
  const leaving = await folder.app('leaving.mjs', `name: 'plain'`, 'process.exit(0);');
  t.regex(await sentence([leaving]), /process\.exit is refused/);
});

test('what an app leaves behind stops nobody', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([plain], '1 hello', '2 hello');
  const app = await folder.app(
    'stray.mjs',
    `name: 'plain', handle: (message) => {
      void Promise.reject(new Error('stray'));
      queueMicrotask(() => { throw new Error('stray'); });
      console.log('printed');
      message.respond('you said ' + message.text);
      return true;
    }`,
  );
  t.deepEqual(countsIn(await folder.replay([app])), { same: 2 });
  t.true(readFileSync(app, 'utf8').includes('stray'));
});

test('what an app does behind its handler is booked on itself, or on nobody', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([plain], ...Array.from({ length: 6 }, (_, nth) => `1 hello ${nth}`));
  const careless = (name: string, how: string) =>
    folder.app(
      `${name}.mjs`,
      `name: '${name}', filter: ${how}`,
      `const behind = async (steps) => {
      for (let step = 0; step < steps; step += 1) await undefined;
      await fetch('http://127.0.0.1:1/').catch(() => {});
    };`,
    );
  const innocent = await folder.app(
    'innocent.mjs',
    `name: 'plain', handle: async (message) => {
      for (let step = 0; step < 9; step += 1) await undefined;
      message.respond('you said ' + message.text);
      return true;
    }`,
  );
  const waiting = await careless('waiting', 'async () => { void behind(5); void behind(60); }');
  const quick = await careless('quick', '() => { void behind(5); }');
  const whose = async (app: string) => {
    const { tally } = await folder.replay([app, innocent]);
    const made = (name?: string, when = '') =>
      tally.noted.find(({ app: by, call }) => by === name && call === `fetch${when}`)?.count ?? 0;
    t.is(made('plain') + made('plain', ', after its handler had ended'), 0);
    return made;
  };
  const ofWaiting = await whose(waiting);
  t.is(ofWaiting('waiting'), 6);
  t.true(ofWaiting('waiting', ', after its handler had ended') > 0);
  t.is(ofWaiting(), 0);
  // Nobody knew that it would do anything behind: the first is no one's, those that follow are its own.
  const ofQuick = await whose(quick);
  t.is(ofQuick(), 1);
  t.is(ofQuick('quick'), 5);
});

test("what an app goes on with after its answer is the message's on which it began", async (t) => {
  const folder = await Folder.make(t);
  await folder.route([plain], '1 hello', '1 again', '2 quiet', '2 hello');
  const ways = ['void goOn(goOn(1))', 'queueMicrotask(() => goOn(1))'];
  for (const [nth, way] of ways.entries()) {
    const app = await folder.app(
      `later${nth}.mjs`,
      `name: 'plain', handle: (message) => {
        message.respond('another ' + message.text);
        if (message.text !== 'quiet') ${way};
        return true;
      }`,
      'const goOn = async (left) => { await left; await null; await null; Math.random(); };',
    );
    const { tally } = await folder.replay([app]);
    const calls = [...(tally.examples.notReproducible ?? []), ...(tally.examples.otherText ?? [])].map(
      ({ shown }) => [shown?.text, shown?.calls],
    );
    t.deepEqual(calls, [
      ['hello', ['Math.random']],
      ['again', ['Math.random']],
      ['hello', ['Math.random']],
      ['quiet', []],
    ]);
  }
});

test('a thread that is to stop ends at rest: the message that it is at comes to its end, and no other begins', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([plain], '1 first', '1 second');
  const [begun, go, ended] = ['begun', 'go', 'ended'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  const app = await folder.app(
    'waiting.mjs',
    `name: 'plain', handle: ({ text }) => {
      writeFileSync(${JSON.stringify(begun)}, text);
      while (!existsSync(${JSON.stringify(go)}));
      writeFileSync(${JSON.stringify(ended)}, text);
    }`,
    `import { existsSync, writeFileSync } from 'node:fs';`,
  );
  const stop = new AbortController();
  const stopped = t.throwsAsync(folder.replay([app], { allowed: ['fs'] }, { signal: stop.signal }), {
    instanceOf: NothingYet,
  });
  await eventually('the first message', 30_000, () => existsSync(begun));
  stop.abort();
  writeFileSync(go, '');
  await stopped;
  t.deepEqual([readFileSync(begun, 'utf8'), readFileSync(ended, 'utf8')], ['first', 'first']);
});
