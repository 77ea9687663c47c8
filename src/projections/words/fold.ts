/**
 * Marks that a writer may leave out: accents over and under letters, the vowel points of Arabic and Hebrew. The vowel signs of
 * Thai, Khmer or Devanagari are marks too, but without them it is another word.
 */
const optional = new RegExp(
  `[${[
    String.raw`\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f`,
    String.raw`\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7`,
    String.raw`\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed`,
  ].join('')}]`,
  'gu',
);
/** What shows only in how a text is set: soft hyphens, joiners, marks of direction. */
const unseen = /\p{Default_Ignorable_Code_Point}/gu;

/** Letters that no decomposition leads to the one that a phone without them has; and two of Persian that look like Arabic ones. */
const plain: Readonly<Record<string, string>> = {
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ł: 'l',
  ŋ: 'n',
  ɓ: 'b',
  ɖ: 'd',
  ɗ: 'd',
  ɛ: 'e',
  ǝ: 'e',
  ɣ: 'g',
  ɩ: 'i',
  ɨ: 'i',
  ƙ: 'k',
  ɲ: 'n',
  ɔ: 'o',
  ʋ: 'v',
  ƴ: 'y',
  ς: 'σ',
  ک: 'ك',
  ی: 'ي',
};
const special = new RegExp(`[${Object.keys(plain).join('')}]`, 'gu');

/** Every digit of every script, as ASCII: they come in rows of ten. */
const digit = (character: string): string => {
  let code = character.codePointAt(0) ?? 0;
  let value = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - 1))) {
    code -= 1;
    value += 1;
  }
  return String(value % 10);
};

/** A text as it is compared: two that people take for the same word come to the same. */
export const folded = (text: string): string => {
  if (isAscii.test(text)) return text.toLowerCase();
  const bare = text.normalize('NFKD').replace(optional, '').replace(unseen, '');
  // Down, up and down again: ß and ẞ are ss, ı and İ are i.
  const lower = bare.toLowerCase().toUpperCase().toLowerCase();
  return lower
    .replace(optional, '')
    .replace(special, (letter) => plain[letter] ?? letter)
    .replace(/[^\P{Nd}0-9]/gu, digit)
    .normalize('NFC');
};

const isAscii = /^[\0-\x7f]*$/;
