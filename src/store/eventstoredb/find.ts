import { BACKWARDS, END, FORWARDS, START } from '@eventstore/db-client';
import type { RecordedEvent } from '../../domain/event.js';
import { isRestored, type ReadAllOptions } from '../port.js';
import { localFilter } from './filter.js';
import { type LinkStreams, linkedUpTo, linkStreamsOf } from './linkStreams.js';
import { allFound, type Direction, type Found, type From, firstFound, lastFound } from './links.js';
import { merged } from './merge.js';
import { isAfter, isSame, type Place, parsePosition } from './position.js';
import { backwards, clockAllowanceMs, eventAt, firstMatching, forwards, readAll } from './read.js';
import { placeOf, type ReadEvent } from './recorded.js';
import type { Session } from './session.js';
import { type Around, narrowed, placeAt } from './timePlace.js';

/** What `readAll` gives, by the server's streams of links where they hold it: a few events among millions need not be looked for. */
export async function* find(
  session: Session,
  options: ReadAllOptions = {},
): AsyncGenerator<RecordedEvent, void, undefined> {
  session.check();
  const { direction = 'forwards', maxCount = Number.POSITIVE_INFINITY, filter } = options;
  const matches = localFilter(filter);
  if (filter?.types?.length === 0 || filter?.categories?.length === 0) return;
  const links = linkStreamsOf(filter);
  const reach = links === undefined ? undefined : await linkedUpTo(session, links);
  if (links === undefined || reach === undefined) {
    yield* readAll(session, options);
    return;
  }
  if (maxCount <= 0) return;
  const from = options.from === undefined ? undefined : parsePosition(options.from);
  // What is no place of this store is refused here.
  if (from !== undefined) for await (const _ of eventAt(session, from));
  const wanted: Wanted = { links, reach, from, filter };
  const events = (direction === 'forwards' ? oldestFirst : newestFirst)(session, wanted);
  yield* firstMatching(session, events, matches, maxCount);
}

interface Wanted {
  readonly links: LinkStreams;
  /** Up to there everything is linked. */
  readonly reach: Place;
  /** Inclusive. */
  readonly from: Place | undefined;
  readonly filter: ReadAllOptions['filter'];
}

/** By the links as far as they go, then all that came after. */
async function* oldestFirst(
  session: Session,
  { links, reach, from, filter }: Wanted,
): AsyncGenerator<ReadEvent, void, undefined> {
  const since =
    filter?.since === undefined
      ? undefined
      : await placeAt(session, Date.parse(filter.since) - clockAllowanceMs, 'before');
  const end =
    filter?.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(filter.until) + clockAllowanceMs;
  let last: Place | undefined;
  try {
    for await (const { event, place } of linked(session, links, FORWARDS, from ?? since)) {
      if (isAfter(place, reach)) break;
      if (event.created.getTime() >= end) return;
      if (from !== undefined && isAfter(from, place)) continue;
      checkOrder(last === undefined || isAfter(place, last));
      last = place;
      yield event;
    }
    last = from !== undefined && isAfter(from, reach) ? undefined : reach;
  } catch (error) {
    rethrowOrReadOn(session, error);
  }
  for await (const event of forwards(session, last ?? from, filter, Number.POSITIVE_INFINITY))
    if (last === undefined || !isSame(placeOf(event), last)) yield event;
}

/** What the links do not reach yet, then by them. */
async function* newestFirst(
  session: Session,
  { links, reach, from, filter }: Wanted,
): AsyncGenerator<ReadEvent, void, undefined> {
  const begin =
    filter?.since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(filter.since) - clockAllowanceMs;
  const until =
    filter?.until === undefined
      ? undefined
      : await placeAt(session, Date.parse(filter.until) + clockAllowanceMs, 'after');
  const start = from ?? until;
  let last: Place | undefined;
  if (start === undefined || isAfter(start, reach))
    for await (const event of backwards(session, start, filter)) {
      if (!isAfter(placeOf(event), reach)) break;
      last = placeOf(event);
      yield event;
    }
  const upTo = start === undefined || isAfter(start, reach) ? reach : start;
  try {
    for await (const { event, place } of linked(session, links, BACKWARDS, upTo)) {
      if (isAfter(place, upTo)) continue;
      if (event.created.getTime() < begin) return;
      checkOrder(last === undefined || isAfter(last, place));
      last = place;
      yield event;
    }
    return;
  } catch (error) {
    rethrowOrReadOn(session, error);
  }
  for await (const event of backwards(session, last ?? start, filter))
    if (last === undefined || isAfter(last, placeOf(event))) yield event;
}

/** Whatever is wrong with links, all events themselves are there: they are read on from the last that was handed out. */
const rethrowOrReadOn = (session: Session, error: unknown): void => {
  session.check();
  if (isRestored(error)) throw error;
};

/** After a projection was reset, its server links anew what is linked already. */
const checkOrder = (isInOrder: boolean): void => {
  if (!isInOrder) throw new Error('The links are not in the order of their events.');
};

/** What the streams of links lead to, in the order of the store, from about a place on. */
const linked = (
  session: Session,
  { streams }: LinkStreams,
  direction: Direction,
  place: Place | undefined,
): AsyncGenerator<Found, void, undefined> =>
  merged(
    streams.map((stream) => ofStream(session, stream, direction, place)),
    ({ place: one }, { place: other }) =>
      direction === FORWARDS ? isAfter(other, one) : isAfter(one, other),
  );

async function* ofStream(
  session: Session,
  stream: string,
  direction: Direction,
  place: Place | undefined,
): AsyncGenerator<Found, void, undefined> {
  const high = await lastFound(session, stream);
  const low = high && (await firstFound(session, stream, FORWARDS, START));
  if (low === undefined || high === undefined) return;
  yield* allFound(session, stream, direction, await linkAt(session, stream, direction, { low, high }, place));
}

/** So few links are read rather than looked through by halves. */
const fewLinks = 64n;

/** A link a little before the place, in the direction of the reading. */
const linkAt = async (
  session: Session,
  stream: string,
  direction: Direction,
  ends: Around,
  place: Place | undefined,
): Promise<From> => {
  const farthest = direction === FORWARDS ? START : END;
  const { low, high } = ends;
  if (place === undefined || high.revision - low.revision < fewLinks) return farthest;
  if (isAfter(low.place, place)) return direction === FORWARDS ? START : low.revision;
  if (!isAfter(high.place, place)) return direction === FORWARDS ? high.revision : END;
  const around = await narrowed(session, stream, ends, (found) => !isAfter(found.place, place));
  return direction === FORWARDS ? around.low.revision : around.high.revision;
};
