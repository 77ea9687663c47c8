import { inspect } from 'node:util';

/** A number for people. */
export const count = (things: number): string => things.toLocaleString('en');

/** `1 text`, `2 texts`. */
export const counted = (things: number, one: string, many = `${one}s`): string =>
  `${count(things)} ${things === 1 ? one : many}`;

const units = [
  [24 * 60 * 60, 'day'],
  [60 * 60, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

/** A length of time in the largest unit of which there are two, so that what is left out is little beside it: `90 minutes`, `3 hours`. */
export const lasting = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const [size, unit] = units.find(([of]) => seconds >= 2 * of) ?? [1, 'second'];
  return counted(Math.round(seconds / size), unit);
};

const sizes = [
  [1024 ** 3, 'GB'],
  [1024 ** 2, 'MB'],
  [1024, 'kB'],
] as const;

export const bytes = (size: number): string => {
  const [of, unit] = sizes.find(([least]) => size >= least) ?? [1, 'bytes'];
  return `${(size / of).toFixed(of === 1 || size / of >= 10 ? 0 : 1)} ${unit}`;
};

/** `a, b and c`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** What was thrown, in one line. */
export const messageOf = (thrown: unknown): string => wordsOf(thrown).replaceAll(/\s+/g, ' ').trim();

const wordsOf = (thrown: unknown): string => {
  if (typeof thrown === 'string') return thrown;
  if (!(thrown instanceof Error)) return `it threw ${inspect(thrown)}`;
  return thrown.message === '' ? `${thrown.name}, without a word of why` : thrown.message;
};

/** How long before now something happened, in milliseconds. Less than none: a clock is wrong. */
export const ago = (ms: number): string =>
  ms < -1_000 ? `${lasting(-ms)} ahead of this machine's clock` : `${lasting(ms)} ago`;
