import type { NewEvent } from '../domain/event.js';
import type { Log } from '../domain/log.js';
import type { EventStore, StoreError } from '../store/port.js';
import { storeAnew } from '../store/recordAnew.js';
import type { Request } from './conversationEvents.js';

/** What became of an attempt, and what asked for it. */
export interface Outcome {
  readonly request: Request;
  readonly events: readonly NewEvent[];
  /** Of the store, when the request was read. */
  readonly timeline: number;
}

/** Between two tries to record an outcome. */
export const recordRetry = { firstMs: 100, maxMs: 10_000 };

/** One try. @throws {StoreError} */
export const recordOutcome = async (
  needs: { readonly store: EventStore; readonly log: Log },
  { request, events, timeline }: Outcome,
): Promise<void> => {
  const { store } = needs;
  const { stream } = request;
  if (timeline === store.timeline) {
    await store.append(stream, events, { timeline });
    return;
  }
  // A store that was restored may have lost what the outcome is of. First that, if it has.
  await storeAnew(needs, request);
  await store.append(stream, events);
};

/** The log is then the only place that tells it. */
export const tellUnrecordable = (log: Log, { request, events }: Outcome, error: StoreError): void => {
  const outcome = events.map(({ type, data }) => ({ type, data }));
  log.error(
    { stream: request.stream, err: error, asked: request.data, outcome },
    'what became of a text can never be stored: this is all that is known of it',
  );
};
