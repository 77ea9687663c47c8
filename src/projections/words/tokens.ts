import { folded } from './fold.js';

/** A word, a number, a sign, or one character of a script that sets no blanks. */
export interface Token {
  readonly text: string;
  /** Where it stands in the folded text. */
  readonly start: number;
  readonly end: number;
}

/** Of these each character is a word of its own, so that a word within a run is found as a phrase of characters, on any machine. */
const blankless = [
  'Hani',
  'Hira',
  'Kana',
  'Bopo',
  'Thai',
  'Laoo',
  'Khmr',
  'Mymr',
  'Tibt',
  'Java',
  'Bali',
  'Lana',
  'Yiii',
];
const single = blankless.map((script) => `\\p{scx=${script}}`).join('');
const word = new RegExp(
  `(?=[\\p{L}\\p{M}\\p{N}])[${single}]|(?:(?![${single}])[\\p{L}\\p{M}\\p{N}\\p{Co}])+|\\p{Extended_Pictographic}|\\p{RI}`,
  'gu',
);

export const tokensIn = (foldedText: string): readonly Token[] =>
  Array.from(foldedText.matchAll(word), ({ 0: text, index }) => ({
    text,
    start: index,
    end: index + text.length,
  }));

/** What may stand between the groups of one number. */
const between = /^(?:[\s./,\u2010-\u2015\u2212-]|\s?[()]\s?|\s[\u2010-\u2015\u2212-]\s)$/u;
const isNumber = ({ text }: Token): boolean => /^\d+$/.test(text);

/** Neighbouring groups of digits that may be one number: `+256 772-000 375`. */
export const runsIn = (foldedText: string, tokens: readonly Token[]): readonly (readonly Token[])[] => {
  const runs: Token[][] = [];
  let last: Token | undefined;
  for (const token of tokens) {
    const isNext =
      last !== undefined && isNumber(last) && between.test(foldedText.slice(last.end, token.start));
    if (isNumber(token) && isNext) runs.at(-1)?.push(token);
    else if (isNumber(token)) runs.push([token]);
    last = token;
  }
  return runs;
};

/** So many digits at the end tell a subscriber, whatever stands before them: `+256 772 000 375`, `0772000375`. */
const subscriberDigits = 9;

/** The token of a number's end. Its sign occurs in no other one. Undefined for what is no telephone number. */
export const subscriberOf = (digits: string): string | undefined =>
  digits.replace(/^0+/, '').length < subscriberDigits ? undefined : `§${digits.slice(-subscriberDigits)}`;

/** What the full text keeps of a text: its words in their order, and its numbers as one would dial them. */
export const indexedText = (text: string): { readonly words: string; readonly numbers: string } => {
  const folds = folded(text);
  const tokens = tokensIn(folds);
  return {
    words: tokens.map((token) => token.text).join(' '),
    numbers: runsIn(folds, tokens).flatMap(numbersOf).join(' '),
  };
};

const numbersOf = (run: readonly Token[]): readonly string[] => {
  const groups = run.map(({ text }) => text);
  const joined = groups.length > 1 ? [groups.join('')] : [];
  const ends = new Set([...groups, ...joined].map(subscriberOf).filter((end) => end !== undefined));
  return [...joined, ...ends];
};
