// What people look for in texts, in a dozen scripts, through SQLite's own FTS5 as the states have it.
import test from 'ava';
import fc from 'fast-check';
import { questionOf } from '../../src/projections/words/question.js';
import { indexedText } from '../../src/projections/words/tokens.js';
import { openDatabase } from '../../src/store/sqlite/driver.js';

const opened = async () => {
  const database = await openDatabase(':memory:');
  database.exec(
    `CREATE VIRTUAL TABLE texts USING fts5 (words, numbers, content = '', contentless_delete = 1, tokenize = 'ascii')`,
  );
  return (text: string, typed: string): boolean | undefined => {
    const { words, numbers } = indexedText(text);
    database
      .prepare('INSERT OR REPLACE INTO texts (rowid, words, numbers) VALUES (1, ?, ?)')
      .run(words, numbers);
    const question = questionOf(typed);
    if (question === undefined) return undefined;
    return database.prepare('SELECT rowid FROM texts WHERE texts MATCH ?').get(question) !== undefined;
  };
};

const found: readonly (readonly [text: string, typed: string])[] = [
  ["I don't know", 'don’t'],
  ['Ça va très bien', 'ca TRES'],
  ['Straße', 'STRASSE'],
  ['ΟΔΥΣΣΕΎΣ', 'οδυσσευς'],
  ['İstanbul Iğdır', 'istanbul igdir'],
  ['Спасибо за отчёт', 'ОТЧЕТ'],
  ['sốt rét ở Đà Nẵng', 'da nang'],
  ['ɛnyɛ Ŋmaa', 'enye nmaa'],
  ['مَرْحَبًا بِكُم', 'مرحبا'],
  ['אֲנִי חוֹלֶה', 'אני חולה'],
  ['मलेरिया की रिपोर्ट', 'रिपोर्ट'],
  ['ወባ ሪፖርት', 'ሪፖርት'],
  ['말라리아 보고서에서', '보고서*'],
  ['ขอบคุณสำหรับรายงานมาลาเรีย', 'มาลาเรีย'],
  ['我们收到了疟疾报告', '疟疾'],
  ['マラリアの報告を受けました', '報告'],
  ['ﾏﾗﾘｱ', 'マラリア'],
  ['អរគុណសម្រាប់របាយការណ៍គ្រុនចាញ់', 'គ្រុនចាញ់'],
  ['ຂອບໃຈສໍາລັບລາຍງານ', 'ລາຍງານ'],
  ['ငှက်ဖျားရောဂါ သတင်း', 'ဖျား'],
  ['ok 👍🏽 ok', '👍'],
  ['half\u200bwidth a\u00adb', 'halfwidth ab'],
  ['call +256 772 000 375 now', '+256-772-000-375'],
  ['call 256772000375 now', '+256 772 000 375'],
  ['call +256-772 000375', '256772000375'],
  ['call +256-772 000375', '+256-772'],
  ['call 0772000375', '+256 772 000 375'],
  ['call +256772000375', '0772 000 375'],
  ['打256772000375吧', '256772000375'],
  ['رقم ٢٥٦٧٧٢٠٠٠', '256772'],
  ['b-12345 code', 'b-12345'],
  ['costs 1,000,000 sh', '1000000'],
  ['take 5 10 times', '5'],
  ['take 5 10 times', '"5 10"'],
  ['50% off #tag AND you "x"', '50% #tag AND'],
  ['report 3 malaria', 'rep* 3'],
  ['kitten pictures', 'kitten "kitten pict*"'],
  ['a word', '"a'],
];

for (const [text, typed] of found)
  test(`${typed} is found in ${text}`, async (t) => t.true((await opened())(text, typed)));

const passedOver: readonly (readonly [text: string, typed: string])[] = [
  ['don something t', "don't"],
  ['报疟告疾', '疟疾'],
  ['report', 'rep'],
  ['call 256772000376', '256772000375'],
  ['50', '5'],
  ['one', 'one two'],
  ['one three two', '"one two"'],
];

for (const [text, typed] of passedOver)
  test(`${typed} is not found in ${text}`, async (t) => t.false((await opened())(text, typed)));

test('a search fails for none of its characters', async (t) => {
  const find = await opened();
  const syntax = [
    '"',
    '""',
    '*',
    'NEAR(a b)',
    'a NEAR b',
    'words:x',
    '^a',
    '-a',
    '{a b}:c',
    'a OR',
    ')',
    '\0',
    '\ud800',
  ];
  for (const typed of [...syntax, 'w '.repeat(3_000), '1-'.repeat(2_000), '12345 '.repeat(400)])
    t.notThrows(() => find('zzz', typed), typed.slice(0, 20));
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }),
      (text, typed) => void find(text, typed),
    ),
  );
});

test('there is nothing to look for in punctuation, and that is known', (t) => {
  for (const typed of ['', '   ', '%%%', '"', '***', '+', '…']) t.is(questionOf(typed), undefined);
});

test('each text is found by any of its own words', async (t) => {
  const find = await opened();
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
      for (const typed of text.split(/\s+/)) t.not(find(text, typed), false);
    }),
  );
});
