// What is written for spreadsheets and for programs, read back.
import test from 'ava';
import fc from 'fast-check';
import { byteOrderMark, csvLine } from '../../src/audit/csv.js';
import { columnsOfMessages, type Form, written } from '../../src/audit/output.js';

/** RFC 4180, as programs read it. */
const parsed = (text: string): string[][] => {
  const rows: string[][] = [[]];
  let rest = text;
  while (rest !== '') {
    const [cell = '', quoted, plain = '', end = ''] =
      /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/.exec(rest) ?? [];
    if (cell === '') throw new Error(`No cell: ${rest.slice(0, 20)}`);
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    rest = rest.slice(cell.length);
    if (end === '\r\n' && rest !== '') rows.push([]);
  }
  return rows;
};

const all = async (form: Form, rows: readonly Record<string, unknown>[]): Promise<string> => {
  let text = '';
  for await (const line of written(form, columnsOfMessages, rows)) text += line;
  return text;
};

const texts = fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { minLength: 1, maxLength: 5 });
const cells = fc.oneof(
  texts,
  fc.constantFrom(['+256772000375', '=1+1', "'=1", '-5', '@x', 'a\nb', '"', ' x ', '007', '＝1']),
);

test('the form for programs is read back as it was', (t) => {
  fc.assert(fc.property(cells, (row) => void t.deepEqual(parsed(csvLine(row, 'raw')), [row])));
});

test('in the form for people no cell is calculated, numbers stay whole, and without the apostrophe it is what it was', (t) => {
  fc.assert(
    fc.property(cells, (row) => {
      const [read = []] = parsed(csvLine(row, 'people'));
      t.false(read.some((cell) => /^[=+\-@\t\r＝＋－＠]/u.test(cell) || /^(?:0\d+|\d{10,})$/.test(cell)));
      t.deepEqual(
        read.map((cell) => cell.replace(/^'/, '')),
        row,
      );
    }),
  );
  t.is(csvLine(['+256772000375'], 'people'), "'+256772000375\r\n");
});

test('the last line tells how many there were: what breaks off has none', async (t) => {
  const rows = [{ messageId: 'a', text: 'one\ntwo', at: '2026-03-01T00:00:00.000Z' }];
  const people = await all('csv', rows);
  t.true(people.startsWith(byteOrderMark));
  t.is(parsed(people.slice(1)).at(-1)?.[0], 'end: 1 messages');
  t.is(parsed(people.slice(1))[1]?.[columnsOfMessages.names.indexOf('text')], 'one\ntwo');
  t.is(parsed(await all('csv-raw', [])).at(-1)?.[0], 'end: 0 messages');
  const lines = (await all('ndjson', rows))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  t.deepEqual(lines, [rows[0], { end: { messages: 1 } }]);
});
