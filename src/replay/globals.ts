/** Kept, since what an app does to these must not reach here. */
const { getOwnPropertyDescriptor, defineProperty, getPrototypeOf, is } = Object;
const { ownKeys, deleteProperty } = Reflect;
const everyObject = Object.prototype;

/** What the language gives to all code, and what of Node's own a replay goes by. */
const given =
  'Object Function Array String Number Boolean Symbol BigInt Date Promise RegExp Map Set WeakMap WeakSet WeakRef Proxy Reflect ' +
  'JSON Math Intl Atomics ArrayBuffer SharedArrayBuffer DataView Uint8Array Int32Array Error TypeError RangeError SyntaxError ' +
  'AggregateError Iterator FinalizationRegistry parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent ' +
  'queueMicrotask structuredClone URL';

const changing = 'changing ';

/** Whether that is what is told of an app that changed one. */
export const isChange = (call: string): boolean => call.startsWith(changing);

/** A property that was there before any app was. */
interface Kept {
  readonly where: object;
  readonly key: PropertyKey;
  readonly name: string;
  readonly as: PropertyDescriptor;
}

/**
 * The globals of a thread as they were before an app was loaded. Our own code goes by them as the apps do: one that an app
 * changes would have a replay read, count and compare otherwise, and nobody would be told.
 */
export class Globals {
  readonly #kept: (Kept | undefined)[] = [];
  /** What every object has: what comes to that would be found in all that is read. */
  readonly #everyKey = Object.setPrototypeOf({}, null) as Record<PropertyKey, true>;

  constructor() {
    for (const key of ownKeys(everyObject)) this.#everyKey[key] = true;
    for (const name of given.split(' ')) this.#keep(globalThis, name, name);
    for (const [name, where] of places())
      for (const key of ownKeys(where)) this.#keep(where, key, nameOf(name, key));
  }

  /**
   * Puts back what was changed since. What is new stays, where it changes nothing for whoever does not ask for it.
   *
   * @returns what was done to which, each as a call is told
   */
  putBack(): readonly string[] {
    const changed: string[] = [];
    // Nothing is called here that an app may have changed: no iterator, and no method.
    for (let nth = 0; nth < this.#kept.length; nth += 1) {
      const kept = this.#kept[nth];
      if (kept === undefined || isAs(getOwnPropertyDescriptor(kept.where, kept.key), kept.as)) continue;
      changed[changed.length] = changing + kept.name;
      // What cannot be put back is told once.
      if (!restore(kept)) this.#kept[nth] = undefined;
    }
    const keys = ownKeys(everyObject);
    for (let nth = 0; nth < keys.length; nth += 1) {
      const key = keys[nth] as PropertyKey;
      if (this.#everyKey[key]) continue;
      changed[changed.length] = changing + nameOf('Object.prototype', key);
      if (!deleteProperty(everyObject, key)) this.#everyKey[key] = true;
    }
    return changed;
  }

  /** What is neither a function nor an object, such as the length of stack traces, is for apps to set. */
  #keep(where: object, key: PropertyKey, name: string): void {
    const as = getOwnPropertyDescriptor(where, key);
    if (as?.configurable !== true && as?.writable !== true) return;
    if (as.get !== undefined || isReference(as.value)) this.#kept.push({ where, key, name, as });
  }
}

/** Where there are methods: of the globals and of what they make, and of what has no name. */
const places = (): ReadonlyMap<string, object> => {
  const found = new Map<string, object>();
  for (const name of given.split(' ')) {
    const value: unknown = Reflect.get(globalThis, name);
    if (!isReference(value)) continue;
    found.set(name, value);
    const prototype: unknown = Reflect.get(value, 'prototype');
    if (isReference(prototype)) found.set(`${name}.prototype`, prototype);
  }
  const typed = getPrototypeOf(Uint8Array) as typeof Uint8Array;
  const unnamed: Readonly<Record<string, object>> = {
    TypedArray: typed,
    'TypedArray.prototype': typed.prototype,
    'ArrayIterator.prototype': getPrototypeOf([][Symbol.iterator]()) as object,
    'MapIterator.prototype': getPrototypeOf(new Map().entries()) as object,
    'SetIterator.prototype': getPrototypeOf(new Set().values()) as object,
    'StringIterator.prototype': getPrototypeOf(''[Symbol.iterator]()) as object,
    'Generator.prototype': Reflect.get(getPrototypeOf(function* () {}) as object, 'prototype') as object,
    'AsyncGenerator.prototype': Reflect.get(
      getPrototypeOf(async function* () {}) as object,
      'prototype',
    ) as object,
  };
  for (const [name, where] of Object.entries(unnamed)) found.set(name, where);
  return found;
};

const isReference = (value: unknown): value is object =>
  typeof value === 'function' || (typeof value === 'object' && value !== null);

const isAs = (now: PropertyDescriptor | undefined, as: PropertyDescriptor): boolean =>
  now !== undefined && is(now.value, as.value) && now.get === as.get && now.set === as.set;

const restore = ({ where, key, as }: Kept): boolean => {
  try {
    defineProperty(where, key, as);
    return true;
  } catch {
    return false;
  }
};

const nameOf = (where: string, key: PropertyKey): string =>
  typeof key === 'symbol' ? `${where}[${key.description ?? ''}]` : `${where}.${String(key)}`;
