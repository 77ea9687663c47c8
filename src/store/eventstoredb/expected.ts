import { type AppendOptions, StoreError } from '../port.js';
import type { KnownStream } from './known.js';

/**
 * The revision to append at; undefined when the stream must be looked at again: others may have written since, and perhaps these very
 * events. Where nothing can be read the server is asked by the append itself: it knows how far a stream had got that was cut away.
 *
 * @param asked - what the stream is at the server has told already: what it said counts
 * @throws {StoreError} `conflict`
 */
export const revisionFor = (
  stream: string,
  expected: NonNullable<AppendOptions['expectedRevision']>,
  known: KnownStream,
  asked: boolean,
): bigint | undefined => {
  const { last } = known;
  // Events that were cut away count on, though no one can read them: for callers there are none.
  if (expected === 'any' || (expected === 'none' && known.isEmpty)) return last;
  if (expected === last && last !== -1n) return last;
  if (!asked) return known.isEmpty && expected !== 'none' && expected > last ? expected : undefined;
  const actual = known.isEmpty ? 'has no events' : `is at revision ${last}`;
  throw new StoreError('conflict', `Stream ${stream} ${actual}, expected was ${expected}.`);
};
