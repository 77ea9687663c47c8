import { dialled } from '../../domain/numbers.js';
import { indexedText } from '../words/tokens.js';
import type { IndexDefinition } from './definition.js';

/** What the index keeps of one state. */
export interface Facts {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The values of the facets, in their order; empty where the state has none. */
  readonly facets: readonly string[];
  readonly keys: readonly (string | null)[];
  /** Milliseconds. */
  readonly took: number | null;
  readonly words: { readonly words: string; readonly numbers: string } | undefined;
  /** Tells whether the words are other ones than before; 0 without any. */
  readonly wordsHash: number;
}

/** The last instant that a place in the index can hold: in the year 2109. */
export const lastInstant = 2 ** 42 - 2;

/** Undefined for a state without a time: there is no place for it. */
export const factsOf = (definition: IndexDefinition, state: object): Facts | undefined => {
  const field = (name: string): unknown => fieldOf(state, name);
  const text = (name: string): string => textOf(field(name)) ?? '';
  const at = definition.time.map((name) => instantOf(field(name))).find((time) => time !== undefined);
  if (at === undefined) return undefined;
  const words = definition.words
    .map(text)
    .filter((value) => value !== '')
    .join('\n');
  return {
    at: Math.min(lastInstant, Math.max(0, at)),
    facets: definition.facets.map(text),
    keys: definition.keys.map((name) => {
      const value = textOf(field(name)) ?? null;
      return value !== null && definition.numbers.includes(name) ? dialled(value) : value;
    }),
    took: durationOf(definition, field),
    words: words === '' ? undefined : indexedText(words),
    wordsHash: words === '' ? 0 : hashOf(words),
  };
};

/** `delivery.status` is the field of a field. */
const fieldOf = (state: object, name: string): unknown =>
  name
    .split('.')
    .reduce<unknown>((value, part) => (value as Record<string, unknown> | null | undefined)?.[part], state);

const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
};

const instantOf = (value: unknown): number | undefined => {
  const instant = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
};

const durationOf = ({ took }: IndexDefinition, field: (name: string) => unknown): number | null => {
  for (const [from, to] of took) {
    const [begun, ended] = [instantOf(field(from)), instantOf(field(to))];
    if (begun !== undefined && ended !== undefined) return ended - begun;
  }
  return null;
};

/** 52 bits, by two rounds of FNV with different primes: only to save the work on words that did not change. */
const hashOf = (text: string): number => {
  let [one, other] = [0x811c9dc5, 0x1000193];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ code, 0x5bd1e995);
  }
  return 1 + (one >>> 0) + ((other >>> 0) % 2 ** 20) * 2 ** 32;
};
