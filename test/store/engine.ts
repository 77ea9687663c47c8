import type { ExecutionContext } from 'ava';
import type { OpenStore } from '../../src/store/port.js';

/** How the contract gets at an engine. */
export interface Engine {
  /** A store for one test, closed and cleared away when the test ends. Its clock moves on with every append. */
  open(t: ExecutionContext): Promise<OpenStore>;
  /** Closes the store and opens another over the same events. Absent when nothing outlives the engine. */
  readonly reopen?: (t: ExecutionContext, store: OpenStore) => Promise<OpenStore>;
  /** Another store over the same events, as a second process opens it. Absent when only one can be had. */
  readonly beside?: (t: ExecutionContext, store: OpenStore) => Promise<OpenStore>;
  /** True when no other test's events are in a store that was just opened. */
  readonly startsEmpty: boolean;
  /** Where an append looks for ids that are stored already: see `append` in the port. */
  readonly idsAreUniqueIn: 'store' | 'stream';
}

/** A clock that moves a millisecond each time it is read. */
export const tickingClock = (): (() => number) => {
  let time = Date.UTC(2026, 0, 1);
  return () => {
    time += 1;
    return time;
  };
};
