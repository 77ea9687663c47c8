import { BACKWARDS, END, FORWARDS, type START } from '@eventstore/db-client';
import { itemsOf, type Reading } from './arrivals.js';
import { failureOf } from './errors.js';
import { knownPlace, type Place } from './position.js';
import type { ReadEvent } from './recorded.js';
import type { Session } from './session.js';

interface Linked {
  /** Absent when what is linked to is gone. */
  readonly event?: ReadEvent & { readonly position?: Place };
  readonly link?: { readonly revision: bigint };
}

/** An event, and which of the links leads to it. */
export interface Found {
  readonly revision: bigint;
  readonly place: Place;
  readonly event: ReadEvent;
}

export type Direction = typeof FORWARDS | typeof BACKWARDS;
export type From = typeof START | typeof END | bigint;

/** How many links may lead nowhere, one after the other, before another place is looked at. */
const deadLinks = 32;
/** Of links that are asked for in one call. */
const [firstPage, largestPage] = [32, 4_096];

/** The first link from there on that leads somewhere. @throws what the client throws */
export const firstFound = async (
  session: Session,
  stream: string,
  direction: Direction,
  from: From,
): Promise<Found | undefined> => {
  for await (const item of reading(session, stream, direction, from, deadLinks)) {
    const found = foundIn(item);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** All that the links lead to, page by page. @throws what the client throws; an error too where the reading was cut off */
export async function* allFound(
  session: Session,
  stream: string,
  direction: Direction,
  from: From,
): AsyncGenerator<Found, void, undefined> {
  const { number } = session.timeline;
  let next = from;
  for (let count = firstPage; ; count = Math.min(count * 4, largestPage)) {
    await session.isStill(number);
    const { client } = session;
    let read = 0;
    for await (const item of reading(session, stream, direction, next, count)) {
      read += 1;
      if (item.link !== undefined) next = item.link.revision + (direction === FORWARDS ? 1n : -1n);
      const found = foundIn(item);
      if (found !== undefined) yield found;
    }
    // Calls of a client that was replaced end as if there were no more.
    if (client !== session.client) throw new Error('The reading was cut off.');
    if (read < count || next === -1n) return;
  }
}

/**
 * Whether nothing is missing at the front of a stream of links: someone may have set it to keep the last few alone, or deleted it.
 *
 * @throws what the client throws
 */
export const isWhole = async (session: Session, stream: string): Promise<boolean> => {
  try {
    const first = session.client.readStream(stream, { direction: FORWARDS, maxCount: 1 });
    for await (const { event } of itemsOf(first as unknown as Reading<Linked>, session.patienceMs))
      return event?.revision === 0n;
    return false;
  } catch (error) {
    if (failureOf(error) !== 'not-found') throw error;
    const { metadata } = await session.client.getStreamMetadata(stream);
    return metadata?.truncateBefore === undefined;
  }
};

/** The last event that is linked there. @throws what the client throws */
export const lastFound = async (session: Session, stream: string): Promise<Found | undefined> => {
  try {
    return await firstFound(session, stream, BACKWARDS, END);
  } catch (error) {
    if (failureOf(error) === 'not-found') return undefined;
    throw error;
  }
};

const reading = (
  { client, patienceMs }: Session,
  stream: string,
  direction: Direction,
  fromRevision: From,
  maxCount: number,
): AsyncIterable<Linked> =>
  itemsOf(
    client.readStream(stream, {
      direction,
      fromRevision,
      maxCount,
      resolveLinkTos: true,
    }) as unknown as Reading<Linked>,
    patienceMs,
  );

const foundIn = ({ event, link }: Linked): Found | undefined => {
  const place = knownPlace(event?.position);
  return event === undefined || link === undefined || place === undefined
    ? undefined
    : { revision: link.revision, place, event };
};
