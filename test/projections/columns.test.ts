import test from 'ava';
import fc from 'fast-check';
import { inColumns, indented } from '../../src/cli/columns.js';

test('cells stand under each other, whatever their lengths', (t) => {
  t.deepEqual(
    inColumns([
      ['a', 'live', '1 events'],
      ['$stream_by_category', 'Running', ''],
      ['bb', 'catching-up'],
    ]),
    [
      'a                    live         1 events',
      '$stream_by_category  Running',
      'bb                   catching-up',
    ],
  );
  t.deepEqual(inColumns([]), []);
});

test('a reason is told whole, in lines that stand under what it is about', (t) => {
  const reason = 'It failed.\r\nHandler: X\r\n\r\nMessage:\r\n\r\nno n  \n';
  t.deepEqual(indented(reason, undefined), ['  It failed.', '  Handler: X', '  Message:', '  no n']);
  t.deepEqual(indented('', 80), []);
});

test('on a narrow terminal lines are folded between words, and nothing is lost', (t) => {
  t.deepEqual(indented('Handler: EventStore.Projections and more', 32), [
    '  Handler:',
    '  EventStore.Projections and',
    '  more',
  ]);
  const words = fc.array(
    fc.string({ unit: fc.constantFrom('a', 'bc', '.', ':'), minLength: 1, maxLength: 50 }),
    {
      minLength: 1,
    },
  );
  fc.assert(
    fc.property(words, fc.integer({ min: 30, max: 120 }), (given, width) => {
      const lines = indented(given.join(' '), width);
      t.true(lines.every((line) => line.length <= width && line.startsWith('  ')));
      t.is(lines.join('').replaceAll(' ', ''), given.join(''));
    }),
  );
});
