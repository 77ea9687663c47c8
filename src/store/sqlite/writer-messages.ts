// What goes between a WriterThread and its thread.
import { StoreError, type StoreErrorCode } from '../port.js';
import type { StoreReason } from '../reason.js';
import type { Commit, Committed } from './transaction.js';

/** What the thread is started with. */
export interface ThreadData {
  readonly path: string;
  readonly patienceMs: number;
}

export type ToThread =
  | { readonly kind: 'commit'; readonly commit: Commit }
  | { readonly kind: 'watch' }
  | { readonly kind: 'close' };

export type FromThread =
  | { readonly kind: 'committed'; readonly committed: SentCommitted }
  | { readonly kind: 'failed'; readonly error: SentError }
  | { readonly kind: 'changed' };

/** Of an error's class nothing is left between threads. */
interface SentError {
  readonly code: StoreErrorCode;
  readonly message: string;
  readonly reason: StoreReason | undefined;
}
type Sent<Result> = { readonly result: Result } | { readonly error: SentError };

interface SentCommitted {
  readonly outcomes: readonly Sent<Exclude<Committed['outcomes'][number], StoreError>>[];
  readonly versions: readonly Sent<string>[];
  readonly time: number;
}

export const toSent = ({ code, message, reason }: StoreError): SentError => ({ code, message, reason });
export const fromSent = ({ code, message, reason }: SentError): StoreError =>
  new StoreError(code, message, { reason });

const eachToSent = <Result>(results: readonly (Result | StoreError)[]): Sent<Result>[] =>
  results.map((result) => (result instanceof StoreError ? { error: toSent(result) } : { result }));
const eachFromSent = <Result>(sent: readonly Sent<Result>[]): (Result | StoreError)[] =>
  sent.map((one) => ('error' in one ? fromSent(one.error) : one.result));

export const committedToSent = ({ outcomes, versions, time }: Committed): SentCommitted => ({
  outcomes: eachToSent(outcomes),
  versions: eachToSent(versions),
  time,
});
export const committedFromSent = ({ outcomes, versions, time }: SentCommitted): Committed => ({
  outcomes: eachFromSent(outcomes),
  versions: eachFromSent(versions),
  time,
});
