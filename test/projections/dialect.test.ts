import test from 'ava';
import { Sandbox } from '../../src/projections/sandbox.js';
import { folded, type Happening, happened, written } from './support/history.js';

const noted = (stream: string, n: number, type = 'Noted'): Happening => happened(type, { n }, stream);
const history = [
  noted('a-1', 1),
  noted('b-1', 2),
  noted('a-2', 3),
  noted('a-1', 4),
  noted('a-1', 5, 'Other'),
];
const statesOf = (source: string, events = history) =>
  Object.fromEntries(
    [...folded(written(source), events)].map(([partition, { state }]) => [partition, state]),
  );
const resultsOf = (source: string) =>
  Object.fromEntries(
    [...folded(written(source), history)].map(([partition, { result }]) => [partition, result]),
  );
const sum = '{ $init: () => ({ sum: 0 }), Noted: (s, e) => { s.sum += e.data.n; } }';

test('a projection without partitions has one state', (t) => {
  t.deepEqual(statesOf(`fromAll().when(${sum})`), { '': { sum: 10 } });
});

test('foreachStream keeps a state a stream, partitionBy one for each answer of the function', (t) => {
  t.deepEqual(statesOf(`fromAll().foreachStream().when(${sum})`), {
    'a-1': { sum: 5 },
    'a-2': { sum: 3 },
    'b-1': { sum: 2 },
  });
  t.deepEqual(statesOf(`fromAll().partitionBy((e) => e.data.n % 2).when(${sum})`), {
    0: { sum: 6 },
    1: { sum: 4 },
  });
});

test('what partitionBy gives no partition is passed over', (t) => {
  t.deepEqual(statesOf(`fromAll().partitionBy((e) => e.data.n > 2 ? 'big' : null).when(${sum})`), {
    big: { sum: 7 },
  });
  t.deepEqual(statesOf(`fromAll().partitionBy((e) => ({})).when(${sum})`), {});
});

test('what is read follows from the source and the handlers', (t) => {
  const selection = (source: string) => new Sandbox(written(source)).selection;
  t.deepEqual(selection(`fromAll().when(${sum})`).filter, { types: ['Noted'] });
  t.deepEqual(selection(`fromCategory('a').when({ $any() {} })`).filter, { categories: ['a'] });
  t.deepEqual(selection(`fromCategories('a', 'b').when({ $any() {} })`).filter, { categories: ['a', 'b'] });
  const streams = selection(`fromStreams(['a-1', 'b-2']).when({ A() {}, $init() {} })`);
  t.deepEqual(streams.filter, { types: ['A'], categories: ['a', 'b'] });
  t.deepEqual([...(streams.streams ?? [])], ['a-1', 'b-2']);
  t.deepEqual(selection(`fromStream('plain').when({ $any() {} })`).filter, {});
});

test('$any takes what no handler of its type did', (t) => {
  const source = `fromAll().when({ $init: () => ({ any: 0, noted: 0 }),
    $any: (s) => { s.any += 1; }, Noted: (s) => { s.noted += 1; } })`;
  t.deepEqual(statesOf(source), { '': { any: 1, noted: 4 } });
});

test('types that every object has are no handlers', (t) => {
  t.deepEqual(statesOf(`fromAll().when(${sum})`, [noted('a-1', 1, 'toString'), noted('a-1', 2)]), {
    '': { sum: 2 },
  });
});

test('a handler may change the state or return another', (t) => {
  t.deepEqual(statesOf(`fromAll().when({ $init: () => ({ n: 0 }), Noted: (s) => ({ n: s.n + 1 }) })`), {
    '': { n: 4 },
  });
});

test('without $init a state begins empty, and $created sees the first event', (t) => {
  const source = `fromAll().when({ $created: (s, e) => { s.first = e.data.n; }, Noted: (s, e) => { s.last = e.data.n; } })`;
  t.deepEqual(statesOf(source), { '': { first: 1, last: 4 } });
});

test('an event tells all that the dialect promises', (t) => {
  const source = `fromCategory('b').foreachStream().when({ Noted: (s, e) => ({ data: e.data, body: e.body === e.data,
    bodyRaw: e.bodyRaw, metadata: e.metadata, streamId: e.streamId, sequenceNumber: e.sequenceNumber,
    eventType: e.eventType, eventId: e.eventId, partition: e.partition, isJson: e.isJson }) })`;
  t.deepEqual(statesOf(source)['b-1'], {
    data: { n: 2 },
    body: true,
    bodyRaw: '{"n":2}',
    metadata: { schema: 1 },
    streamId: 'b-1',
    sequenceNumber: 1,
    eventType: 'Noted',
    eventId: 'id-1',
    partition: 'b-1',
    isJson: true,
  });
});

test('$initShared gives all partitions one more state', (t) => {
  const source = `fromAll().foreachStream().when({ $init: () => ({ n: 0 }), $initShared: () => ({ all: 0 }),
    Noted: (s) => { s[0].n += 1; s[1].all += 1; s[0].all = s[1].all; } })`;
  t.deepEqual(statesOf(source), {
    'a-1': { n: 2, all: 4 },
    'b-1': { n: 1, all: 2 },
    'a-2': { n: 1, all: 3 },
  });
});

test('transformBy and filterBy make results of states, which stay as they are', (t) => {
  const source = `options({ reorderEvents: false });
    fromAll().foreachStream().when(${sum}).transformBy((s) => ({ twice: s.sum * 2 })).filterBy((r) => r.twice > 5)`;
  t.deepEqual(resultsOf(source), { 'a-1': { twice: 10 }, 'b-1': undefined, 'a-2': { twice: 6 } });
  t.deepEqual(statesOf(source)['b-1'], { sum: 2 });
  t.deepEqual(resultsOf(`fromAll().when(${sum}).outputState()`), { '': undefined });
});

test('$deleted follows the deletion of a stream', (t) => {
  const source = `fromAll().foreachStream().when({ $init: () => ({}), Noted: (s, e) => { s.n = e.data.n; },
    $deleted: (s, e, partition) => { s.gone = partition; } })`;
  const deleted = happened('$streamDeleted', {}, 'a-1');
  t.deepEqual(statesOf(source, [noted('a-1', 1), deleted]), { 'a-1': { n: 1, gone: 'a-1' } });
});

test('a projection sees the language and the dialect, and nothing of the process', (t) => {
  const names = ['require', 'process', 'console', 'setTimeout', 'fetch', 'Buffer', 'WebAssembly', 'Atomics'];
  const source = `fromAll().when({ Noted: () => ({ seen: ${JSON.stringify(names)}.filter((n) => n in globalThis),
    words: typeof fromAll, })
  })`;
  t.deepEqual(statesOf(source), { '': { seen: [], words: 'undefined' } });
});
