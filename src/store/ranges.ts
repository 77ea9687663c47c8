import { parsePosition } from './filter.js';
import type { ReadAllOptions, ReadStreamOptions } from './port.js';

// Readers name the first event they want; pages begin after an exclusive cursor.

/** The exclusive cursor of `readStream`, a revision. */
export const streamCursor = ({ from, direction = 'forwards' }: ReadStreamOptions): number => {
  if (direction === 'forwards') return Math.max(safeNumber(from ?? 0n), 0) - 1;
  return from === undefined ? Number.MAX_SAFE_INTEGER : Math.max(safeNumber(from), -1) + 1;
};

/** The exclusive cursor of `readAll`, a position. */
export const logCursor = ({ from, direction = 'forwards' }: ReadAllOptions): number => {
  if (direction === 'forwards') return from === undefined ? 0 : parsePosition(from) - 1;
  return from === undefined ? Number.MAX_SAFE_INTEGER : parsePosition(from) + 1;
};

/** No stream gets as long as the numbers that a double cannot hold. */
const safeNumber = (revision: bigint): number =>
  Math.min(Math.max(Number(revision), -1), Number.MAX_SAFE_INTEGER - 1);
