import { createRequire, syncBuiltinESMExports } from 'node:module';
import { type Family, globals, modules, processCalls, type Refused } from './families.js';
import { type Note, type Refusal, refused } from './refusal.js';

const require = createRequire(import.meta.url);

type Exports = Record<string, unknown>;

/**
 * Refuses what reaches out of the thread, in the modules themselves: so it is refused however an app comes by them, by import,
 * by require, and while it is loaded.
 */
export const refuseBuiltins = (allowed: ReadonlySet<Family>, note: Note): void => {
  for (const [name, what] of Object.entries(modules)) {
    const exported = allowed.has(what.family) ? undefined : moduleOf(name);
    if (exported !== undefined) refuseModule(name, exported, what, note);
  }
  if (!allowed.has('threads')) hideThread();
  refuseIn(process, 'process.', processCalls, allowed, note);
  refuseIn(process.report ?? {}, 'process.report.', { writeReport: 'fs', getReport: 'fs' }, allowed, note);
  refuseIn(globalThis, '', globals, allowed, note);
  refuseIn(AbortSignal, 'AbortSignal.', { timeout: 'timers' }, allowed, note);
  if (!allowed.has('fs')) hideStorage(note);
  syncBuiltinESMExports();
};

const moduleOf = (name: string): Exports | undefined => {
  try {
    return require(`node:${name}`) as Exports;
  } catch {
    return undefined;
  }
};

const refuseModule = (name: string, exported: Exports, what: Refused, note: Note): void => {
  const { family, only, methods = false, harmless = [], makes = [] } = what;
  const rejects = name.endsWith('/promises');
  for (const key of only ?? Object.keys(exported)) {
    const value = exported[key];
    if (typeof value !== 'function' || harmless.includes(key)) continue;
    const refusal = { call: `${name}.${key}`, family, note, rejects, mayBeMade: makes.includes(key) };
    if (methods) refuseMethods(value.prototype as Exports | undefined, refusal);
    replace(exported, key, refusal);
  }
  const { scheduler } = exported as { scheduler?: object };
  if (!rejects || scheduler === undefined) return;
  // Its methods are those of its class.
  const prototype = Object.getPrototypeOf(scheduler) as Exports;
  for (const key of ['wait', 'yield'])
    replace(prototype, key, { call: `${name}.scheduler.${key}`, family, note, rejects });
};

/** An agent or a socket that was there before, or may be made, must not open anything either. */
const refuseMethods = (prototype: Exports | undefined, { call, family, note }: Refusal): void => {
  if (typeof prototype !== 'object' || prototype === null) return;
  for (const key of Object.getOwnPropertyNames(prototype)) {
    if (key === 'constructor' || key.startsWith('_')) continue;
    const { value } = Object.getOwnPropertyDescriptor(prototype, key) ?? {};
    if (typeof value === 'function') replace(prototype, key, { call: `${call}.${key}`, family, note });
  }
};

const refuseIn = (
  where: object,
  name: string,
  calls: Readonly<Record<string, Family>>,
  allowed: ReadonlySet<Family>,
  note: Note,
): void => {
  for (const [key, family] of Object.entries(calls)) {
    const refusal = { call: `${name}${key}`, family, note, rejects: key === 'fetch' };
    if (!allowed.has(family)) replace(where, key, refusal);
  }
};

const replace = (where: object, key: string, refusal: Refusal): void => {
  const value: unknown = Reflect.get(where, key);
  if (typeof value !== 'function') return;
  const described = Object.getOwnPropertyDescriptor(where, key) ?? {};
  const { configurable, writable, enumerable } = described;
  const isSet = Reflect.get(described, 'set') !== undefined;
  const given = refused(value as () => unknown, refusal);
  if (isSet || (configurable === false && writable === true)) Reflect.set(where, key, given);
  else if (configurable !== false)
    Object.defineProperty(where, key, {
      value: given,
      writable: true,
      configurable: true,
      enumerable: enumerable ?? true,
    });
};

/** The line to who runs the replay is not the app's. */
const hideThread = (): void => {
  const threads = require('node:worker_threads') as Exports;
  for (const key of ['parentPort', 'workerData']) threads[key] = null;
};

/** Kept in a file, where there is one. */
const hideStorage = (note: Note): void => {
  for (const key of ['localStorage', 'sessionStorage']) {
    if (!(key in globalThis)) continue;
    Object.defineProperty(globalThis, key, {
      configurable: true,
      get: () => {
        note(key);
        return undefined;
      },
    });
  }
};
