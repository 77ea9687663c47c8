// Made-up names, in the place of those that people have.

const madeUpNames =
  'Asha Musa Amina Kato Neema Okello Zuri Baraka Imani Juma Lulu Tendo Wanjiru Otieno Halima Daudi'.split(
    ' ',
  );

/** Scripts that set no blanks between words: a name stands within what is written there. */
const blankless =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Script=Tibetan}ー';
const withoutBlanks = new RegExp(`^[${blankless}]+$`, 'u');
/** Before and after a name of another script: not within a word, though it may stand in the midst of one of these. */
const [noWordBefore, noWordAfter] = [
  `(?<!(?![${blankless}])[\\p{L}\\p{N}])`,
  `(?!(?![${blankless}])[\\p{L}\\p{M}\\p{N}])`,
];

/** An identity that in a text may be anything: `3`. */
const short = /^(?:\p{L}|\p{N}{1,2})$/u;

/** No name of a stream has one. */
const halfCharacter = /\p{Surrogate}/u;

/** A made-up name for each, and what finds them in a text. @param told - in lower case */
export const inventNames = (told: readonly string[]) => {
  const free = madeUpNames.filter((name) => !told.includes(name.toLowerCase()));
  const names = told.map((word, index) => [word, nameOf(free, index)] as const);
  // As the names of streams have it, too.
  const encoded = names
    .filter(([word]) => !halfCharacter.test(word))
    .map(([word, name]) => [encodeURIComponent(word).toLowerCase(), name] as const);
  const madeUp = new Map([...names, ...encoded]);
  // The longest first: no word begins with another one then.
  const all = [...madeUp.keys()].filter((word) => !short.test(word));
  const written = all.sort((a, b) => b.length - a.length).map(writtenAlone);
  return { madeUp, pattern: new RegExp(written.length === 0 ? '(?!)' : written.join('|'), 'giu') };
};

/** As a word of its own; of signs alone, between blanks. */
const writtenAlone = (word: string): string => {
  const name = escaped(word);
  if (withoutBlanks.test(word)) return name;
  if (!/[\p{L}\p{N}]/u.test(word)) return `(?<![^\\s:"'(])${name}(?![^\\s"',;)])`;
  const before = /^[\p{L}\p{N}]/u.test(word) ? noWordBefore : '';
  return `${before}${name}${/[\p{L}\p{M}\p{N}]$/u.test(word) ? noWordAfter : ''}`;
};

const nameOf = (free: readonly string[], index: number): string => {
  const round = Math.floor(index / free.length);
  return `${free[index % free.length] ?? 'Name'}${round === 0 ? '' : round + 1}`;
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
