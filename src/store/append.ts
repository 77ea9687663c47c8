import { type AppendOptions, type AppendResult, StoreError } from './port.js';

/** Where an event is that was stored before. */
export interface Place {
  readonly revision: number;
  readonly position: number;
}

/**
 * The answer to an append some of whose ids are in the store; undefined when none is and it must be stored.
 *
 * @throws {StoreError} `invalid` when only a part is there: the call is not a repetition of an earlier one
 */
export const repeated = (found: readonly (Place | undefined)[]): AppendResult | undefined => {
  const there = found.filter((place) => place !== undefined);
  if (there.length === 0) return undefined;
  const last = found.at(-1);
  if (there.length < found.length || last === undefined) {
    throw new StoreError(
      'invalid',
      `${there.length} of the ${found.length} events of this append are stored already.`,
    );
  }
  return appendResult(last, false);
};

export const appendResult = ({ revision, position }: Place, stored: boolean): AppendResult => ({
  revision: BigInt(revision),
  position: String(position),
  stored,
});

/**
 * @param revision - of the stream's last event, -1 without any
 * @throws {StoreError} `conflict`
 */
export const checkRevision = (
  stream: string,
  revision: number,
  expected: AppendOptions['expectedRevision'] = 'any',
): void => {
  if (expected === 'any') return;
  if (expected === 'none' ? revision === -1 : expected >= 0n && expected === BigInt(revision)) return;
  const actual = revision === -1 ? 'has no events' : `is at revision ${revision}`;
  throw new StoreError('conflict', `Stream ${stream} ${actual}, expected was ${expected}.`);
};
