import type { Connection } from './connection.js';
import { patiently } from './errors.js';
import type { Append, Committed, Replacement, Transactions } from './transaction.js';
import { watchOtherProcesses } from './watch.js';

/** What goes into one transaction. */
export interface Commit {
  readonly appends: readonly Append[];
  /** Positions by the names of their readers. */
  readonly checkpoints: ReadonlyMap<string, string>;
  readonly replacements: readonly Replacement[];
  /** Milliseconds since 1970: when the events are recorded. */
  readonly now: number;
}

/** Stores transactions, each when the one before is answered. */
export interface Writer {
  /**
   * Everything or, when it rejects, nothing.
   *
   * @throws {StoreError} `unavailable`
   */
  commit(commit: Commit): Promise<Committed>;
  /** Calls `changed` after commits of others, until closed. */
  watch(changed: () => void): void;
  close(): Promise<void>;
}

/** A writer on this thread, over a connection that is the caller's. */
export const createWriter = (
  connection: Connection,
  transactions: Transactions,
  patienceMs: number,
): Writer => {
  let stopWatching: (() => void) | undefined;
  return {
    commit: (commit) => patiently(() => transactions.commit(commit), patienceMs),
    watch: (changed) => {
      stopWatching ??= watchOtherProcesses(connection, changed);
    },
    close: async () => stopWatching?.(),
  };
};
