import { setImmediate } from 'node:timers/promises';
import { compileFilter, parsePosition } from './filter.js';
import { firstPageEvents, type Log, nextLimit } from './pages.js';
import type { SubscribeOptions, Subscription, SubscriptionItem } from './port.js';
import type { Signal } from './signal.js';

/** What a subscription needs of its engine. */
export interface SubscriptionSource extends Log {
  /** Notified after every commit, of whichever process, and when the store closes. */
  readonly changed: Signal;
  /** True once the store is closing: subscriptions end. */
  readonly ended: boolean;
}

/**
 * Catch-up and live in one loop: read a page after the cursor; when nothing is left, say so once and wait for a signal.
 * There is no hand-over between the two where an event could be lost or come twice.
 */
export const createSubscription = (
  source: SubscriptionSource,
  options: SubscribeOptions = {},
): Subscription => {
  let closed = false;
  // Read now, not at the first pull: from `'end'` on means from this call on. Whoever pulls gets its error.
  const start = startOf(source, options.from);
  start.catch(() => undefined);
  const items = iterate(source, start, options, () => closed || source.ended);
  return {
    [Symbol.asyncIterator]: () => items,
    close: () => {
      closed = true;
      source.changed.notify();
    },
  };
};

async function* iterate(
  source: SubscriptionSource,
  start: Promise<number>,
  { filter: given }: SubscribeOptions,
  ended: () => boolean,
): AsyncGenerator<SubscriptionItem, void, undefined> {
  const filter = compileFilter(given);
  let cursor = await start;
  let limit = firstPageEvents;
  let behind = true;
  while (!ended()) {
    const { version } = source.changed;
    const page = await source.page({ cursor, direction: 'forwards', filter, limit });
    for (const stored of page.events) {
      if (ended()) return;
      yield { kind: 'event', event: page.decode(stored) };
    }
    cursor = page.cursor;
    limit = nextLimit(page);
    if (page.more) {
      behind = true;
      await setImmediate();
      continue;
    }
    if (behind && !ended()) yield caughtUp(cursor);
    behind = false;
    if (!ended()) await source.changed.changedSince(version);
  }
}

const startOf = async (source: SubscriptionSource, from: string | undefined): Promise<number> => {
  const head = await source.head();
  if (from === 'end') return head;
  return from === undefined ? 0 : parsePosition(from);
};

const caughtUp = (position: number): SubscriptionItem =>
  position === 0 ? { kind: 'caught-up' } : { kind: 'caught-up', position: String(position) };
