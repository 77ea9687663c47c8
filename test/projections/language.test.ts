// The language inside is that of the server's interpreter, in whichever way a file asks for more.
import test from 'ava';
import { freshContext } from '../../src/projections/context.js';
import type { ProjectionFault } from '../../src/projections/faults.js';
import { builtins, everywhere } from '../../src/projections/inside/builtins.js';
import { folded, happened, written } from './support/history.js';

const event = happened('Noted', { n: 1 }, 'a-1');
const told = (expression: string): unknown =>
  folded(written(`fromAll().when({\nNoted: () => ({ told:\n${expression} }) })`), [event]).get('')?.state;

const refused: readonly (readonly [expression: string, reason: RegExp])[] = [
  ["'a'['locale' + 'Compare']('b')", /localeCompare is not supported: the server orders otherwise/],
  ["(1234.5)['toLocale' + 'String']()", /toLocaleString is not supported/],
  ["new Date(0)['toLocale' + 'DateString']()", /toLocaleDateString is not supported/],
  ["[1]['toLocale' + 'String']()", /toLocaleString is not supported/],
  ["'i'['toLocale' + 'UpperCase']('tr')", /toLocaleUpperCase is not supported/],
  ["new Int8Array(2)['toLocale' + 'String']()", /toLocaleString is not supported/],
  ["new RegExp('a', 'giv'.slice(2))", /the flag v/],
  ["RegExp('\\\\p{Script=' + 'Greek}', 'u')", /\\p\{Script=Greek\} is not supported/],
  ["new (class extends RegExp {})('\\\\1' + '(a)')", /\\1 before its group/],
];

for (const [expression, reason] of refused) {
  test(`what only shows when it runs stops it then: ${expression}`, (t) => {
    const fault = t.throws<ProjectionFault>(() => told(expression), { name: 'ProjectionFault' });
    t.is(fault.effect, 'stopped');
    t.regex(fault.message, reason);
    t.regex(fault.message, /test\.js:3:\d+: /);
  });
}

test('the expressions that the server knows work, however they are made', (t) => {
  t.deepEqual(
    told(`[
      new RegExp('a(?<x>.)', 'i').exec('ABC').groups.x, RegExp('b').test('abc'), new RegExp(/b/g, 'i').flags,
      /a/ instanceof RegExp, new RegExp('a') instanceof RegExp, RegExp.name,
      new (class extends RegExp { twice(text) { return this.test(text + text); } })('aa').twice('a'),
      'a-b'.split(new RegExp('-')), 'abab'.replace(new RegExp('b', 'g'), 'c'), [...'a1b2'.matchAll(new RegExp('\\\\d', 'g'))].length,
      new RegExp('\\\\p{Lu}\\\\p{gc=Ll}', 'u').test('Aä'),
    ]`),
    {
      told: ['B', true, 'i', true, true, 'RegExp', true, ['a', 'b'], 'acac', 2, true],
    },
  );
});

test('what the server has not is not there, by whatever name', (t) => {
  const names = [
    'Intl',
    'Promise',
    'Proxy',
    'WeakRef',
    'Atomics',
    'SharedArrayBuffer',
    'WebAssembly',
    'console',
  ];
  t.deepEqual(told(`${JSON.stringify(names)}.map((name) => typeof globalThis[name])`), {
    told: names.map(() => 'undefined'),
  });
  t.deepEqual(
    told("['big', 'anchor', 'toGMTString'].map((name) => typeof ''[name] + typeof new Date(0)[name])"),
    {
      told: ['undefinedundefined', 'undefinedundefined', 'undefinedundefined'],
    },
  );
});

/** What cannot be taken away is refused where a file names it. */
const isRemovable = (holder: object, name: string): boolean =>
  Object.getOwnPropertyDescriptor(holder, name)?.configurable === true;

test('no newer version of Node brings more than the server has', (t) => {
  const globals = freshContext() as Readonly<Record<string, object>>;
  for (const [path, names] of Object.entries(builtins)) {
    if (path === 'globalThis') continue;
    const holder = path.split('.').reduce<object>((at, name) => (at as typeof globals)[name] ?? {}, globals);
    const known = `${names} ${everywhere}`.split(' ');
    t.deepEqual(
      Object.getOwnPropertyNames(holder).filter((name) => !known.includes(name) && isRemovable(holder, name)),
      [],
      path,
    );
  }
});
