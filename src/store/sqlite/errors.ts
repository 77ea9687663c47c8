import { setTimeout } from 'node:timers/promises';
import { StoreError, type StoreErrorCode } from '../port.js';
import type { StoreReason } from '../reason.js';

// https://www.sqlite.org/rescode.html: the low byte is the kind of the error.
const busy = 5;
const locked = 6;
type Cause = readonly [StoreErrorCode, string, StoreReason?];
const causes: ReadonlyMap<number, Cause> = new Map([
  [busy, ['unavailable', 'Another process holds the lock of the store.', 'locked']],
  [locked, ['unavailable', 'The store is locked.', 'locked']],
  [8, ['unavailable', 'The store cannot be written: it is read-only.']],
  [10, ['unavailable', 'The disk of the store failed.']],
  [11, ['unavailable', 'The file of the store is damaged.', 'damaged']],
  [13, ['unavailable', 'The disk of the store is full.']],
  [14, ['unavailable', 'The file of the store cannot be opened.']],
  [26, ['unsupported', 'The file is not an SQLite database.', 'foreign']],
]);

const kindOf = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined;

const causeOf = (error: unknown): Cause | undefined =>
  // Of the same kind as a fault in a statement of ours, which is none on a store that is whole.
  error instanceof Error && /^no such (?:table|column):/.test(error.message)
    ? ['unavailable', 'The store is damaged: a part of it is missing.', 'damaged']
    : causes.get(kindOf(error) ?? 0);

/** What the driver threw, in the words of the port. What SQLite did not expect either is `unavailable`: not stored. */
export const toStoreError = (error: unknown): StoreError => {
  if (error instanceof StoreError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  const [code, sentence, reason] = causeOf(error) ?? ['unavailable', 'The store failed.'];
  return new StoreError(code, `${sentence} (${detail})`, { cause: error, reason });
};

/** What a person can do something about; undefined where only the message tells. */
export const reasonOf = (error: unknown): StoreReason | undefined =>
  error instanceof StoreError ? error.reason : causeOf(error)?.[2];

/** What the file holds cannot be trusted, or is no database. */
export const isDamage = (error: unknown): boolean => {
  const kind = kindOf(error);
  // @photostructure/sqlite 1.2.1 tells no code with what fails while rows are read.
  return kind === undefined
    ? error instanceof Error && /database disk image is malformed|file is not a database/.test(error.message)
    : kind === 11 || kind === 26;
};

export const isBusy = (error: unknown): boolean => {
  const kind = kindOf(error);
  return kind === busy || kind === locked;
};

/**
 * Does the work, again each millisecond while another process holds the lock. SQLite's own busy_timeout would stop the
 * event loop for as long, and waits longer between its attempts.
 *
 * @throws {StoreError} `unavailable` after `patienceMs` milliseconds
 */
export const patiently = async <T>(work: () => T, patienceMs: number): Promise<T> => {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw toStoreError(error);
    }
    await setTimeout(1);
  }
};
