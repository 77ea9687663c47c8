import { BACKWARDS, END } from '@eventstore/db-client';
import { itemsOf, type Reading } from './arrivals.js';
import type { Calls } from './calls.js';
import { hiddenPrefix } from './hidden.js';
import { noteOf } from './note.js';

/** Something that takes a right. */
export interface Operation {
  /** For people to read: `read $all`. */
  readonly doing: string;
  /** The one that it is about; absent for all. */
  readonly stream?: string;
  /** Asks the server for the same, of the same kind of streams, and changes nothing. Throws what the client throws. */
  readonly ask: (calls: Calls) => Promise<unknown>;
}

/** How long an answer is waited for, in milliseconds. */
const patienceMs = 1_000;
/** No stream has got there: an append that expects it is refused, if not for its right. */
const neverReached = 2n ** 62n;

export const readAllOperation: Operation = {
  doing: 'read $all',
  ask: ({ client }) => drained(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 })),
};

export const readOperation = (stream: string): Operation => ({
  doing: `read ${kindOf(stream)}`,
  stream,
  ask: ({ client }) => drained(client.readStream(nobodys(stream), { maxCount: 1 })),
});

export const appendOperation = (stream: string): Operation => ({
  doing: `append to ${kindOf(stream)}`,
  stream,
  ask: ({ batch }) =>
    batch.append(nobodys(stream), [noteOf(`${hiddenPrefix}Nothing`, {})], neverReached, patienceMs),
});

/** A stream for people to read, without whose it is. */
const kindOf = (stream: string): string => stream.replace(/(^(?:\$\$)?threadless\.|-).*/s, '$1…');

/** A stream of the same kind that is not there. */
const nobodys = (stream: string): string => {
  const name = `${hiddenPrefix}nobody`;
  if (stream.includes('-')) return stream.replace(/-.*/s, `-${name}`);
  return stream.startsWith('$$') ? `$$${name}` : name;
};

const drained = async (reading: unknown): Promise<void> => {
  for await (const _ of itemsOf(reading as Reading<unknown>, patienceMs));
};
