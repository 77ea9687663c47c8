import type { ExecutionContext } from 'ava';
import type { OpenStore } from '../../../src/store/port.js';

/** A store that several processes work on. */
export interface SharedStore {
  /** The keys of the configuration that lead to it. */
  readonly config: object;
  /** Opens it for the test to look into. */
  open(): Promise<OpenStore>;
}

/** How the tests with several processes get at an engine: a store for one test, cleared away when it ends. */
export type SharedEngine = (t: ExecutionContext) => Promise<SharedStore>;
