import { BACKWARDS, END, FORWARDS, START } from '@eventstore/db-client';
import type { RecordedEvent } from '../../domain/event.js';
import { type EventFilter, type ReadAllOptions, type ReadStreamOptions, StoreError } from '../port.js';
import { itemsOf } from './arrivals.js';
import { closedError, failureOf } from './errors.js';
import { isSelective, localFilter } from './filter.js';
import { follow } from './follow.js';
import { type Operation, readAllOperation, readOperation } from './operations.js';
import { isAfter, isSame, type Place, parsePosition } from './position.js';
import { placeOf, type ReadEvent, recordedEvent } from './recorded.js';
import type { Session } from './session.js';
import { placeAt } from './timePlace.js';

/** Of events that are asked for in one call. */
const [firstPage, largestPage] = [32, 4_096];
const maxRevision = 2n ** 63n - 1n;
/** How far the clocks of the servers that led may be apart: times in $all are not quite in order. */
export const clockAllowanceMs = 600_000;

/** The events of a stream as the client gives them, over interruptions. Nothing for a stream that is not there. */
export async function* streamEvents(
  session: Session,
  stream: string,
  { from, direction = 'forwards', maxCount = Number.MAX_SAFE_INTEGER }: ReadStreamOptions = {},
): AsyncGenerator<ReadEvent, void, undefined> {
  const step = direction === 'forwards' ? 1n : -1n;
  let next = from !== undefined && from > maxRevision && step === -1n ? undefined : from;
  if (next !== undefined && next < 0n && step === 1n) next = 0n;
  let left = maxCount;
  const open = () =>
    session.client.readStream(stream, {
      direction: step === 1n ? FORWARDS : BACKWARDS,
      fromRevision: next ?? (step === 1n ? START : END),
      maxCount: left,
    });
  const wanted = () => left > 0 && (next === undefined || (next >= 0n && next <= maxRevision));
  for await (const event of resumed(session, readOperation(stream), open, wanted)) {
    next = event.revision + step;
    left -= 1;
    yield event;
  }
}

export async function* readStream(
  session: Session,
  stream: string,
  options?: ReadStreamOptions,
): AsyncGenerator<RecordedEvent, void, undefined> {
  session.check();
  if (!stream.isWellFormed() || stream === '') return;
  for await (const event of streamEvents(session, stream, options)) {
    session.check();
    yield recordedEvent(event);
  }
  session.check();
}

/** Reads until there is no more, opening again where it was cut off. `open` and `wanted` know how far it is. */
async function* resumed(
  session: Session,
  operation: Operation,
  open: () => AsyncIterable<unknown>,
  wanted: () => boolean,
  patienceMs = session.patienceMs,
): AsyncGenerator<ReadEvent, void, undefined> {
  const tries = session.tries(operation, patienceMs);
  let begunIn: number | undefined;
  while (wanted()) {
    if (session.ended.aborted) throw closedError();
    const { client } = session;
    try {
      const settling = session.timeline.settle();
      if (settling) await settling;
      begunIn ??= session.timeline.number;
      await session.isStill(begunIn);
      for await (const { event } of itemsOf<{ event?: ReadEvent }>(open() as never, session.patienceMs)) {
        tries.succeeded();
        if (event) yield event;
      }
      // Calls of a client that was replaced, or of a store that was closed, end as if there were no more.
      if (client === session.client && !session.ended.aborted) return;
    } catch (error) {
      const failure = failureOf(error);
      if (failure === 'not-found' || failure === 'deleted') return;
      await tries.failed(error, client);
    }
  }
}

/** Where the last event of all is, the server's own included; undefined in an empty store. */
export const readHead = async (session: Session, patienceMs?: number): Promise<Place | undefined> => {
  const open = () => session.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 });
  for await (const event of resumed(session, readAllOperation, open, () => true, patienceMs)) {
    const place = placeOf(event);
    session.timeline.saw(place, event.id);
    return place;
  }
  return undefined;
};

export async function* readAll(
  session: Session,
  options: ReadAllOptions = {},
): AsyncGenerator<RecordedEvent, void, undefined> {
  session.check();
  const { direction = 'forwards', maxCount = Number.POSITIVE_INFINITY, filter } = options;
  const matches = localFilter(filter);
  const from = options.from === undefined ? undefined : parsePosition(options.from);
  if (maxCount <= 0) return;
  const events =
    direction === 'forwards' ? forwards(session, from, filter, maxCount) : backwards(session, from, filter);
  yield* firstMatching(session, events, matches, maxCount);
}

/** The first so many of the events that match, as the port gives them, while the store is open. */
export async function* firstMatching(
  session: Session,
  events: AsyncIterable<ReadEvent>,
  matches: ReturnType<typeof localFilter>,
  maxCount: number,
): AsyncGenerator<RecordedEvent, void, undefined> {
  let left = maxCount;
  for await (const event of events) {
    session.check();
    if (!matches(event)) continue;
    yield recordedEvent(event);
    left -= 1;
    if (left <= 0) return;
  }
  session.check();
}

/** Up to what is the last event now. */
export async function* forwards(
  session: Session,
  from: Place | undefined,
  filter: EventFilter | undefined,
  maxCount: number,
): AsyncGenerator<ReadEvent, void, undefined> {
  const head = await readHead(session);
  if (head === undefined || (from && isAfter(from, head))) return;
  const first = filter === undefined ? maxCount : Number.POSITIVE_INFINITY;
  const since = from === undefined ? await placeBefore(session, filter) : undefined;
  const events = isSelective(filter)
    ? selected(session, from, filter, since)
    : everything(session, from ?? since, FORWARDS, Math.min(first, Number.MAX_SAFE_INTEGER));
  const end =
    filter?.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(filter.until) + clockAllowanceMs;
  for await (const event of events) {
    const place = placeOf(event);
    if (isAfter(place, head) || event.created.getTime() >= end) return;
    yield event;
    if (isSame(place, head)) return;
  }
}

/** What was stored before the range need not be read. */
const placeBefore = async (session: Session, { since }: EventFilter = {}): Promise<Place | undefined> =>
  since === undefined ? undefined : placeAt(session, Date.parse(since) - clockAllowanceMs, 'before');

const placeAfter = async (session: Session, { until }: EventFilter = {}): Promise<Place | undefined> =>
  until === undefined ? undefined : placeAt(session, Date.parse(until) + clockAllowanceMs, 'after');

/** By a subscription, since those have filters on the server, until it has caught up. */
async function* selected(
  session: Session,
  from: Place | undefined,
  filter: EventFilter | undefined,
  after: Place | undefined,
): AsyncGenerator<ReadEvent, void, undefined> {
  if (from) yield* eventAt(session, from);
  for await (const item of follow(session, { from: from ?? after, filter, patienceMs: session.patienceMs })) {
    if (item.event === undefined) return;
    yield item.event;
  }
}

/** From `from` on, it included. A position that the server did not give out is refused by it. */
export async function* everything(
  session: Session,
  from: Place | undefined,
  direction: typeof FORWARDS | typeof BACKWARDS,
  first: number,
): AsyncGenerator<ReadEvent, void, undefined> {
  let last = from;
  let begun = from !== undefined && direction === BACKWARDS;
  const fallback = direction === FORWARDS ? START : END;
  for (let maxCount = first; ; maxCount = Math.min(maxCount * 4, largestPage)) {
    const open = () => session.client.readAll({ direction, fromPosition: last ?? fallback, maxCount });
    let read = 0;
    for await (const event of resumed(session, readAllOperation, open, () => true)) {
      read += 1;
      const place = placeOf(event);
      // What was handed out already comes again after an interruption, and backwards the server may begin with either.
      if (begun && last && isSame(place, last)) continue;
      last = place;
      begun = true;
      yield event;
    }
    if (read < maxCount) return;
  }
}

export async function* backwards(
  session: Session,
  from: Place | undefined,
  filter: EventFilter | undefined,
): AsyncGenerator<ReadEvent, void, undefined> {
  const end =
    filter?.since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(filter.since) - clockAllowanceMs;
  // Backwards, the server takes a position as the end of what precedes it.
  if (from) yield* eventAt(session, from);
  // Who reads backwards mostly wants the last few: the server would send on until it hears that it is enough.
  const start = from ?? (await placeAfter(session, filter));
  for await (const event of everything(session, start, BACKWARDS, firstPage)) {
    if (event.created.getTime() < end) return;
    yield event;
  }
}

export async function* eventAt(session: Session, place: Place): AsyncGenerator<ReadEvent, void, undefined> {
  const open = () => session.client.readAll({ direction: FORWARDS, fromPosition: place, maxCount: 1 });
  for await (const event of resumed(session, readAllOperation, open, () => true)) {
    if (!isSame(placeOf(event), place)) throw new StoreError('invalid', 'No event is at that position.');
    yield event;
    return;
  }
}
