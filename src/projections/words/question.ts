import { folded } from './fold.js';
import { runsIn, subscriberOf, type Token, tokensIn } from './tokens.js';

/** Digits from which on a number is looked for in all its spellings, and as the beginning of a longer one. */
const numberDigits = 5;

/**
 * What people type, as a question to FTS5: all of the words must occur; "…" asks for words next to each other, a `*` at the end for
 * words that begin so. None of it is ever the index's own syntax.
 *
 * @returns undefined when there is nothing to look for in it: punctuation alone
 */
export const questionOf = (typed: string): string | undefined => {
  const terms = typed
    .replace(/[“”„«»]/g, '"')
    .split('"')
    .flatMap((part, index) => (index % 2 === 1 ? [phraseOf(part)] : termsOf(part)))
    .filter((term) => term !== undefined);
  return terms.length === 0 ? undefined : terms.join(' ');
};

const phraseOf = (text: string): string | undefined => {
  const tokens = tokensIn(folded(text));
  return tokens.length === 0 ? undefined : `${quoted(tokens)}${text.trimEnd().endsWith('*') ? ' *' : ''}`;
};

/** Numbers first: their groups may stand apart. */
const termsOf = (text: string): readonly (string | undefined)[] => {
  const folds = folded(text);
  const runs = runsIn(folds, tokensIn(folds)).filter(
    (run) => digitsOf(run).length >= numberDigits && stands(folds, run),
  );
  const terms: (string | undefined)[] = [];
  let rest = 0;
  for (const run of runs) {
    const [start, end] = [run[0]?.start ?? 0, run.at(-1)?.end ?? 0];
    terms.push(...folds.slice(rest, start).split(/\s+/).map(phraseOf), numberOf(run));
    rest = end;
  }
  return [...terms, ...folds.slice(rest).split(/\s+/).map(phraseOf)];
};

/** Not within a word such as `b-12345`. */
const stands = (text: string, run: readonly Token[]): boolean =>
  /(?:^|\s)[^\s\p{L}\p{M}\p{N}]*$/u.test(text.slice(0, run[0]?.start)) &&
  /^[^\s\p{L}\p{M}\p{N}]*(?:\s|$)/u.test(text.slice(run.at(-1)?.end));

const numberOf = (run: readonly Token[]): string => {
  const digits = digitsOf(run);
  const subscriber = subscriberOf(digits);
  const spellings = [
    ...(run.length > 1 ? [`${quoted(run)} *`] : []),
    `"${digits}" *`,
    ...(subscriber === undefined ? [] : [`"${subscriber}"`]),
  ];
  return spellings.length === 1 ? `${spellings[0]}` : `(${spellings.join(' OR ')})`;
};

const digitsOf = (run: readonly Token[]): string => run.map(({ text }) => text).join('');
const quoted = (tokens: readonly Token[]): string => `"${tokens.map(({ text }) => text).join(' ')}"`;
