// What a state may hold: what comes back from JSON as it was, here and on the server.
import test from 'ava';
import fc from 'fast-check';
import type { ProjectionFault } from '../../src/projections/faults.js';
import { folded, happened, written } from './support/history.js';

const event = happened('Noted', { n: 1, text: 'abc' }, 'a-1');
const keeping = (statements: string) => written(`fromAll().when({\nNoted: (s, e) => { ${statements} } })`);

const refused: readonly (readonly [statements: string, reason: RegExp])[] = [
  ['s.n = 0 / 0;', /state\.n is NaN/],
  ['s.n = [1, -1 / 0];', /state\.n\[1\] is -Infinity/],
  ['s.n = 1n;', /state\.n is of type bigint/],
  ['s.at = new Date(0);', /state\.at is a Date/],
  ['s.list = new Map([[1, 2]]);', /state\.list is a Map/],
  ['s.list = new Set([1]);', /state\.list is a Set/],
  ['s.list = new Int8Array(2);', /state\.list is a Int8Array/],
  ['s.re = /a/;', /state\.re is a RegExp/],
  ['s.e = new Error("x");', /state\.e is a Error/],
  ['s.e = e;', /state\.e is a Event/],
  ['class A { n = 1; } s.a = new A();', /state\.a is a A/],
  ['s.list = [undefined];', /state\.list\[0\] is of type undefined/],
  ['s.list = [1, , 2];', /state\.list\[1\] is of type undefined/],
  ['s.f = () => 1;', /state\.f is of type function/],
  ['s.f = Symbol("x");', /state\.f is of type symbol/],
  ['s.s = s;', /contains itself/],
  ['s.text = "👍"[0];', /state\.text holds half of a character/],
  ['s.deep = [{ text: "\\udc4d" }];', /state\.deep\[0\]\.text holds half of a character/],
  ['s["👍"[1]] = 1;', /state has a key with half of a character/],
  ['s["__proto__"] = { a: 1 };', /state has a prototype of its own/],
  ['return JSON.parse(\'{"a":1,"__proto__":{}}\');', /state has a key __proto__/],
  ['s.a = { ["__proto__"]: 1 };', /state\.a has a key __proto__/],
  ['s.a = Object.create({ b: 1 });', /state\.a has a prototype of its own/],
  ['s.a = { get b() { return 1; } };', /state\.a\.b is a getter/],
  ['Object.defineProperty(s, "hidden", { value: 1 });', /state\.hidden is hidden/],
  ['s[Symbol("x")] = 1;', /state has a symbol as a key/],
  ['s.a = (function () { return arguments; })(1);', /state\.a\.length is hidden/],
  ['s.match = /b/.exec(e.data.text);', /state\.match is a list with more than its elements \(index\)/],
  ['return "text";', /state is a text: the server takes it for JSON/],
  ['return null;', /state is null: the server begins/],
];

for (const [statements, reason] of refused) {
  test(`a projection stops where a state would be another one on the server: ${statements}`, (t) => {
    const fault = t.throws<ProjectionFault>(() => folded(keeping(statements), [event]), {
      name: 'ProjectionFault',
    });
    t.is(fault.code, 'not-json');
    t.regex(fault.message, reason);
  });
}

test('a result is held to the same, but may be a text', (t) => {
  const results = (by: string) =>
    folded(written(`fromAll().when({ Noted: () => ({}) }).transformBy(${by})`), [event]).get('')?.result;
  t.is(results('() => "text"'), 'text');
  t.is(results('() => null'), undefined);
  t.throws(() => results('() => new Date(0)'), { message: /is a Date/ });
});

test('whatever JSON holds may be in a state', (t) => {
  // A key __proto__, -0 and whole states of null or text are the exceptions.
  const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);
  const plain = json.filter((value) => !JSON.stringify(value).includes('__proto__'));
  fc.assert(
    fc.property(plain, (value) => {
      const file = keeping('s.value = e.data.value;');
      const states = folded(file, [happened('Noted', { value }, 'a-1')]);
      t.deepEqual(states.get('')?.state, { value });
    }),
    { numRuns: 40 },
  );
});

const partitionOf = (key: string) =>
  [...folded(written(`fromAll().partitionBy((e) => ${key}).when({ Noted: () => ({}) })`), [event]).keys()][0];

test('a partition is named as the server names it', (t) => {
  for (const [key, name] of [
    ["'a b/ü'", 'a b/ü'],
    ['7', '7'],
    ['-7.25', '-7.25'],
    ['-0', '-0'],
    ['0.1 + 0.2', '0.30000000000000004'],
    ['2 ** 53', '9007199254740992'],
    ['0 / 0', 'NaN'],
  ] as const)
    t.is(partitionOf(key), name);
  for (const passedOver of ['null', 'undefined', 'true', '{}', '5n', "['a']"])
    t.is(partitionOf(passedOver), undefined);
});

test('a name that the server would write otherwise, or stop at, stops the projection', (t) => {
  for (const [key, message] of [
    ["''", /test\.js:1: partitionBy gives an empty text.* null/],
    ["'👍'[0]", /partitionBy gives half of a character/],
    ['1e21', /partitionBy gives 1e\+21.* make it a text/],
    ['0.00001', /partitionBy gives 0\.00001/],
  ] as const)
    t.throws(() => partitionOf(key), { name: 'ProjectionFault', code: 'not-json', message });
});
