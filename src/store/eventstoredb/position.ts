import { StoreError } from '../port.js';

/** A place in $all as the server gives it out. For events of one append outside a transaction both parts are the same. */
export interface Place {
  readonly commit: bigint;
  readonly prepare: bigint;
}

const form = /^(\d{1,20}):(\d{1,20})$/;
/** What servers before 22.6 put where an event of a stream has its position. */
const unknown = 2n ** 64n - 1n;

export const formatPosition = ({ commit, prepare }: Place): string => `${commit}:${prepare}`;

/** @throws {StoreError} `invalid` for what no EventStoreDB engine gave out */
export const parsePosition = (position: string): Place => {
  const [, commit, prepare] = form.exec(position) ?? [];
  if (commit === undefined || prepare === undefined) {
    throw new StoreError('invalid', `Not a position of this store: ${position}`);
  }
  return { commit: BigInt(commit), prepare: BigInt(prepare) };
};

export const isKnown = (place: Place | undefined): place is Place =>
  place !== undefined && place.commit !== unknown;

export const isAfter = (one: Place, other: Place): boolean =>
  one.commit > other.commit || (one.commit === other.commit && one.prepare > other.prepare);

export const isSame = (one: Place, other: Place): boolean =>
  one.commit === other.commit && one.prepare === other.prepare;
