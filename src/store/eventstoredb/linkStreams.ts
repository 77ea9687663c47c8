import { BACKWARDS } from '@eventstore/db-client';
import type { EventFilter } from '../port.js';
import { categoryOf } from '../stored.js';
import { isHidden } from './hidden.js';
import { isWhole, lastFound } from './links.js';
import { isAfter, type Place } from './position.js';
import { everything, readHead } from './read.js';
import { placeOf, type ReadEvent } from './recorded.js';
import type { Session } from './session.js';

/** One of the standard projections, and the streams of links that it writes. */
interface Kind {
  readonly projection: string;
  readonly prefix: string;
  /** What names the stream in which an event is linked; undefined: it is linked in none. */
  readonly nameOf: (event: ReadEvent) => string | undefined;
}

const kinds = {
  correlation: {
    projection: '$by_correlation_id',
    prefix: '$bc-',
    nameOf: ({ metadata }) => textOf((metadata as { $correlationId?: unknown } | undefined)?.$correlationId),
  },
  type: { projection: '$by_event_type', prefix: '$et-', nameOf: ({ type }) => textOf(type) },
  category: {
    projection: '$by_category',
    prefix: '$ce-',
    nameOf: ({ streamId }) => textOf(categoryOf(streamId)),
  },
} as const satisfies Record<string, Kind>;

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Streams of links in which all that is wanted is. */
export interface LinkStreams {
  readonly kind: Kind;
  readonly streams: readonly string[];
}

/** More at a time are merged less quickly than all is read. */
const mostStreams = 16;

/** Where the server may have linked what a filter asks for: the narrowest. Undefined: nowhere. */
export const linkStreamsOf = ({
  correlationId,
  types,
  categories,
}: EventFilter = {}): LinkStreams | undefined => {
  const [kind, names]: readonly [Kind, readonly string[] | undefined] =
    correlationId !== undefined
      ? [kinds.correlation, [correlationId]]
      : types !== undefined
        ? [kinds.type, types]
        : [kinds.category, categories];
  if (names === undefined || names.length === 0 || names.length > mostStreams || names.includes(''))
    return undefined;
  return { kind, streams: [...new Set(names)].map((name) => `${kind.prefix}${name}`) };
};

/** How many records at the end of the store are looked through for one that is linked. */
const mostRecords = 20_000;
/** The links of one moment need not be written in the order of their events: nothing of so many milliseconds is relied on. */
const unsettledMs = 1_000;

/** Further from the end than so many bytes of the server's log, it is looked for anew. */
const nearEnd = 2n ** 20n;

/** Up to where everything was linked when it was looked for, by projection. */
interface Reach {
  readonly place: Place;
  readonly timeline: number;
}
const reaches = new WeakMap<Session, Map<string, Reach>>();

/**
 * Links are written a moment after their events, or long after by a server that has just begun with it.
 *
 * @returns a place up to which everything is linked; undefined when there is none near the end, or something is missing at the front
 */
export const linkedUpTo = async (
  session: Session,
  { kind, streams }: LinkStreams,
): Promise<Place | undefined> => {
  try {
    for (const stream of streams) if (!(await isWhole(session, stream))) return undefined;
    return await reachOf(session, kind);
  } catch {
    // A server without these links, or a user who may not read them: it is a short cut and nothing else.
    session.check();
    return undefined;
  }
};

const reachOf = async (session: Session, kind: Kind): Promise<Place | undefined> => {
  const timeline = session.timeline.number;
  const known = reaches.get(session) ?? new Map<string, Reach>();
  reaches.set(session, known);
  const before = known.get(kind.projection);
  const head = await readHead(session);
  if (before?.timeline === timeline && head !== undefined && head.commit - before.place.commit < nearEnd)
    return before.place;
  const place = await settledPlace(session, kind);
  if (place !== undefined) known.set(kind.projection, { place, timeline });
  return place;
};

const settledPlace = async (session: Session, kind: Kind): Promise<Place | undefined> => {
  let [records, candidates, nextLook] = [0, 0, 1];
  let settledAt: number | undefined;
  for await (const event of everything(session, undefined, BACKWARDS, firstRecords)) {
    records += 1;
    if (settledAt !== undefined && event.created.getTime() < settledAt) return placeOf(event);
    if (records > mostRecords) return undefined;
    if (settledAt !== undefined) continue;
    const name = isHidden(event.streamId) || event.type.startsWith('$') ? undefined : kind.nameOf(event);
    if (name === undefined) continue;
    candidates += 1;
    if (candidates < nextLook) continue;
    // Of a server that lags behind ever fewer are looked up.
    nextLook *= 2;
    const last = await lastFound(session, `${kind.prefix}${name}`);
    if (last !== undefined && !isAfter(placeOf(event), last.place))
      settledAt = event.created.getTime() - unsettledMs;
  }
  return undefined;
};

const firstRecords = 64;

/** In a sentence, with what it costs. */
export const whyNotLinked = ({ kind }: LinkStreams): string =>
  `This EventStoreDB keeps no ${kind.prefix}… up to its last events (--start-standard-projections, ${kind.projection}), or lets this user not read them: all that is stored is read, a second for each some 50,000 events.`;
