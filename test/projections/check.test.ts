// What a file says is looked through before anything of it runs.
import test from 'ava';
import fc from 'fast-check';
import { faultsIn } from '../../src/projections/faultsIn.js';
import { Sandbox } from '../../src/projections/sandbox.js';
import { written } from './support/history.js';

/** A file whose third line is given. */
const fileOf = (line: string) => written(`fromAll().when({\nNoted: (s, e) => {\n${line}\n} })`);
const told = (source: ReturnType<typeof written>) => faultsIn(source).map(({ message }) => message);

/** The column in the third line, and why. */
const refused: readonly (readonly [line: string, column: number, reason: RegExp])[] = [
  ['function* all() {}', 1, /generator functions are not supported/],
  ['const o = { *all() {} };', 13, /generator functions/],
  ['const o = { all: function* () {} };', 18, /generator functions/],
  ['class A { *[Symbol.iterator]() {} }', 11, /generator functions/],
  ['const f = async () => 1;', 11, /async functions are not supported/],
  ['async function f() { await 1; for await (const x of []) x; }', 1, /async functions/],
  ['class A { async f() {} }', 11, /async functions/],
  ['const o = { async *f() {} };', 13, /async functions/],
  ["s.x = import('x');", 7, /import is not supported: a projection is one file/],
  ['s.x = /a/v;', 7, /the flag v/],
  ['s.x = /a[b&&c]/gv.test("");', 7, /the flag v/],
  ["s.x = new RegExp('a', 'v');", 7, /the flag v/],
  ['s.x = RegExp(`a`, `v`);', 7, /the flag v/],
  ['s.x = /\\p{Script=Greek}/u;', 7, /\\p\{Script=Greek\} is not supported.*\\p\{Lu\}/],
  ['s.x = /[^\\P{Emoji}a]/u;', 7, /\\p\{Emoji\}/],
  ["s.x = new RegExp('\\\\p{ASCII}', 'u');", 7, /\\p\{ASCII\}/],
  ['s.x = /\\2(a)(b)/;', 7, /\\2 before its group/],
  ['s.x = /\\k<n>(?<n>a)/;', 7, /\\k<n> before its group/],
  ['s.x = /a{99999999999}/;', 7, /counts to 2147483647/],
  ['s.x = Intl;', 7, /Intl is not supported: the server does not have it/],
  ['s.x = new Intl.NumberFormat().format(1);', 11, /Intl is not supported/],
  ['s.x = e.data.text.localeCompare("a");', 19, /localeCompare is not supported: .* < and >/],
  ["s.x = e.data['toLocaleString']();", 14, /toLocaleString is not supported/],
  ['s.x = e.data?.n.toLocaleString();', 17, /toLocaleString/],
  ['s.x = new Date(0).toLocaleDateString();', 19, /toLocaleDateString.*toISOString/],
  ['s.x = new Date(0).toLocaleTimeString();', 19, /toLocaleTimeString/],
  ["s.x = 'i'.toLocaleUpperCase();", 11, /toLocaleUpperCase.*toUpperCase/],
  ["s.x = 'i'.toLocaleLowerCase();", 11, /toLocaleLowerCase/],
  ['s.x = ["a", "b"].sort("".localeCompare);', 26, /localeCompare/],
  ['const { localeCompare } = "a";', 9, /localeCompare/],
  ['s.x = Promise.resolve(1);', 7, /Promise is not supported: the server takes the state before/],
  ['s.x = new Proxy({}, {});', 11, /Proxy is not supported: in a state/],
  ['s.x = new WeakRef(s);', 11, /WeakRef is not supported: when memory is freed/],
  ["s.x = eval('1');", 7, /eval is not supported: no code is made of text/],
  ["s.x = new Function('return 1');", 11, /Function is not supported: no code/],
  ["console.log('x');", 1, /console is not supported/],
  ["emit('x', 'Y', {});", 1, /emit is not supported: a projection that writes events/],
  ['s.f = linkTo;', 7, /linkTo is not supported/],
  ['s.x = structuredClone(s);', 7, /there is no structuredClone: a projection has the language/],
  ['s.x = { setTimeout };', 9, /there is no setTimeout/],
  ['s.x = [`a`, fetch];', 13, /there is no fetch/],
  ['s.x = Array.fromAsync;', 13, /there is no Array\.fromAsync on the server/],
  ["s.x = Error['captureStackTrace'];", 13, /there is no Error\.captureStackTrace on the server/],
  ['s.x = Symbol.dispose;', 14, /there is no Symbol\.dispose on the server/],
  ['s.x = Math.sumPrecise([1]);', 12, /there is no Math\.sumPrecise on the server/],
  ['{ function f() {} } f();', 21, /there is no f/],
  ['try { function f() {} } catch {} s.x = f;', 40, /there is no f/],
];

for (const [line, column, reason] of refused) {
  test(`a file is refused where it says: ${line}`, (t) => {
    const [message = '', ...others] = told(fileOf(line));
    t.true(message.startsWith(`/projections/test.js:3:${column}: `), message);
    t.regex(message, reason);
    t.deepEqual(others, []);
    t.throws(() => new Sandbox(fileOf(line)), { name: 'ProjectionFault', message });
  });
}

const accepted: readonly string[] = [
  'const Intl = 1; s.x = Intl;',
  'const emit = (x) => x; s.x = emit(1);',
  's.emit = e.data.Promise; s.Intl = { fetch: 1, async: 2, setTimeout() {} };',
  "s.x = 'Intl'; // Intl, async () => {}, /a/v",
  's.x = typeof Intl === "undefined" && typeof fetch;',
  'const { Promise: p, fetch = 1 } = e.data; s.x = [p, fetch];',
  'const f = ({ console }) => console; s.x = f(e);',
  'try { throw 1; } catch (Intl) { s.x = Intl; }',
  'class Promise {} s.x = String(Promise);',
  'fetch: for (;;) break fetch;',
  'for (const Intl of [1]) s.x = Intl;',
  'var later = 1; implicit = 2; s.x = later + implicit;',
  'globalThis.mine = 1; s.x = mine;',
  'Array.last = (list) => list.at(-1); s.x = Array.last([1]);',
  'with ({ fetch: 1 }) s.x = fetch;',
  '{ s.x = f(); function f() { return 1; } }',
  'if (true) { s.x = (() => f())(); function f() { return 1; } }',
  's.x = (function () { return arguments.length; })(1);',
  's.x = /\\p{L}\\p{gc=Lu}[\\p{Nd}_]\\P{General_Category=Zs}/u.source + /\\p{Greek}/.source;',
  's.x = /(a)\\1(?<n>b)\\k<n>/.source + /\\1/.source + /\\k<n>/.source + /(a\\1)/.source;',
  "s.x = new RegExp(e.data.text, 'giu') instanceof RegExp;",
  's.x = Object.groupBy === undefined || Math.max.name + Number.prototype.constructor.name;',
  's.x = Object.keys(Reflect).length + Symbol.iterator.toString();',
  'class A { static #n = 1; static { A.m = 2; } get x() { return A.#n; } static async = 1; } s.x = A.async;',
  's.x = e?.data?.n ?? 1; s.y ??= 2; s.z = 2 ** 3 + 1_000; const [a, ...b] = [1, 2]; s.b = { a, ...b };',
  'outer: for (let i = 0; i < 2; i += 1) for (;;) continue outer;',
  "s.x = 017 + '\\101'; undefined; NaN; Infinity;",
  's.x = new Map([[1, 2]]).get(1) + new Set([1]).size + [...[1, 2]].length;',
];

for (const line of accepted) {
  test(`a file is taken that says: ${line}`, (t) => {
    t.deepEqual(told(fileOf(line.replace('Object.groupBy === undefined || ', ''))), []);
  });
}

test('a file is told all that hinders it, in its order', (t) => {
  const source = 'fromAll().when({\n  A: async (s) => Intl,\n  B: (s) => s.a.localeCompare(fetch),\n})';
  t.deepEqual(
    told(written(source)).map((message) => message.replace(/ (is|are) not .*|: a projection .*/, '')),
    [
      '/projections/test.js:2:6: async functions',
      '/projections/test.js:2:19: Intl',
      '/projections/test.js:3:17: localeCompare',
      '/projections/test.js:3:31: there is no fetch',
    ],
  );
});

test('what is nested so deeply that no one reads it is refused, and not what is only long', (t) => {
  t.regex(told(fileOf(`s.x = ${'['.repeat(50_000)}${']'.repeat(50_000)};`))[0] ?? '', /nested too deeply/);
  t.deepEqual(told(fileOf(`s.x = ${Array(3_000).fill("'a'").join(' + ')};`)), []);
});

/** Statements that any interpreter takes, full of names that are no uses of them. */
const name = fc.constantFrom('a', 'state', 'Intl', 'emit', 'Promise', 'async', 'RegExp', 'fetch', 'of', 'f');
const harmless = fc.oneof(
  fc.tuple(name, fc.nat()).map(([key, n]) => `s.x${key} = { ${key}: ${n} };`),
  name.map((key) => `s.y = e.data.${key};`),
  fc.string().map((text) => `s.text = ${JSON.stringify(text)};`),
  name.map((word) => `/* ${word}() */ // async () => ${word}`),
  name.map((word) => `s.t = \`\${e.data.n} ${word} /a/v\`;`),
  fc.nat(9).map((n) => `s.n = [${n}, 2].map((x) => x ** ${n}).filter((x) => x > 0)${'.slice()'.repeat(n)};`),
  name.map((word) => `s.take = ({ ${word} }) => ${word};`),
  name.map((word) => `{ const ${word} = 1; s.z = ${word}; }`),
  name.map((word) => `s.w = (function ${word}(n) { return n > 0 ? ${word}(n - 1) : 0; })(2);`),
  name.map((word) => `try { throw 1; } catch (${word}) { s.c = ${word}; }`),
  fc.constantFrom('s.r = /[/]v/.test("a");', 's.r = 4 / 2 / 1;', 'if (s.a) { s.b = 1; } else s.c = 2;', ';'),
);

test('sources without what the server does otherwise are taken, with it they are refused in its place', (t) => {
  const found = fc.constantFrom(...refused.map(([line, column]) => ({ line, column })));
  const innocent = harmless.map((line) => ({ line, column: 0 }));
  const drawn = fc.oneof({ weight: 3, arbitrary: innocent }, { weight: 1, arbitrary: found });
  const lines = fc.array(fc.tuple(fc.nat(6), drawn), { maxLength: 12 });
  fc.assert(
    fc.property(lines, (given) => {
      // Each in a function of its own, so that no two declare the same.
      const handlers = given.map(
        ([indent, { line }], index) => `T${index}: (s, e) => {\n${' '.repeat(indent)}${line}\n},\n`,
      );
      const expected = given.flatMap(([indent, { column }], index) =>
        column === 0 ? [] : [`${3 + index * 3}:${indent + column}`],
      );
      const faults = faultsIn(written(`fromAll().when({\n${handlers.join('')}})`));
      t.deepEqual(
        faults.map(({ place }) => `${place.line}:${place.column}`),
        expected,
      );
    }),
    { numRuns: 150 },
  );
});
