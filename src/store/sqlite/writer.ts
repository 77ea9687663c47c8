import type { Connection } from './connection.js';
import { patiently } from './errors.js';
import type { Commit, Committed, Transactions } from './transaction.js';
import { watchOtherProcesses } from './watch.js';

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
