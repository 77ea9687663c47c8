import test from 'ava';
import fc from 'fast-check';
import { charsetNamed, writableCharset } from '../../src/backends/encoding/charset.js';
import { decodeGsm, encodeGsm, fitsGsm, gsmCost } from '../../src/backends/encoding/gsm0338.js';
import { type Coding, countParts, splitText } from '../../src/backends/encoding/parts.js';
import { PercentError, percentDecode, percentEncode } from '../../src/backends/encoding/percent.js';

const gsmChars =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿' +
  'abcdefghijklmnopqrstuvwxyzäöñüà';
const extended = '\f^{}\\[~]|€';
const gsmText = fc.string({
  unit: fc.constantFrom(...Array.from(gsmChars + extended)),
  maxLength: 700,
  size: 'max',
});
const anyText = fc.string({ unit: 'binary', maxLength: 300 });

test('every byte survives percent-encoding', (t) => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      t.deepEqual(new Uint8Array(percentDecode(percentEncode(bytes))), bytes);
    }),
  );
});

test('a plus is a space, and raw bytes of a URL stay bytes', (t) => {
  t.deepEqual(percentDecode('a+b%2B\u00e9'), Buffer.from([0x61, 0x20, 0x62, 0x2b, 0xe9]));
});

for (const [encoded, at] of [
  ['%', 0],
  ['ab%4', 2],
  ['%zz', 0],
  ['%41%4g', 3],
  ['%-1', 0],
  ['\u0416', 0],
] as const)
  test(`${encoded} is refused at ${at}`, (t) => {
    t.is(t.throws(() => percentDecode(encoded), { instanceOf: PercentError }).at, at);
  });

for (const label of ['utf-8', 'UTF8', 'utf-16be', 'UCS-2', 'gb18030', 'UTF-32BE'])
  test(`${label} says every text`, (t) => {
    const charset = writableCharset(label);
    fc.assert(
      fc.property(anyText, (text) => {
        t.is(charset?.decode(charset.encode(text)), text);
      }),
    );
  });

test('8-BIT loses no byte', (t) => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  t.deepEqual(Buffer.from(charsetNamed('8-BIT')?.decode(bytes) ?? '', 'latin1'), bytes);
});

for (const [label, hex, text] of [
  ['WINDOWS-1252', '80e9', '€é'],
  ['cp1252', '80e9', '€é'],
  ['ISO-8859-1', 'e9a4', 'é¤'],
  ['latin1', 'e9', 'é'],
  ['ISO-8859-15', 'a4', '€'],
  ['koi8-r', 'f0', 'П'],
  ['GSM', '00011b65411b', '@£€A\ufffd'],
  ['UTF-16BE', '041f04', 'П\ufffd'],
  ['UTF-16BE', 'd83d0041', '\ufffdA'],
  ['UTF-8', 'c341', '\ufffdA'],
  // Known to the WHATWG encoding standard only: the charset, and a label of one that iconv-lite has by another.
  ['ISO-2022-JP', '1b2442467c1b284241', '日A'],
  ['ISO-2022-JP', '411b244246', 'A\ufffd'],
  // Of the system's own iconv, which Debian always has.
  ['JOHAB', '886141', '가A'],
  ['IBM037', 'c885939396', 'Hello'],
  ['JOHAB', '41ff41', 'A\ufffd'],
  ['x-mac-cyrillic', '80', 'А'],
  ['x-euc-jp', 'c6fc', '日'],
  ['csUnicode', '041f', 'П'],
] as const)
  test(`${hex} in ${label} reads ${text}`, (t) => {
    t.is(charsetNamed(label)?.decode(Buffer.from(hex, 'hex')), text);
  });

for (const label of [
  '',
  'klingon',
  'base64',
  'hex',
  'constructor',
  '__proto__',
  '-l',
  '--version',
  'JOHAB;ls',
  '..',
])
  test(`"${label}" is no charset`, (t) => {
    t.is(charsetNamed(label), undefined);
  });

test('GSM 03.38 says what it has and nothing else', (t) => {
  for (const char of gsmChars) t.is(gsmCost(char), 1, char);
  for (const char of extended) t.is(gsmCost(char), 2, char);
  for (const char of '`ç\u001bП😀\t') t.false(fitsGsm(char), char);
  fc.assert(
    fc.property(gsmText, (text) => {
      t.is(decodeGsm(encodeGsm(text)), text);
    }),
  );
});

/** What the standard says of a part, told without the code under test. */
const unitsOf = (part: string, coding: Coding): number =>
  coding === 'gsm'
    ? part.length + Array.from(part).filter((char) => extended.includes(char)).length
    : part.length;
const latin = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 500,
  size: 'max',
});

for (const [coding, alone, limit, texts] of [
  ['gsm', 160, 153, gsmText],
  ['ucs2', 70, 67, fc.string({ unit: 'binary', maxLength: 400, size: 'max' })],
  ['8bit', 140, 134, latin],
] as const)
  test(`parts in ${coding} hold the text, fit, and are as few as they can be`, (t) => {
    fc.assert(
      fc.property(texts, (text) => {
        const parts = splitText(text, coding);
        t.is(parts.join(''), text);
        t.is(countParts(text, coding), parts.length);
        t.is(parts.length === 1, unitsOf(text, coding) <= alone);
        if (parts.length === 1) return;
        parts.forEach((part, index) => {
          t.true(unitsOf(part, coding) <= limit);
          t.true(part.isWellFormed(), 'no surrogate pair is cut');
          const [next] = parts[index + 1] ?? [];
          if (next !== undefined)
            t.true(unitsOf(part + next, coding) > limit, 'the next character had no room');
        });
      }),
      { numRuns: 300 },
    );
  });

for (const [title, text, coding, parts] of [
  ['nothing', '', 'gsm', 1],
  ['160 septets', 'a'.repeat(160), 'gsm', 1],
  ['161 septets', 'a'.repeat(161), 'gsm', 2],
  ['80 euros', '€'.repeat(80), 'gsm', 1],
  ['an escape at the edge', `${'a'.repeat(152)}€${'a'.repeat(152)}`, 'gsm', 3],
  ['70 units', 'Ж'.repeat(70), 'ucs2', 1],
  ['71 units', 'Ж'.repeat(71), 'ucs2', 2],
  ['36 emoji', '😀'.repeat(36), 'ucs2', 2],
  ['67 emoji: 33 a part', '😀'.repeat(67), 'ucs2', 3],
  ['141 bytes', 'x'.repeat(141), '8bit', 2],
] as const)
  test(`${title}: ${parts} in ${coding}`, (t) => {
    t.is(countParts(text, coding), parts);
  });
