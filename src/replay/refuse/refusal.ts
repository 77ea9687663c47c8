import type { Family } from './families.js';

/** What an app tried that a replay does not let it do. */
export class RefusedCall extends Error {
  override readonly name = 'RefusedCall';

  constructor(call: string, family: Family) {
    super(`${call} is refused in a replay (--allow ${family} lets it)`);
  }
}

/** Told of each call that is refused, or answered with something made up. */
export type Note = (call: string) => void;

// biome-ignore lint/suspicious/noExplicitAny: whatever a built-in module exports.
type Callable = (...given: any[]) => any;

/**
 * Node itself reads the modules of the apps, and their source maps, with the same functions that the apps are refused, some of
 * them by others; and it takes a turn after an error that no one caught. Not all of it: what is queued is called by Node as well.
 */
const loader = /^node:(internal\/(modules|fs|source_map|main)\/|internal\/process\/execution$|fs$)/;

/** Kept, since what an app does to the class must not reach here. */
const OwnError = Error;

/** The file of the code that called what was refused; `depth` frames lie in between. */
const callerFile = (depth: number): string => {
  const { stackTraceLimit } = OwnError;
  const prepareStackTrace: unknown = Reflect.get(OwnError, 'prepareStackTrace');
  let file = '';
  try {
    OwnError.stackTraceLimit = depth + 1;
    OwnError.prepareStackTrace = (_error, frames) => frames[depth]?.getFileName() ?? '';
    file = String(new OwnError('where').stack);
  } finally {
    Reflect.set(OwnError, 'prepareStackTrace', prepareStackTrace);
    OwnError.stackTraceLimit = stackTraceLimit;
  }
  return file;
};

/** A socket over a file that is open already. */
const opens = ([options]: readonly unknown[]): boolean =>
  (options as { readonly fd?: unknown } | undefined)?.fd !== undefined;

export interface Refusal {
  readonly call: string;
  readonly family: Family;
  readonly note: Note;
  /** It gives promises: then the refusal is one that is rejected, as an app expects of it. */
  readonly rejects?: boolean;
  /** A class whose objects do nothing by being there: what they can do is refused. */
  readonly mayBeMade?: boolean;
}

/**
 * A function that looks like the one it stands for, statics and prototype included, and refuses to be called.
 */
export const refused = (original: Callable, refusal: Refusal): Callable => {
  const { call, family, note, rejects = false, mayBeMade = false } = refusal;
  const refuse = (): unknown => {
    note(call);
    const error = new RefusedCall(call, family);
    if (!rejects) throw error;
    return Promise.reject(error);
  };
  return new Proxy(original, {
    apply: (target, self: unknown, given) =>
      // The first two frames are callerFile and this trap. An object of a class that comes of this one is made by a call of it.
      loader.test(callerFile(2)) || (mayBeMade && self instanceof target && !opens(given))
        ? (Reflect.apply(target, self, given) as unknown)
        : refuse(),
    construct: (target, given, newTarget) => {
      if (mayBeMade && !opens(given)) return Reflect.construct(target, given, newTarget as never) as object;
      note(call);
      throw new RefusedCall(call, family);
    },
    // `fs.realpath.native`, and what promisify finds: the same by another name.
    get: (target, key, receiver) => {
      const value: unknown = Reflect.get(target, key, receiver);
      if (key === 'prototype' || typeof value !== 'function') return value;
      if (typeof key === 'string' && key in Function.prototype) return value;
      return refused(value as Callable, { ...refusal, rejects: typeof key === 'symbol' || rejects });
    },
  });
};
