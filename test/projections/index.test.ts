// What is looked for in states, against the same looked for by hand, over any history of states.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { isSameNumber } from '../../src/domain/numbers.js';
import { readProjections } from '../../src/projections/files.js';
import { indexDefinition } from '../../src/projections/index/definition.js';
import type { IndexQuestion } from '../../src/projections/index/question.js';
import type { FoundState, IndexSearch } from '../../src/projections/index/search.js';
import { Sandbox } from '../../src/projections/sandbox.js';
import { StatesFile } from '../../src/projections/statesFile.js';
import { questionOf } from '../../src/projections/words/question.js';
import { counting, folderOf } from './support/world.js';

const definition = indexDefinition(
  JSON.stringify({
    time: ['at'],
    facets: ['way', 'status'],
    keys: ['who', 'cause'],
    numbers: ['who'],
    took: { from: 'at', to: 'done' },
    words: ['text'],
  }),
);
const begin = Date.parse('2026-01-01T00:00:00.000Z');
const time = (ms: number) => new Date(begin + ms).toISOString();

interface Message {
  readonly id: string;
  readonly at?: string;
  readonly done?: string;
  readonly way: string;
  readonly status: string;
  readonly who: string;
  readonly cause?: string;
  readonly text: string;
}

/** Few instants, so that many are the same; they go back, too. */
const instant = fc.constantFrom(0, 0, 0, 1, 2, 899_999, 900_000, 86_400_000, 86_399_999);
const who = fc.constantFrom('+256 772 000 375', '256772000375', '0772000375', '+254 772000375', 'ann');
const message: fc.Arbitrary<Message> = fc
  .record({
    id: fc.constantFrom(...'abcdefghijklmnop'.split('')),
    at: fc.option(instant.map(time), { nil: undefined, freq: 9 }),
    done: fc.option(instant.map(time), { nil: undefined }),
    way: fc.constantFrom('in', 'out'),
    status: fc.constantFrom('sent', 'delivered', 'failed'),
    who,
    cause: fc.constantFrom('a', 'b', undefined),
    text: fc.constantFrom('malaria report', 'report', 'hello', ''),
  })
  .map((one) => JSON.parse(JSON.stringify(one)) as Message);

const question = fc.record({
  since: fc.option(
    instant.map((ms) => begin + ms),
    { nil: undefined },
  ),
  until: fc.option(
    instant.map((ms) => begin + ms + 1),
    { nil: undefined },
  ),
  facets: fc.constantFrom(
    {},
    { way: ['in'] },
    { status: ['sent', 'failed'], way: ['out'] },
    { way: ['none'] },
  ),
  without: fc.constantFrom({}, {}, { status: ['failed'] }, { way: ['in'], status: ['sent'] }),
  keys: fc.constantFrom(
    [],
    [{ name: 'who', value: '+256-772-000375' }],
    [{ name: 'who', value: '0772 000375' }],
    [{ name: 'who', value: 'ann' }],
    [{ name: 'cause', value: 'a', orPartition: true }],
  ),
  words: fc.constantFrom(undefined, questionOf('report'), questionOf('"malaria rep*"')),
  tookAtLeast: fc.constantFrom(undefined, 1),
});

const instantOf = ({ at }: Message) => Date.parse(at ?? '');
const tookOf = ({ at, done }: Message) =>
  at === undefined || done === undefined ? undefined : Date.parse(done) - Date.parse(at);

const matches = (
  one: Message,
  { since, until, facets = {}, without = {}, keys = [], words, tookAtLeast }: IndexQuestion,
): boolean =>
  // What has no time is not found.
  instantOf(one) >= (since ?? 0) &&
  instantOf(one) < (until ?? Number.POSITIVE_INFINITY) &&
  Object.entries(facets).every(([name, values]) => values.includes(Object(one)[name])) &&
  !Object.entries(without).some(([name, values]) => values.includes(Object(one)[name])) &&
  keys.every(({ name, value, orPartition }) =>
    name === 'who' ? isSameNumber(one.who, value) : one.cause === value || (orPartition && one.id === value),
  ) &&
  (words === undefined ||
    (words.includes('malaria') ? one.text === 'malaria report' : /report/.test(one.text))) &&
  (tookAtLeast === undefined || (tookOf(one) ?? -1) >= tookAtLeast);

const filled = async (batches: readonly (readonly Message[])[]) => {
  const states = await StatesFile.open(':memory:');
  states.begin('m', 'm.js', 'hash', { index: definition });
  for (const batch of batches) {
    const changed = new Map(batch.map((one) => [one.id, { partition: one.id, state: JSON.stringify(one) }]));
    const last = { position: '1', id: '1', recordedAt: time(0) };
    states.keep('m', { changed: [...changed.values()], shared: undefined, position: '1', last, events: 1 });
  }
  const now = new Map(batches.flat().map((one) => [one.id, one]));
  const ask = <Answer>(work: (search: IndexSearch) => Answer): Answer =>
    states.search('m', (search) => {
      if (search === undefined) throw new Error('No index.');
      return work(search);
    });
  return { states, now, ask };
};

const pages = (search: IndexSearch, asked: IndexQuestion, order: 'newest' | 'oldest', limit: number) => {
  const all: FoundState[] = [];
  for (;;) {
    const page = search.page(asked, {
      order,
      limit,
      ...(all.length === 0 ? {} : { after: all[all.length - 1] as FoundState }),
    });
    all.push(...page);
    if (page.length < limit) return all;
  }
};

test('pages of any size show each one that matches once, in the order of times, both ways; counts agree', async (t) => {
  const histories = fc.array(fc.array(message, { maxLength: 12 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(histories, question, fc.integer({ min: 1, max: 3 }), async (batches, asked, limit) => {
      const { states, now, ask } = await filled(batches);
      const expected = [...now.values()].filter((one) => matches(one, asked));
      const oldest = ask((search) => pages(search, asked, 'oldest', limit));
      t.deepEqual(oldest.map(({ partition }) => partition).sort(), expected.map(({ id }) => id).sort());
      t.deepEqual(
        oldest.map(({ at }) => at),
        expected.map(instantOf).sort((one, other) => one - other),
      );
      t.deepEqual(
        oldest.map(({ state }) => state),
        oldest.map(({ partition }) => now.get(partition)),
      );
      const isCounted =
        asked.words === undefined && asked.keys.length === 0 && asked.tookAtLeast === undefined;
      t.deepEqual(
        ask((search) => search.count(asked, 3)),
        {
          n: isCounted ? expected.length : Math.min(3, expected.length),
          orMore: !isCounted && expected.length > 3,
        },
      );
      const newest = ask((search) => pages(search, asked, 'newest', limit));
      t.deepEqual(newest.toReversed(), oldest);
      const [from, end] = [asked.since ?? 0, asked.until ?? begin + 90_000_000];
      const inner = [begin + 900_000, begin + 86_400_000].filter((cut) => cut > from && cut < end);
      const growing = from < end ? [from, ...inner, end] : [];
      const counted: Record<string, number> = {};
      ask((search) =>
        search.counts(asked, growing, (range, kind, n) => {
          const key = [range, search.facetOf(kind, 'way'), search.facetOf(kind, 'status')].join();
          counted[key] = (counted[key] ?? 0) + n;
        }),
      );
      const byHand: Record<string, number> = {};
      for (const one of expected) {
        const range = growing.findLastIndex((cut) => cut <= instantOf(one));
        if (range < 0 || range >= growing.length - 1) continue;
        const key = [range, one.way, one.status].join();
        byHand[key] = (byHand[key] ?? 0) + 1;
      }
      t.deepEqual(counted, byHand);
      t.deepEqual(
        ask((search) => [...search.walk(asked)]).map(({ partition, took }) => [partition, took]),
        oldest.map(({ partition, state }) => [partition, tookOf(state as Message)]),
      );
      states.close();
    }),
    { numRuns: 150 },
  );
});

test('a file beside a projection says what is indexed, and one that cannot be used refuses it', (t) => {
  const folder = folderOf(t, { 'a.js': counting });
  const file = () => readProjections([folder])[0];
  const { hash } = file() ?? {};
  writeFileSync(join(folder, 'a.index.json'), '{ "time": "at", "words": ["text"] }');
  t.like(file(), { index: { time: ['at'], words: ['text'] } });
  t.not(file()?.hash, hash);
  for (const [source, message] of [
    ['{', /a\.index\.json: .*JSON/],
    ['[]', /a\.index\.json: expected an object/],
    ['{}', /time: expected the name of a field/],
    ['{"time":"at","tim":[]}', /there is no tim/],
    ['{"time":"at","facets":[1]}', /facets: expected names/],
    ['{"time":"at","keys":["a","a"]}', /keys: a name is there twice/],
    ['{"time":"at","numbers":["a"]}', /numbers: a is not among the keys/],
    ['{"time":"at","took":{"from":"a"}}', /took: expected/],
  ] as const) {
    writeFileSync(join(folder, 'a.index.json'), source);
    const read = file();
    t.regex(read?.indexFault ?? '', message);
    t.throws(() => new Sandbox(read ?? t.fail()), { name: 'ProjectionFault', message });
  }
});
