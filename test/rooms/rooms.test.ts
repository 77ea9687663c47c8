// Who may see whom: the table in rooms.ts, held against every import, and against what docs/architecture.md draws of it.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { allFiles, allImports, roomOf } from './imports.js';
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

test('docs/architecture.md draws the table', (t) => {
  const page = readFileSync(new URL('../../../docs/architecture.md', import.meta.url), 'utf8');
  const [, drawing = ''] = /```mermaid\n([^`]*)```/.exec(page) ?? [];
  const arrows = [...drawing.matchAll(/^ {2}(\w+) --> (\w+)/gm)].map(([, from, to]) => `${from} sees ${to}`);
  const nameOf = (room: string) => room.replace(/^.*\//, '');
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
