import { withoutHashes } from '../domain/accessEvents.js';
import type { RecordedEvent } from '../domain/event.js';
import { foundIn } from '../store/ends.js';
import { type EventFilter, type EventStore, isNoPlace } from '../store/port.js';
import { type Range, rangeOf } from './answers.js';
import type { EventsQuestion } from './ask.js';
import { AuditError } from './reading.js';

/** An event as it is stored, revision as text. */
export interface AuditEvent extends Omit<RecordedEvent, 'revision'> {
  readonly revision: string;
}

/** Whoever asks for events gets each through here: what is kept of passwords and tokens is shown to nobody. */
export const shownEvent = (event: RecordedEvent): AuditEvent => ({
  ...withoutHashes(event),
  revision: event.revision.toString(),
});

export interface EventsAnswer {
  readonly events: readonly AuditEvent[];
  /** To ask with for the page after this one; absent when there is none. */
  readonly next?: string;
  readonly range: Range;
  /** What made the answer slow, in a sentence. */
  readonly cost?: string;
}

/** Of the conversation with an identity its stream. */
export interface FoundQuestion extends Omit<EventsQuestion, 'identity' | 'backend'> {
  /** The identity has no conversation. */
  readonly isNowhere?: true;
}

const eventsTime = 'recordedAt, the time at which this store wrote them: after a move that is the move';

/** @throws {AuditError} for an `after` that is no place of this store */
export const askEvents = async (store: EventStore, question: FoundQuestion): Promise<EventsAnswer> => {
  const { limit, stream } = question;
  const events: AuditEvent[] = [];
  let isMore = false;
  for await (const event of eventsOf(store, question)) {
    isMore = events.length === limit;
    if (isMore) break;
    events.push(shownEvent(event));
  }
  const last = events.at(-1);
  const next = stream === undefined ? last?.position : last?.revision;
  const cost =
    stream === undefined && !question.isNowhere
      ? await store.whyFindingIsSlow?.(filterOf(question))
      : undefined;
  return {
    events,
    range: rangeOf(question, eventsTime),
    ...(isMore && next !== undefined ? { next } : {}),
    ...(cost === undefined ? {} : { cost }),
  };
};

/** All that match, page by page as they are consumed. */
export async function* eventsOf(
  store: EventStore,
  question: FoundQuestion,
): AsyncGenerator<RecordedEvent, void, undefined> {
  if (question.isNowhere) return;
  try {
    if (question.stream === undefined) yield* everywhere(store, question);
    else yield* ofStream(store, question.stream, question);
  } catch (error) {
    if (isNoPlace(error) && question.after !== undefined) throw noPlace(question.after);
    throw error;
  }
}

const noPlace = (after: string) =>
  new AuditError('after', 'what the page before gave for the next one, of this store', after);

async function* everywhere(
  store: EventStore,
  question: FoundQuestion,
): AsyncGenerator<RecordedEvent, void, undefined> {
  const { order, after } = question;
  const direction = order === 'newest' ? 'backwards' : 'forwards';
  const from = after === undefined ? {} : { from: after };
  for await (const event of foundIn(store, { ...from, filter: filterOf(question), direction }))
    if (event.position !== after) yield event;
}

const filterOf = ({ types, categories, correlation, since, until }: FoundQuestion): EventFilter => ({
  ...(types === undefined ? {} : { types }),
  ...(categories === undefined ? {} : { categories }),
  ...(correlation === undefined ? {} : { correlationId: correlation }),
  ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
  ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
});

/** A stream has no filter of its own: what does not match is passed over here. */
async function* ofStream(
  store: EventStore,
  stream: string,
  question: FoundQuestion,
): AsyncGenerator<RecordedEvent, void, undefined> {
  const { order, after } = question;
  if (after !== undefined && !/^\d{1,19}$/.test(after)) throw noPlace(after);
  const step = order === 'newest' ? -1n : 1n;
  const from = after === undefined ? {} : { from: BigInt(after) + step };
  if (from.from === -1n) return;
  const matches = matcherOf(question);
  const direction = order === 'newest' ? 'backwards' : 'forwards';
  for await (const event of store.readStream(stream, { ...from, direction })) if (matches(event)) yield event;
}

/** All that a question asks of an event, its place apart. */
export const matcherOf =
  ({ types, categories, stream, correlation, since, until }: FoundQuestion) =>
  (event: RecordedEvent): boolean => {
    const at = Date.parse(event.recordedAt);
    const category = event.stream.slice(0, Math.max(0, event.stream.indexOf('-')));
    return (
      at >= (since ?? Number.NEGATIVE_INFINITY) &&
      at < (until ?? Number.POSITIVE_INFINITY) &&
      (stream ?? event.stream) === event.stream &&
      types?.includes(event.type) !== false &&
      categories?.includes(category) !== false &&
      (correlation ?? event.metadata.$correlationId) === event.metadata.$correlationId
    );
  };
