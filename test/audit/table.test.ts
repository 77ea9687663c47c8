import test from 'ava';
import { tableOf } from '../../src/cli/audit/table.js';

const lines = [
  [{ text: 'time' }, { text: 'identity' }, { text: 'n', isNumber: true }, { text: 'text' }],
  [
    { text: '1 Mar' },
    { text: '名前' },
    { text: '12', isNumber: true },
    { text: 'a text that is longer than there is room' },
  ],
];

test('cells stand under each other, wide characters too, and a text is cut at the end of the line', (t) => {
  t.deepEqual(tableOf(lines, { width: 50 }), [
    'time   identity   n  text',
    '1 Mar  名前      12  a text that is longer than t…',
  ]);
});

test('on a narrow terminal the text stands under its line, in a pipe it is whole', (t) => {
  t.deepEqual(tableOf(lines, { width: 30 }), [
    'time   identity   n  text',
    '1 Mar  名前      12',
    '    a text that is longer tha…',
  ]);
  t.is(
    tableOf(lines, { width: undefined })[1],
    '1 Mar  名前      12  a text that is longer than there is room',
  );
});

test('columns that a narrow terminal has no room for stand under their line, with the text behind them', (t) => {
  const wide = [
    [{ text: 'time' }, { text: 'backend' }, { text: 'identity' }, { text: 'status' }, { text: 'text' }],
    [
      { text: '25 Sep 10:18' },
      { text: 'my-kannel-backend' },
      { text: '+256790000001' },
      { text: 'waiting' },
      { text: 'a text that is longer than there is room' },
    ],
  ];
  t.deepEqual(tableOf(wide, { width: 50 }), [
    'time          backend            identity',
    '    status   text',
    '25 Sep 10:18  my-kannel-backend  +256790000001',
    '    waiting  a text that is longer than there is…',
  ]);
  t.deepEqual(tableOf(wide, { width: 32 }), [
    'time          backend',
    '    identity       status   text',
    '25 Sep 10:18  my-kannel-backend',
    '    +256790000001  waiting',
    '    a text that is longer than…',
  ]);
});
