import test from 'ava';
import { defineApp } from '../../src/apps/app.js';
import { callsIn, countsIn, Folder } from './folder.js';

const plain = defineApp({
  name: 'plain',
  handle: (message) => {
    message.respond(`you said ${message.text}`);
    return true;
  },
});

const answering = `name: 'plain', handle: (message) => { message.respond('you said ' + message.text); return true; }`;

const changes: readonly (readonly [what: string, how: string])[] = [
  ['JSON.parse', 'JSON.parse = () => ({});'],
  ['Array.prototype.map', 'Array.prototype.map = () => [];'],
  ['Array.prototype[Symbol.iterator]', 'Array.prototype[Symbol.iterator] = function* () {};'],
  ['Date', 'globalThis.Date = class { getTime() { return 0; } };'],
  ['Map', 'globalThis.Map = class { get() {} set() {} };'],
  ['Map.prototype.get', 'Map.prototype.get = () => undefined;'],
  ['Promise.prototype.then', 'Promise.prototype.then = function () { return this; };'],
  ['Object.prototype.text', `Object.prototype.text = 'hello';`],
  ['Set.prototype.size', `Object.defineProperty(Set.prototype, 'size', { get: () => 0 });`],
];

test('a global that an app changes when it is loaded is put back, and the app is named', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([plain], '1 hello', '1 again', '2 hello');
  for (const [nth, [what, how]] of changes.entries()) {
    const app = await folder.app(`loaded${nth}.mjs`, answering, how);
    const report = await folder.replay([app]);
    t.deepEqual(countsIn(report), { same: 3 }, what);
    t.deepEqual(report.tally.noted, [{ app: 'plain', call: `changing ${what}`, count: 1 }]);
  }
});

for (const isLater of [false, true])
  test(`a global that an app changes while it is asked${isLater ? ', behind a wait,' : ''} is put back, and the app is named`, async (t) => {
    const folder = await Folder.make(t);
    await folder.route([plain], '1 hello', '1 again', '2 hello', '2 again');
    for (const [nth, [what, how]] of changes.entries()) {
      const app = await folder.app(
        `asked${nth}.mjs`,
        `name: 'plain', handle: ${isLater ? 'async ' : ''}(message) => {
          ${isLater ? 'await null;' : ''}
          message.respond('you said ' + message.text);
          if (message.text === 'again') { ${how} }
          return true;
        }`,
      );
      const report = await folder.replay([app]);
      t.deepEqual(countsIn(report), { same: 4 }, what);
      t.deepEqual(report.tally.noted, [{ app: 'plain', call: `changing ${what}`, count: 2 }]);
    }
  });

test('a message on which an app goes by what it changed is not reproducible', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([plain], '1 hello');
  const app = await folder.app(
    'loud.mjs',
    `name: 'plain', handle: (message) => { message.respond('you said '.concat(message.text)); return true; }`,
    `String.prototype.concat = () => 'you said hello';
    export const loud = 1;`,
  );
  t.deepEqual(countsIn(await folder.replay([app])), { same: 1 });
  const other = await folder.app(
    'other.mjs',
    `name: 'plain', handle: (message) => { message.respond(message.text.toUpperCase()); return true; }`,
    `String.prototype.toUpperCase = function () { return 'you said ' + this; };`,
  );
  const report = await folder.replay([other]);
  t.deepEqual(countsIn(report), { notReproducible: 1 });
  t.deepEqual(callsIn(report), ['changing String.prototype.toUpperCase']);
});

test('what apps add beside the globals, and what is theirs to set, stays as they want it', async (t) => {
  const folder = await Folder.make(t);
  await folder.route([plain], '1 hello');
  const app = await folder.app(
    'adding.mjs',
    `name: 'plain', handle: (message) => { message.respond(['you said', message.text].inWords()); return true; }`,
    `Array.prototype.inWords = function () { return this.join(' '); };
    Error.stackTraceLimit = 3;`,
  );
  const report = await folder.replay([app]);
  t.deepEqual(countsIn(report), { same: 1 });
  t.deepEqual(report.tally.noted, []);
});
