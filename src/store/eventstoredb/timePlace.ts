import { BACKWARDS, END, FORWARDS, START } from '@eventstore/db-client';
import { conversationCategory } from '../../domain/connection.js';
import { itemsOf, type Reading } from './arrivals.js';
import { knownPlace, type Place } from './position.js';
import type { ReadEvent } from './recorded.js';
import type { Session } from './session.js';

/** The links that the standard projection `$by_category` keeps to all that is in conversations. */
const links = `$ce-${conversationCategory}`;

interface Linked {
  /** Absent when what is linked to is gone. */
  readonly event?: ReadEvent & { readonly position?: Place };
  readonly link?: { readonly revision: bigint };
}

/** An event, and which of the links leads to it. */
interface Found {
  readonly revision: bigint;
  readonly created: number;
  readonly place: Place;
}

/** How many links may lead nowhere, one after the other, before another place is looked at. */
const deadLinks = 32;

/** Whether times are found so: the server keeps such links, and lets this user read them. */
export const hasTimes = async (session: Session): Promise<boolean> =>
  (await readLinks(session, BACKWARDS, END, 1).catch(() => [])).length > 0;

/**
 * About where a time is in the store: found in some twenty steps of a millisecond, where to read up to it may take minutes.
 *
 * @param side - `before`: the last one that was stored before it, `after`: the first one that was not
 * @returns undefined when there is none, or it cannot be found this way: then all has to be read
 */
export const placeAt = async (
  session: Session,
  instant: number,
  side: 'before' | 'after',
): Promise<Place | undefined> => {
  try {
    let low = await first(session, FORWARDS, START);
    let high = await first(session, BACKWARDS, END);
    if (low === undefined || high === undefined) return undefined;
    if (low.created >= instant) return side === 'before' ? undefined : low.place;
    if (high.created < instant) return side === 'before' ? high.place : undefined;
    // The first was stored before the time, the last was not.
    while (high.revision - low.revision > 1n) {
      const middle: bigint = (low.revision + high.revision) / 2n;
      const found = await first(session, FORWARDS, middle);
      if (found === undefined || found.revision >= high.revision) break;
      if (found.created < instant) low = found;
      else high = { ...found, revision: middle };
    }
    return side === 'before' ? low.place : high.place;
  } catch {
    // A server without these links, or a user who may not read them: it is a short cut and nothing else.
    return undefined;
  }
};

type Direction = typeof FORWARDS | typeof BACKWARDS;
type From = typeof START | typeof END | bigint;

const first = async (session: Session, direction: Direction, from: From): Promise<Found | undefined> => {
  for (const { event, link } of await readLinks(session, direction, from, deadLinks)) {
    const place = knownPlace(event?.position);
    if (event !== undefined && link !== undefined && place !== undefined)
      return { revision: link.revision, created: event.created.getTime(), place };
  }
  return undefined;
};

/** @throws what the client throws */
const readLinks = async (
  { client, patienceMs }: Session,
  direction: Direction,
  fromRevision: From,
  maxCount: number,
): Promise<readonly Linked[]> => {
  const reading = client.readStream(links, { direction, fromRevision, maxCount, resolveLinkTos: true });
  const found: Linked[] = [];
  for await (const item of itemsOf(reading as unknown as Reading<Linked>, patienceMs)) {
    found.push(item);
    // Mostly the first one leads somewhere.
    if (item.event !== undefined) break;
  }
  return found;
};
