import { StoreError } from '../port.js';

/** A place in $all as the server gives it out. For events of one append outside a transaction both parts are the same. */
export interface Place {
  readonly commit: bigint;
  readonly prepare: bigint;
}

const form = /^(\d{1,20}):(\d{1,20})$/;
/** Places count bytes in a signed 64-bit number. What is larger stands for "nowhere": the server's -1. */
const beyondAll = 2n ** 63n;

export const formatPosition = ({ commit, prepare }: Place): string => `${commit}:${prepare}`;

/** The place that a text names; undefined for what is none. */
export const placeIn = (position: string): Place | undefined => {
  const [, commit, prepare] = form.exec(position) ?? [];
  if (commit === undefined || prepare === undefined) return undefined;
  return knownPlace({ commit: BigInt(commit), prepare: BigInt(prepare) });
};

/** @throws {StoreError} `invalid` for what no EventStoreDB engine gave out */
export const parsePosition = (position: string): Place => {
  const place = placeIn(position);
  if (place === undefined) throw new StoreError('invalid', `Not a position of this store: ${position}`);
  return place;
};

/**
 * Every place that the server tells comes in here. Where it knows none it says -1: in the checkpoints of a subscription
 * that has matched nothing yet, in the answer to a repeated append, in streams before 22.6.
 */
export const knownPlace = (told: Place | undefined): Place | undefined =>
  told !== undefined && told.commit < beyondAll && told.prepare < beyondAll ? told : undefined;

export const isAfter = (one: Place, other: Place): boolean =>
  one.commit > other.commit || (one.commit === other.commit && one.prepare > other.prepare);

export const isSame = (one: Place, other: Place): boolean =>
  one.commit === other.commit && one.prepare === other.prepare;
