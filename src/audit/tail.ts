import type { EventStore, Subscription } from '../store/port.js';
import type { EventsQuestion } from './ask.js';
import { type AuditEvent, matcherOf } from './events.js';

/** What comes from now on, or from a position on, as it comes. */
export interface Tail extends AsyncIterable<AuditEvent> {
  /** Ends the iteration. */
  close(): void;
}

/**
 * Pulled: a slow reader holds back its own reading and nothing else. Streams and times are looked at here, the rest by the store.
 *
 * The iteration throws {@link StoreError}, `invalid` for an `after` that is none of this store
 */
export const tailOf = (store: EventStore, question: EventsQuestion): Tail => {
  const { types, categories, correlation, after } = question;
  const subscription = store.subscribe({
    from: after ?? 'end',
    filter: {
      ...(types === undefined ? {} : { types }),
      ...(categories === undefined ? {} : { categories }),
      ...(correlation === undefined ? {} : { correlationId: correlation }),
    },
  });
  return {
    close: () => subscription.close(),
    [Symbol.asyncIterator]: () => matching(subscription, question),
  };
};

async function* matching(subscription: Subscription, question: EventsQuestion): AsyncGenerator<AuditEvent> {
  const matches = matcherOf(question);
  for await (const item of subscription)
    if (item.kind === 'event' && matches(item.event))
      yield { ...item.event, revision: item.event.revision.toString() };
}
