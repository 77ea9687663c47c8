// Who may see whom: the table in rooms.ts, held against every import, and against what docs/architecture.md draws of it.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { allFiles, allImports, allSources, roomOf, sourceOf } from './imports.js';
import { rooms } from './rooms.js';

const wordsIn = (words = ''): readonly string[] => words.split(' ').filter((word) => word !== '');

const between = allImports.flatMap(({ from, to, isPackage }) => {
  const [room, other] = [roomOf(from), isPackage ? to : roomOf(to)];
  return room === undefined || other === undefined || room === other
    ? []
    : [{ room, other, from, isPackage }];
});

test('every file lies in a room, but for what programs that use the router import', (t) => {
  t.deepEqual(
    allFiles.filter((path) => roomOf(path) === undefined),
    ['index.ts'],
  );
  t.true(allImports.length > 1_000);
});

test('every file is TypeScript that is read here, and none sees what is made for programs outside', (t) => {
  t.deepEqual(
    allFiles.filter((path) => !/\.tsx?$/.test(path) || path.endsWith('.d.ts')),
    [],
  );
  t.deepEqual(
    allImports.filter(({ to }) => to === 'index').map(({ from }) => from),
    [],
  );
});

test('what is loaded is named where it is loaded, but for apps, drivers, what apps are refused, and what a package keeps to itself', (t) => {
  t.deepEqual(
    [...allSources].filter(([, { loadsUnnamed }]) => loadsUnnamed).map(([path]) => path),
    [
      'apps/importApp.ts',
      'replay/refuse/builtins.ts',
      'store/eventstoredb/serverName.ts',
      'store/sqlite/driver.ts',
    ],
  );
  t.deepEqual(
    [...allSources].flatMap(([path, { undeclared }]) => undeclared.map((name) => `${path} loads ${name}`)),
    [],
  );
});

for (const [text, to] of [
  ["import { a } from '../main/start.js';", 'main/start'],
  ["import type { A } from '../main/start.js';", 'main/start'],
  ["import {\n  a,\n} from '../main/start.js';", 'main/start'],
  ["export * from '../main/start.js';", 'main/start'],
  ["import '../main/start.js';", 'main/start'],
  ["await import('../main/start.js');", 'main/start'],
  ["await import( '../main/start.js' );", 'main/start'],
  ["await import(\n  '../main/start.js'\n);", 'main/start'],
  ['await import(`../main/start.js`);', 'main/start'],
  ["new Worker(new URL('../main/start.js', import.meta.url));", 'main/start'],
  ["import { a } from '../index.js';", 'index'],
  ["import { a } from '../main/start.mts';", 'main/start'],
  ["import a = require('../main/start.js');", 'main/start'],
  ['/// <reference path="../main/start.ts" />', 'main/start'],
  ["const all = '*/*';\nawait import('../main/start.js'); /* */", 'main/start'],
  ["const url = 'a // b'; await import('../main/start.js');", 'main/start'],
  ['const url = `//host/*`; await import("../main/start.js"); /* */', 'main/start'],
] as const) {
  test(`an import is seen: ${JSON.stringify(text)}`, (t) => {
    const { imports, loadsUnnamed } = sourceOf('domain/x.ts', text);
    t.deepEqual(imports, [{ from: 'domain/x', to, isPackage: false }]);
    t.false(loadsUnnamed);
  });
}

for (const text of [
  'await import(name);',
  "await import('../' + room + '/start.js');",
  "createRequire(import.meta.url)('../main/start.js');",
  "process.getBuiltinModule('sqlite');",
]) {
  test(`what loads something unnamed is seen: ${text}`, (t) => {
    t.true(sourceOf('domain/x.ts', text).loadsUnnamed);
  });
}

test('a package that is not declared is seen, and what a comment says is not', (t) => {
  t.deepEqual(sourceOf('domain/x.ts', "import body from 'co-body';").undeclared, ['co-body']);
  t.deepEqual(sourceOf('domain/x.ts', "// import a from '../main/start.js'\n/* import('x') */").imports, []);
});

test('a room sees those that it may see, and no others', (t) => {
  const wrong = between.filter(
    ({ room, other, isPackage }) => !isPackage && !wordsIn(rooms[room]?.sees).includes(other),
  );
  t.deepEqual(
    wrong.map(({ from, other }) => `${from} sees ${other}`),
    [],
  );
});

test('a package is seen by the rooms that own it, and no others', (t) => {
  const wrong = between.filter(
    ({ room, other, isPackage }) => isPackage && !wordsIn(rooms[room]?.packages).includes(other),
  );
  t.deepEqual(
    wrong.map(({ from, other }) => `${from} sees ${other}`),
    [],
  );
});

test('the table allows nothing that nobody needs', (t) => {
  const needed = new Set(between.map(({ room, other }) => `${room} sees ${other}`));
  const allowed = Object.entries(rooms).flatMap(([room, { sees, packages = '' }]) =>
    wordsIn(`${sees} ${packages}`).map((other) => `${room} sees ${other}`),
  );
  t.deepEqual(
    allowed.filter((one) => !needed.has(one)),
    [],
  );
});

/** What a room sees by others that it sees need not be drawn. */
const drawnFrom = (room: string): readonly string[] => {
  const seen = wordsIn(rooms[room]?.sees);
  const reaches = (from: string, to: string): boolean =>
    from === to || wordsIn(rooms[from]?.sees).some((next) => reaches(next, to));
  return seen.filter((to) => !seen.some((other) => other !== to && reaches(other, to)));
};

/** In the drawing. */
const nameOf = (room: string): string => room.replace(/^.*\//, '');

test('docs/architecture.md draws the table', (t) => {
  const page = readFileSync(new URL('../../../docs/architecture.md', import.meta.url), 'utf8');
  const [, drawing = ''] = /```mermaid\n([^`]*)```/.exec(page) ?? [];
  const [first, ...lines] = drawing.trimEnd().split('\n');
  t.is(first, 'flowchart TD');
  // One arrow a line, and nothing else; a label is the whole name of the room.
  const arrows = lines.map((line) => {
    const [, from, to, label] = /^ {2}(\w+) --> (\w+)(?:\[([\w/]+)\])?$/.exec(line) ?? [];
    t.true(from !== undefined && (label === undefined || (label in rooms && nameOf(label) === to)), line);
    return `${from} sees ${to}`;
  });
  const expected = Object.keys(rooms).flatMap((room) =>
    drawnFrom(room).map((to) => `${nameOf(room)} sees ${nameOf(to)}`),
  );
  t.deepEqual(arrows.toSorted(), expected.toSorted());
  const described = [...page.matchAll(/^\| `([\w]+)\/` \|/gm)].map(([, room = '']) => room);
  const folders = new Set(Object.keys(rooms).map((room) => room.replace(/\/.*$/, '')));
  t.deepEqual(described.toSorted(), [...folders].toSorted());
});

test('no files see each other in a circle', (t) => {
  const seen = new Map<string, string[]>();
  for (const { from, to, isPackage } of allImports) {
    if (!isPackage) seen.set(from, [...(seen.get(from) ?? []), to]);
  }
  const done = new Set<string>();
  const circles: string[] = [];
  const follow = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (path.includes(file) || done.has(file)) return;
    for (const to of seen.get(file) ?? []) follow(to, [...path, file]);
    done.add(file);
  };
  for (const file of seen.keys()) follow(file, []);
  t.deepEqual(circles, []);
});
