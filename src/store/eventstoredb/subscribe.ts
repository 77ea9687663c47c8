import { StoreError, type SubscribeOptions, type Subscription, type SubscriptionItem } from '../port.js';
import { closedError } from './errors.js';
import { localFilter } from './filter.js';
import { follow } from './follow.js';
import { formatPosition, isAfter, type Place, parsePosition } from './position.js';
import { readHead } from './read.js';
import { recordedEvent } from './recorded.js';
import type { Session } from './session.js';

export const createSubscription = (session: Session, options: SubscribeOptions = {}): Subscription => {
  const stop = new AbortController();
  const endWithStore = () => stop.abort();
  const closedBefore = session.closing.aborted;
  const timeline = session.timeline.number;
  session.closing.addEventListener('abort', endWithStore, { once: true });
  // Asked now, not at the first pull: from `'end'` on means from about this call on. Whoever pulls gets its error.
  const head = closedBefore ? Promise.reject(closedError()) : readHead(session);
  head.catch(() => undefined);
  const close = () => {
    session.closing.removeEventListener('abort', endWithStore);
    stop.abort();
  };
  const items = iterate(session, head, { ...options, timeline }, stop.signal, close, !closedBefore);
  return { [Symbol.asyncIterator]: () => items, close };
};

async function* iterate(
  session: Session,
  head: Promise<Place | undefined>,
  { from, filter, timeline }: SubscribeOptions & { readonly timeline: number },
  signal: AbortSignal,
  close: () => void,
  opened: boolean,
): AsyncGenerator<SubscriptionItem, void, undefined> {
  try {
    const matches = localFilter(filter);
    const given = from === undefined || from === 'end' ? undefined : parsePosition(from);
    const end = await head;
    const start = from === 'end' ? end : given;
    // The server would take it, and pass over everything up to there without a word.
    if (given && !(end && !isAfter(given, end)) && !(await session.timeline.reaches(given)))
      throw new StoreError('invalid', 'The position lies beyond the end of this store.');
    const options = { from: start, filter, head: end, signal, timeline };
    for await (const { event, place } of follow(session, options)) {
      if (signal.aborted) return;
      if (event === undefined) yield caughtUp(place);
      else if (matches(event)) yield { kind: 'event', event: recordedEvent(event) };
      if (signal.aborted) return;
    }
  } catch (error) {
    // The store was closed while it was asked something: that ends a subscription, it does not break it.
    if (!signal.aborted || !opened) throw error;
  } finally {
    close();
  }
}

const caughtUp = (place: Place | undefined): SubscriptionItem =>
  place === undefined ? { kind: 'caught-up' } : { kind: 'caught-up', position: formatPosition(place) };
