import type { Log } from '../../domain/log.js';
import type { RunningStatus } from '../statesFile.js';

// What a router and the process of its projections say to each other: plain data.

/** What the process works on. `StoreConfig`: by what its program opens the store. */
export interface Task<StoreConfig> {
  readonly store: StoreConfig;
  /** Where states are kept, and who runs the projections is known. */
  readonly data: string;
  /** Of the projections' files. */
  readonly folders: readonly string[];
}

export type ToProcess<StoreConfig> =
  | { readonly kind: 'run'; readonly task: Task<StoreConfig> }
  | { readonly kind: 'stop' };

export type FromProcess =
  /** Why it ends: a sentence. */
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'statuses'; readonly statuses: readonly RunningStatus[] }
  | {
      readonly kind: 'log';
      readonly level: keyof Log;
      readonly fields: object;
      readonly message: string;
    };
