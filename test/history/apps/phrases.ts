import { farScripts } from './farScripts.js';
import { latinScripts } from './latinScripts.js';

/** What people and apps say in one language. `{name}`, `{what}` and `{count}` are filled in. */
export interface Phrases {
  /** A BCP 47 tag. */
  readonly language: string;
  readonly register: string;
  readonly report: string;
  readonly ask: string;
  readonly survey: string;
  readonly greeting: string;
  readonly askName: string;
  readonly welcome: string;
  readonly reported: string;
  readonly question: string;
  readonly thanks: string;
  readonly sorry: string;
  /** Long enough for several short messages. */
  readonly advice: string;
  readonly names: readonly string[];
  readonly things: readonly string[];
  readonly chatter: readonly string[];
}

export const allPhrases: readonly Phrases[] = [...latinScripts, ...farScripts];

export const fill = (template: string, values: Readonly<Record<string, string | number>>): string =>
  template.replaceAll(/\{(\w+)\}/g, (_found, name: string) => String(values[name] ?? ''));

type Word = 'register' | 'report' | 'ask' | 'survey' | 'greeting';

const startsOf = (word: Word): readonly (readonly [string, Phrases])[] =>
  allPhrases.map((phrases) => [phrases[word].toLowerCase(), phrases]);

/** In lower case once and for all: every text is held against all of them. */
const starts: Readonly<Record<Word, readonly (readonly [string, Phrases])[]>> = {
  register: startsOf('register'),
  report: startsOf('report'),
  ask: startsOf('ask'),
  survey: startsOf('survey'),
  greeting: startsOf('greeting'),
};

/** What stands behind a word of some language at the beginning of a text, and whose word it is. */
export const behind = (
  text: string,
  word: Word,
): { readonly phrases: Phrases; readonly rest: string } | undefined => {
  const low = text.toLowerCase();
  for (const [start, phrases] of starts[word])
    if (low.startsWith(start)) return { phrases, rest: text.slice(start.length).trim() };
  return undefined;
};

/** In the language of the person, or in English. */
export const phrasesIn = (language: string | undefined): Phrases => {
  const [english] = allPhrases;
  const found = allPhrases.find((phrases) => phrases.language === language) ?? english;
  if (found === undefined) throw new Error('There are no phrases.');
  return found;
};
