import type { EventStoreDBClient } from '@eventstore/db-client';
import type { Batch } from './batch.js';

/** What it takes to call the server, while the store is open. */
export interface Calls {
  readonly client: EventStoreDBClient;
  readonly batch: Batch;
  /** How long a server may be silent or away before a reading fails, in milliseconds. */
  readonly patienceMs: number;
  /** Aborts when the store begins to close. */
  readonly closing: AbortSignal;
  /** Ends at once when the store ends, or `stop` aborts. */
  pause(ms: number, stop?: AbortSignal): Promise<void>;
}
