import test from 'ava';
import { ProjectionFault } from '../../src/projections/faults.js';
import { faultsIn } from '../../src/projections/faultsIn.js';
import { Sandbox } from '../../src/projections/sandbox.js';
import { folded, happened, written } from './support/history.js';

const event = happened('Noted', { n: 1 }, 'a-1');

const refused: readonly (readonly [what: string, source: string, code: string, message: RegExp])[] = [
  [
    'a syntax error',
    'fromAll()\n  .when({\n    A: (s) => { s. },\n  })',
    'syntax',
    /test\.js:3:20: Unexpected token$/,
  ],
  ['a module', "import fs from 'node:fs'", 'syntax', /test\.js:1:1: .*import/],
  ['no source', 'const a = 1;', 'definition', /test\.js: it reads from nothing/],
  ['two sources', 'fromAll();\nfromAll();', 'unsupported', /test\.js:2:1: .*one source/],
  ['no handlers', "fromStream('a')", 'definition', /test\.js: it has no handlers/],
  [
    'a handler that is none',
    'fromAll().when({\n A: 1 })',
    'unsupported',
    /test\.js:1:11: when: A wants a function/,
  ],
  [
    'foreachStream of one stream',
    "\nfromStream('a').foreachStream()",
    'definition',
    /test\.js:2:17: .*not a function/,
  ],
  ['what is not there', "\n\nrequire('fs')", 'unsupported', /test\.js:3:1: there is no require/],
  [
    'an unknown option',
    'options({ speed: 1 })',
    'unsupported',
    /test\.js:1:1: options: there is no option speed/,
  ],
  ['links', 'options({ $includeLinks: true })', 'unsupported', /test\.js:1:1: \$includeLinks/],
  ['outputTo', "fromAll().when({ A() {} }).outputTo('x')", 'unsupported', /test\.js:1:28: outputTo/],
  [
    'emit',
    "fromAll().when({\n A: () => {\n  emit('x', 'Y', {});\n } })",
    'unsupported',
    /test\.js:3:3: emit/,
  ],
  ['linkTo', 'fromAll().when({\n A: (s, e) => linkTo("x", e) })', 'unsupported', /test\.js:2:15: linkTo/],
  ['an endless loop of its own', '\nfor (;;) {}\n', 'too-slow', /test\.js:2: .*250 ms/],
];

for (const [what, source, code, message] of refused) {
  test(`a file with ${what} is refused with its name, its line where there is one, and the reason`, (t) => {
    const [fault] = faultsIn(written(source));
    t.is(fault?.code, code as ProjectionFault['code']);
    t.regex(fault?.message ?? '', message);
  });
}

test('emit in a comment or a text is no call of it', (t) => {
  const source =
    "// emit('x')\nfromAll().when({ A: (s) => { s.text = 'emit()'; s.emit = 1; } }) /* linkTo( */";
  t.deepEqual(faultsIn(written(source)), []);
});

const stopped: readonly (readonly [what: string, handler: string, code: string, message: RegExp])[] = [
  ['throws', '(s) => {\n  s.a.b = 1; }', 'threw', /test\.js:3:9: Cannot set properties/],
  ['throws what is no error', "() => {\n  throw 'x'; }", 'threw', /test\.js:2: x/],
  [
    'never ends its recursion',
    '() => {\n  const f = () => f() + 1;\n  f(); }',
    'threw',
    /test\.js:3:\d+: Maximum call/,
  ],
  ['loops without end', '() => {\n\n  for (;;) Math.sqrt(2); }', 'too-slow', /test\.js: .*250 ms/],
  [
    'makes code of text',
    '(s) => {\n  s.n.constructor.constructor("return 1")(); }',
    'threw',
    /test\.js:3:\d+: Code generation/,
  ],
  [
    'keeps a Date',
    '(s) => { s.list = [{ at: new Date(0) }]; }',
    'not-json',
    /state\.list\[0\]\.at is a Date/,
  ],
  ['keeps no number', '(s) => { s.n = 0 / 0; }', 'not-json', /state\.n is NaN/],
  ['contains itself', '(s) => { s.s = s; }', 'not-json', /contains itself/],
  ['grows past the limit', "() => ({ text: 'x'.repeat(9e6) })", 'too-big', /8\.6 MiB, at most 8 MiB/],
];

for (const [what, handler, code, message] of stopped) {
  test(`a handler that ${what} is a fault with the file and the reason`, (t) => {
    const file = written(`fromAll().when({ $init: () => ({ n: 1 }),\nNoted: ${handler} })`);
    const fault = t.throws<ProjectionFault>(() => folded(file, [event]), { name: 'ProjectionFault' });
    t.is(fault.code, code as ProjectionFault['code']);
    t.regex(fault.message, message);
  });
}

test('the line of an endless loop is found where it runs, not where it was called from', (t) => {
  const source =
    'const f = () => {\n  let n = 0;\n  for (;;) {\n    n = (n + 1) % 7;\n  }\n};\nfromAll().when({ Noted: () => f() })';
  const rows = JSON.stringify([[{}, {}, 'a-1', 0, 'Noted', 'id']]);
  const nothing = { state: () => undefined, shared: () => undefined };
  const fault = new Sandbox(written(source)).whereSlow((fresh) => fresh.fold(rows, nothing));
  t.regex(fault?.message ?? '', /test\.js:[34]: .*250 ms/);
});

test('what was slow only because the machine was busy is no fault', (t) => {
  const sandbox = new Sandbox(written('fromAll().when({ Noted: () => ({}) })'));
  t.is(
    sandbox.whereSlow(() => undefined),
    undefined,
  );
});

test('time that went by without a processor does not count: it is tried again, with more of it', (t) => {
  const file = written('fromAll().when({ Noted: () => ({}) })');
  let tries = 0;
  const fault = new Sandbox(file).whereSlow(() => {
    tries += 1;
    if (tries < 3) throw new ProjectionFault('too-slow', file, 'starved');
  });
  t.is(fault, undefined);
  t.is(tries, 3);
});
