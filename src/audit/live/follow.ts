import type { RecordedEvent } from '../../domain/event.js';
import { lastEvent } from '../../store/ends.js';
import { type EventFilter, type EventStore, isNoPlace } from '../../store/port.js';
import { AuditError } from '../reading.js';
import { matching } from './matching.js';
import { findPlace } from './place.js';
import type { LiveQuestion } from './question.js';

/**
 * The events that are wanted, as they are stored: those since a time or a place first, then what comes, until `stop` aborts or the
 * store is closed. It is pulled: a slow reader holds up nobody.
 *
 * @param called - how a part of the question is called where it is asked
 * @throws {AuditError} for an `after` that is no place of this store
 */
export const follow = (
  store: EventStore,
  question: LiveQuestion,
  stop: AbortSignal,
  called: (part: string) => string = (part) => part,
): AsyncGenerator<RecordedEvent, void, undefined> => {
  // Told at once, and not when somebody begins to read.
  const [position] = question.after?.split('@') ?? [];
  const refuse = (after: string) => noPlace(after, called);
  if (position !== undefined && !store.isPosition(position)) throw refuse(position);
  return followed(store, question, stop, refuse);
};

export const noPlace = (after: string, called: (part: string) => string = (part) => part): AuditError =>
  new AuditError(called('after'), 'the position of an event of this store', after);

async function* followed(
  store: EventStore,
  question: LiveQuestion,
  stop: AbortSignal,
  refuse: (after: string) => AuditError,
): AsyncGenerator<RecordedEvent, void, undefined> {
  const isWanted = matching(question);
  const { types, categories, correlation, since, after } = question;
  const filter: EventFilter = {
    ...(types === undefined ? {} : { types }),
    ...(categories === undefined ? {} : { categories }),
    ...(correlation === undefined ? {} : { correlationId: correlation }),
  };
  // What is read from a time on reaches at least as far as the last event of now, and nothing is lost in between.
  const place = after === undefined ? undefined : await findPlace(store, after);
  if (after !== undefined && place?.after === undefined) throw refuse(after);
  let from = place?.after ?? (since === undefined ? 'end' : (await lastEvent(store))?.position);
  if (after === undefined && since !== undefined) {
    const stored = store.readAll({ filter: { ...filter, since: new Date(since).toISOString() } });
    for await (const event of stored) {
      if (stop.aborted) return;
      if (isWanted(event)) yield event;
      from = event.position;
    }
  }
  const subscription = store.subscribe({ filter, ...(from === undefined ? {} : { from }) });
  const close = () => subscription.close();
  stop.addEventListener('abort', close, { once: true });
  if (stop.aborted) close();
  try {
    for await (const item of subscription)
      if (item.kind === 'event' && isWanted(item.event)) yield item.event;
  } catch (error) {
    if (isNoPlace(error) && after !== undefined) throw refuse(after);
    throw error;
  } finally {
    stop.removeEventListener('abort', close);
    close();
  }
}
