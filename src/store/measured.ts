import { type EventStore, type OpenStore, StoreError, type StoreErrorCode } from './port.js';

/** Told of each append, when it has ended. */
export interface AppendListener {
  /** @param code - of what it failed with; undefined for one that succeeded */
  appended(tookMs: number, code: StoreErrorCode | undefined): void;
}

/**
 * The same store; each append of this process is told.
 *
 * @param steady - milliseconds of a clock that nobody sets
 */
export const measured = (store: OpenStore, steady: () => number, listener: AppendListener): OpenStore => {
  const append: EventStore['append'] = async (stream, events, options) => {
    const begun = steady();
    try {
      const result = await store.append(stream, events, options);
      listener.appended(steady() - begun, undefined);
      return result;
    } catch (error) {
      listener.appended(steady() - begun, error instanceof StoreError ? error.code : 'unavailable');
      throw error;
    }
  };
  const methods = new Map<string | symbol, unknown>([['append', append]]);
  // Everything else is the store's own, which has private fields.
  return new Proxy(store, {
    get: (target, name) => {
      const method = methods.get(name);
      if (method !== undefined) return method;
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const bound: unknown = value.bind(target);
      methods.set(name, bound);
      return bound;
    },
  });
};
