import { type Clock, isoTime, type NewId } from '../domain/clock.js';
import { connectionOf, conversationCategory } from '../domain/connection.js';
import type { RecordedEvent } from '../domain/event.js';
import { schemaVersion } from '../domain/events.js';
import { evolve, isDeadLetter, outboundMessage } from '../domain/outboundMessage.js';
import { type EventStore, type ReadAllOptions, StoreError } from '../store/port.js';
import { comparePositions } from '../store/positions.js';
import { type EventOf, isA } from './conversationEvents.js';
import {
  type DeadLetter,
  DeadLetterError,
  type Known,
  type ListOptions,
  type Signature,
} from './deadLetter.js';
import { type MessageHistory, readHistory } from './messageHistory.js';

/** The event that made a message a dead letter. */
type Fatal = EventOf<'MessageAbandoned' | 'DispatchUnclear' | 'RoutingFailed'>;

export interface DeadLetters {
  /** Oldest first. Each is checked against its conversation, so none is listed that someone has dealt with. */
  list(options?: ListOptions): AsyncIterable<DeadLetter>;
  /**
   * Puts it back: an outbound one gets a fresh set of attempts behind what its conversation has waiting.
   *
   * @throws {DeadLetterError}
   */
  requeue(messageId: string, signature: Signature, known?: Known): Promise<DeadLetter>;
  /** Closes it without another try. @throws {DeadLetterError} */
  discard(messageId: string, signature: Signature, known?: Known): Promise<DeadLetter>;
}

const fatalTypes = ['MessageAbandoned', 'DispatchUnclear', 'RoutingFailed'] as const;

/** How often a decision is taken again because its conversation moved on meanwhile. */
const tries = 5;

export const createDeadLetters = (store: EventStore, clock: Clock, newId: NewId): DeadLetters => {
  const settle = async (
    type: SettlingType,
    messageId: string,
    signature: Signature,
    { stream, upTo }: Known = {},
  ): Promise<DeadLetter> => {
    for (let n = 0; n < tries; n += 1) {
      const { letter, revision } = await openLetter(store, messageId, stream);
      if (upTo !== undefined && comparePositions(letter.position, upTo) > 0) throw laterError(messageId);
      if (type === 'MessageRequeued' && letter.text === undefined) throw cutError(messageId);
      const event = settling(type, letter, signature, newId(), isoTime(clock.now()));
      try {
        // Two who decide at the same time: the second finds the stream moved on, and the letter settled.
        await store.append(letter.stream, [event], { expectedRevision: revision });
        return letter;
      } catch (error) {
        if (!(error instanceof StoreError && error.code === 'conflict')) throw error;
      }
    }
    throw new DeadLetterError(
      'busy',
      messageId,
      `the conversation of ${messageId} keeps moving on: try again`,
    );
  };

  return {
    list: (options) => list(store, options),
    requeue: (messageId, signature, known) => settle('MessageRequeued', messageId, signature, known),
    discard: (messageId, signature, known) => settle('MessageDiscarded', messageId, signature, known),
  };
};

/** @throws {DeadLetterError} `unknown`, `settled` */
const openLetter = async (store: EventStore, messageId: string, known: string | undefined) => {
  const seen = new Set<string>();
  for await (const stream of known === undefined ? streamsWith(store, messageId) : [known]) {
    if (seen.has(stream)) continue;
    seen.add(stream);
    const history = await readHistory(store, stream, messageId);
    const letter = history && letterOf(messageId, history);
    if (history !== undefined && letter !== undefined) return { letter, revision: history.revision };
  }
  if (seen.size === 0) throw new DeadLetterError('unknown', messageId, `no dead letter ${messageId}`);
  const why = 'it was dealt with, or deleted with its conversation';
  throw new DeadLetterError('settled', messageId, `${messageId} is no dead letter any more: ${why}`);
};

/** The conversations in which this message died. */
async function* streamsWith(store: EventStore, messageId: string): AsyncGenerator<string> {
  for await (const { stream, data } of fatalEvents(store, { direction: 'backwards' }))
    if (data.messageId === messageId) yield stream;
}

const laterError = (messageId: string): DeadLetterError =>
  new DeadLetterError('later', messageId, `${messageId} became a dead letter after what was shown`);

const cutError = (messageId: string): DeadLetterError =>
  new DeadLetterError(
    'cut',
    messageId,
    `the text of ${messageId} was cut away from its conversation: it can only be discarded`,
  );

async function* list(
  store: EventStore,
  { after, maxCount = Number.POSITIVE_INFINITY }: ListOptions = {},
): AsyncGenerator<DeadLetter> {
  if (maxCount < 1) return;
  let count = 0;
  for await (const event of fatalEvents(store, after === undefined ? {} : { from: after })) {
    if (event.position === after) continue;
    const { messageId } = event.data;
    const history = await readHistory(store, event.stream, messageId);
    const letter = history === undefined ? undefined : letterOf(messageId, history);
    // A letter that was put back and died again is listed once, where it died last.
    if (letter?.event.id !== event.id) continue;
    yield letter;
    count += 1;
    if (count >= maxCount) return;
  }
}

/** Of conversations: what others write elsewhere under these names is nobody's dead letter. */
async function* fatalEvents(
  store: EventStore,
  reading: Pick<ReadAllOptions, 'from' | 'direction'>,
): AsyncGenerator<Fatal> {
  const filter = { types: fatalTypes, categories: [conversationCategory] };
  for await (const event of store.readAll({ ...reading, filter }))
    if (isFatal(event) && connectionOf(event.stream) !== undefined) yield event;
}

/** A resend comes by itself: only what is held waits for a person. */
const isFatal = (event: RecordedEvent): event is Fatal =>
  isA(event, 'MessageAbandoned', 'RoutingFailed') ||
  (isA(event, 'DispatchUnclear') && event.data.policy === 'hold');

/** The dead letter that a message is after its history; undefined when it is none. */
const letterOf = (messageId: string, { events }: MessageHistory): DeadLetter | undefined => {
  const event = events.findLast(isFatal);
  if (event === undefined) return undefined;
  const direction = isA(event, 'RoutingFailed') ? 'inbound' : 'outbound';
  const dead =
    direction === 'inbound'
      ? failedLast(events)
      : isDeadLetter(events.reduce(evolve, outboundMessage(messageId)));
  if (!dead) return undefined;
  const text = events.find((told) => isA(told, 'MessageReceived', 'MessageSent'))?.data.text;
  const { stream, position } = event;
  return { messageId, direction, stream, event, position, ...(text === undefined ? {} : { text }) };
};

/** Nothing came after the failure that settled it. */
const failedLast = (events: readonly RecordedEvent[]): boolean => {
  const last = events.findLast((event) =>
    isA(event, 'RoutingFailed', 'MessageRouted', 'MessageRequeued', 'MessageDiscarded'),
  );
  return last?.type === 'RoutingFailed';
};

type SettlingType = 'MessageRequeued' | 'MessageDiscarded';

const settling = (
  type: SettlingType,
  { messageId, direction, event }: DeadLetter,
  { by, why }: Signature,
  id: string,
  now: string,
) => ({
  type,
  id,
  data: {
    messageId,
    direction,
    by,
    ...(why === undefined ? {} : { why }),
    ...(type === 'MessageRequeued' ? { requeuedAt: now } : { discardedAt: now }),
  },
  metadata: {
    $correlationId: event.metadata.$correlationId,
    $causationId: event.id,
    schema: schemaVersion,
  },
});
