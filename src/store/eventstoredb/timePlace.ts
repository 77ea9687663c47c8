import { BACKWARDS, END, FORWARDS, START } from '@eventstore/db-client';
import { conversationCategory } from '../../domain/connection.js';
import { type Found, firstFound, lastFound } from './links.js';
import type { Place } from './position.js';
import type { Session } from './session.js';

/** The links that the standard projection `$by_category` keeps to all that is in conversations. */
const links = `$ce-${conversationCategory}`;

/** Whether times are found so: the server keeps such links, and lets this user read them. */
export const hasTimes = async (session: Session): Promise<boolean> =>
  (await lastFound(session, links).catch(() => undefined)) !== undefined;

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
    const low = await firstFound(session, links, FORWARDS, START);
    const high = await firstFound(session, links, BACKWARDS, END);
    if (low === undefined || high === undefined) return undefined;
    if (!isBefore(low, instant)) return side === 'before' ? undefined : low.place;
    if (isBefore(high, instant)) return side === 'before' ? high.place : undefined;
    const around = await narrowed(session, links, { low, high }, (found) => isBefore(found, instant));
    return (side === 'before' ? around.low : around.high).place;
  } catch {
    // A server without these links, or a user who may not read them: it is a short cut and nothing else.
    return undefined;
  }
};

const isBefore = ({ event }: Found, instant: number): boolean => event.created.getTime() < instant;

export interface Around {
  /** Lies before what is looked for. */
  readonly low: Found;
  /** Does not. */
  readonly high: Found;
}

/** Halves what lies between two links until they are next to each other. @throws what the client throws */
export const narrowed = async (
  session: Session,
  stream: string,
  around: Around,
  liesBefore: (found: Found) => boolean,
): Promise<Around> => {
  let { low, high } = around;
  while (high.revision - low.revision > 1n) {
    const middle: bigint = (low.revision + high.revision) / 2n;
    const found = await firstFound(session, stream, FORWARDS, middle);
    if (found === undefined || found.revision >= high.revision) break;
    if (liesBefore(found)) low = found;
    else high = { ...found, revision: middle };
  }
  return { low, high };
};
