import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import type { Note } from './refusal.js';

/** Every clock shows the time of the decision that was recorded, and each look at one is noted. @param now - milliseconds since 1970 */
export const stopClocks = (now: () => number, note: Note): void => {
  const told = (call: string) => {
    note(call);
    return now();
  };
  stopDate(told);
  Object.defineProperty(Object.getPrototypeOf(performance), 'now', {
    value: () => told('performance.now'),
    writable: true,
    configurable: true,
  });
  const nanoseconds = (call: string) => BigInt(told(call)) * 1_000_000n;
  const hrtime = (before: readonly [number, number] = [0, 0]): [number, number] => {
    const passed = nanoseconds('process.hrtime') - (BigInt(before[0]) * 1_000_000_000n + BigInt(before[1]));
    return [Number(passed / 1_000_000_000n), Number(passed % 1_000_000_000n)];
  };
  process.hrtime = Object.assign(hrtime, { bigint: () => nanoseconds('process.hrtime.bigint') });
  process.uptime = () => told('process.uptime') / 1_000;
  os.uptime = () => told('os.uptime') / 1_000;
  syncBuiltinESMExports();
};

const stopDate = (told: (call: string) => number): void => {
  const stopped = new Proxy(Date, {
    apply: (target) => new target(told('Date')).toString(),
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length === 0 ? [told('new Date')] : given, newTarget as never) as Date,
    get: (target, key, receiver) =>
      key === 'now' ? () => told('Date.now') : (Reflect.get(target, key, receiver) as unknown),
  });
  // The class is also found from any date that an app is given.
  Object.defineProperty(Date.prototype, 'constructor', {
    value: stopped,
    writable: true,
    configurable: true,
  });
  globalThis.Date = stopped;
  stopFormats(told);
};

/** A format that is given no date takes the present one. */
const stopFormats = (told: (call: string) => number): void => {
  const dated = (date: unknown) => date ?? told('Intl.DateTimeFormat');
  const prototype: object = Intl.DateTimeFormat.prototype;
  const format: unknown = Reflect.get(Object.getOwnPropertyDescriptor(prototype, 'format') ?? {}, 'get');
  if (typeof format === 'function')
    Object.defineProperty(prototype, 'format', {
      configurable: true,
      get(this: unknown) {
        const formatOne = Reflect.apply(format, this, []) as (date: unknown) => string;
        return (date?: unknown) => formatOne(dated(date));
      },
    });
  const { value: toParts } = Object.getOwnPropertyDescriptor(prototype, 'formatToParts') ?? {};
  if (typeof toParts === 'function')
    Object.defineProperty(prototype, 'formatToParts', {
      configurable: true,
      writable: true,
      value(this: unknown, date?: unknown): unknown {
        return Reflect.apply(toParts, this, [dated(date)]);
      },
    });
};
