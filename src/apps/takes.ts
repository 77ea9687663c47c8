import type { Takes } from '../domain/events.js';

/** The same for every copy of this package: a service may have another one than the router that runs it. */
const key = Symbol.for('threadless.takes');

/** Says of a phase what it takes, so that it can be told why a message was left to others. */
export const taking = <Phase extends object>(phase: Phase, takes: Takes): Phase =>
  Object.defineProperty(phase, key, { value: takes });

/** What a phase takes, as far as it is made of keywords and patterns; undefined where nothing of that is known. */
export const takesOf = (phase: unknown): Takes | undefined =>
  typeof phase === 'function' ? (Reflect.get(phase, key) as Takes | undefined) : undefined;

/** Of several one after the other. */
export const together = (all: readonly (Takes | undefined)[]): Takes => ({
  ...listed('keywords', all),
  ...listed('patterns', all),
});

const listed = (name: keyof Takes, all: readonly (Takes | undefined)[]): Takes => {
  const words = all.flatMap((takes) => takes?.[name] ?? []);
  return words.length === 0 ? {} : { [name]: words };
};
