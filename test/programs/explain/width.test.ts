import test from 'ava';
import { linesOf } from '../../../src/cli/story/row.js';
import { rendered, widthOf } from '../../../src/terminal/print.js';

const row = {
  time: '09:14:03',
  lead: '◂ ',
  text: 'Mosquito nets: distribution on Friday at nine at Gulu HC III, bring your card and your children under five',
  remark: 'GSM, 1 part',
};

for (const width of [60, 80, 100]) {
  test(`a terminal of ${width} columns gets lines that fit, and all of the words`, (t) => {
    const lines = linesOf(row, { width });
    for (const line of lines) t.true(widthOf(line) <= width, line);
    t.is(
      lines
        .map((line) => rendered(line, false).trim())
        .join(' ')
        .replace(/^09:14:03 {2}◂ /, ''),
      `${row.text} ${row.remark}`,
    );
  });
}

test('a remark stands at the right where there is room', (t) => {
  const [line, ...rest] = linesOf({ ...row, text: 'short' }, { width: 60 });
  t.deepEqual(rest, []);
  t.is(rendered(line ?? '', false), `09:14:03  ◂ short${' '.repeat(60 - 17 - 11)}GSM, 1 part`);
});

test('a word that is longer than the line is cut, a wide one of many signs too', (t) => {
  const lines = linesOf({ text: '👍'.repeat(90) }, { width: 60 });
  t.deepEqual(
    lines.map((line) => Array.from(line.trim()).length),
    [25, 25, 25, 15],
  );
});

test('a pipe gets one whole line', (t) => {
  t.deepEqual(linesOf(row, { width: undefined }), [`09:14:03  ◂ ${row.text}  GSM, 1 part`]);
});
