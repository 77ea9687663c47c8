import test from 'ava';
import fc from 'fast-check';
import { createMemoryStore } from '../../src/store/memory/open.js';
import { formatVersion } from '../../src/transfer/format.js';
import { readExport } from '../../src/transfer/read.js';
import { collect } from '../store/events.js';
import { exported, failsWith, fill, inPieces } from './support.js';

const someExport = async (count = 20): Promise<Buffer> => {
  const store = createMemoryStore();
  await fill(store, count);
  return exported(store);
};

const read = (bytes: Buffer) => collect(readExport(inPieces(bytes)));

const linesOf = (bytes: Buffer): string[] => bytes.toString().split('\n').slice(0, -1);

const bytesOf = (lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\n')}\n`);

test('an export that was cut anywhere is not complete', async (t) => {
  const bytes = await someExport(4);
  for (let length = 0; length < bytes.length; length += 1) {
    await failsWith(t, 'truncated', read(bytes.subarray(0, length)));
  }
  t.pass();
});

test('a byte that was changed anywhere is found, and its line named', async (t) => {
  const bytes = await someExport();
  const change = fc.record({ at: fc.nat(bytes.length - 1), by: fc.integer({ min: 1, max: 255 }) });
  const found = fc.asyncProperty(change, async ({ at, by }) => {
    const changed = Buffer.from(bytes);
    changed[at] = (bytes[at] ?? 0) ^ by;
    const error = await t.throwsAsync(read(changed));
    const line = bytes.subarray(0, at).toString('latin1').split('\n').length;
    // A newline that came or went changes the lines beside it as well.
    t.regex(error?.message ?? '', new RegExp(`line (${line}|${line + 1})\\b`, 'i'));
  });
  await t.notThrowsAsync(fc.assert(found, { numRuns: 500 }));
});

test('a line that was taken out, doubled or moved is found, though each line is whole', async (t) => {
  const lines = linesOf(await someExport());
  const [third = '', fourth = ''] = lines.slice(2, 4);
  await failsWith(t, 'altered', read(bytesOf(lines.toSpliced(3, 1))));
  await failsWith(t, 'altered', read(bytesOf(lines.toSpliced(3, 0, third))));
  await failsWith(t, 'altered', read(bytesOf(lines.with(2, fourth).with(3, third))));
  await failsWith(t, 'altered', read(bytesOf([...lines, third])));
  await failsWith(t, 'altered', read(bytesOf([...lines, lines[0] ?? '', ...lines.slice(1)])));
  await failsWith(t, 'unreadable', read(bytesOf(lines.slice(1))));
});

test('what is no export is refused in its first line', async (t) => {
  for (const text of ['', '\n', '{}\n', 'SQLite format 3\0\n', '{"format":"threadless-export"}\n']) {
    await failsWith(t, text === '' ? 'truncated' : 'unreadable', read(Buffer.from(text)));
  }
});

test('bytes without a newline are given up before they fill the memory', async (t) => {
  const chunk = Buffer.alloc(1_000_000, 'x');
  let read = 0;
  const endless = async function* () {
    for (; read < 1_000; read += 1) yield chunk;
  };
  await failsWith(t, 'unreadable', collect(readExport(endless())));
  t.true(read < 30);
});

test('an export of a newer version says so', async (t) => {
  const store = createMemoryStore();
  const about = { exportedAt: '', router: '9.1.0', engine: 'memory', version: formatVersion + 1 };
  const error = await failsWith(t, 'unreadable', read(await exported(store, { about } as never)));
  t.regex(error.message, /version 2 .*9\.1\.0.*newer router/);
});
