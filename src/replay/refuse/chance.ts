import nodeCrypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import type { Note } from './refusal.js';

/** Numbers that look like chance and are the same each time for the same seed (mulberry32). */
export class Seeded {
  #seed = '';
  /** Undefined: nothing has been asked since it was sown, as of most seeds nothing ever is. */
  #state: number | undefined;

  sow(seed: string): void {
    this.#seed = seed;
    this.#state = undefined;
  }

  /** At least 0, below 1. */
  next(): number {
    this.#state = ((this.#state ?? hashOf(this.#seed)) + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  fill(view: ArrayBufferView): void {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    for (let index = 0; index < bytes.length; index += 1) bytes[index] = Math.floor(this.next() * 256);
  }

  uuid(): string {
    const bytes = Buffer.alloc(16);
    this.fill(bytes);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }
}

/** FNV-1a: every character counts. */
const hashOf = (seed: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < seed.length; index += 1)
    hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193);
  return hash >>> 0;
};

type Callback<Value> = (error: null, value: Value) => void;

/** Chance gives the same for the same message, and each use of it is noted. */
export const foreseeChance = (seeded: Seeded, note: Note): void => {
  Math.random = () => {
    note('Math.random');
    return seeded.next();
  };
  const bytes = (count: number): Buffer => {
    const made = Buffer.alloc(count);
    seeded.fill(made);
    return made;
  };
  const filled = <View extends ArrayBufferView>(view: View): View => {
    seeded.fill(view);
    return view;
  };
  const told = <Given extends unknown[], Value>(call: string, make: (...given: Given) => Value) =>
    answering(`crypto.${call}`, make, note);
  const within = (from: number, to?: number) => {
    const [least, end] = to === undefined ? [0, from] : [from, to];
    return least + Math.floor(seeded.next() * (end - least));
  };
  replaceIn(nodeCrypto, {
    randomBytes: told('randomBytes', bytes),
    pseudoRandomBytes: told('randomBytes', bytes),
    randomInt: told('randomInt', within),
    randomFill: told('randomFill', filled),
    randomFillSync: told('randomFillSync', filled),
    randomUUID: told('randomUUID', () => seeded.uuid()),
  });
  // The module's own `getRandomValues` is taken from here.
  replaceIn(Object.getPrototypeOf(globalThis.crypto) as object, {
    getRandomValues: told('getRandomValues', filled),
    randomUUID: told('randomUUID', () => seeded.uuid()),
  });
  syncBuiltinESMExports();
};

const replaceIn = (where: object, calls: Readonly<Record<string, unknown>>): void => {
  for (const [key, value] of Object.entries(calls))
    Object.defineProperty(where, key, { value, configurable: true, writable: true, enumerable: true });
};

/** A function that may be given a callback as its last argument, as those of `node:crypto`. */
const answering =
  <Given extends unknown[], Value>(call: string, make: (...given: Given) => Value, note: Note) =>
  (...given: [...Given, Callback<Value>?]): Value | undefined => {
    note(call);
    const last = given.at(-1);
    if (typeof last !== 'function') return make(...(given as unknown as Given));
    const value = make(...(given.slice(0, -1) as unknown as Given));
    queueMicrotask(() => (last as Callback<Value>)(null, value));
    return undefined;
  };
