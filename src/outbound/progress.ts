import type { RecordedEvent } from '../domain/event.js';
import { messageIdOf } from '../domain/events.js';
import {
  concerns,
  evolve,
  isEnded,
  isTaken,
  type OutboundMessage,
  outboundMessage,
} from '../domain/outboundMessage.js';
import { isForeign, isNewer } from '../domain/understood.js';
import type { EventStore } from '../store/port.js';
import { isRequest, type Request } from './conversationEvents.js';

/** Messages read ahead in all conversations together. Past it they are forgotten and read again. */
const mostAhead = 50_000;

/** True when a delivery report shows that the gateway took an attempt whose outcome is unknown. */
export const wasReported = async (store: EventStore, request: Request): Promise<boolean> => {
  const message = await new Progress(store).of(request);
  return message !== undefined && isTaken(message);
};

/** How far one conversation has been read ahead. */
interface Reader {
  /** The next revision to read. */
  next: bigint;
  /** What the stream did not show when it was read there: from a revision up to one that it shows. */
  readonly gaps: (readonly [from: bigint, to: bigint])[];
  /** It was read to its end: what came later was written by this lane, for requests it had taken up. */
  atEnd: boolean;
  /** By request not yet asked about: the message after the events that followed it. */
  readonly messages: Map<string, OutboundMessage>;
  /** The request that the next event of a message belongs to, by message. */
  readonly requests: Map<string, string>;
}

/**
 * What has become of requests that were stored some time ago, asked about in the order of their streams. Each conversation
 * is read once, as far as it takes: reading it anew for each request would cost the square of its length.
 */
export class Progress {
  readonly #readers = new Map<string, Reader>();
  #ahead = 0;

  /** @param cutAway - called with each request that its stream does not show any more: nothing is left to do for it either */
  constructor(
    private readonly store: EventStore,
    private readonly cutAway: (request: Request) => void = () => {},
  ) {}

  /** The message after the events that followed the request; undefined when they ended it, or a later request took over. */
  async of(request: Request): Promise<OutboundMessage | undefined> {
    const reader = this.#readerFor(request);
    if (!this.#isDecided(reader, request)) await this.#readOn(reader, request);
    const message = reader.messages.get(request.id);
    if (message === undefined && isCutAway(reader, request)) this.cutAway(request);
    if (reader.messages.delete(request.id)) this.#ahead -= 1;
    if (reader.requests.get(request.data.messageId) === request.id)
      reader.requests.delete(request.data.messageId);
    if (this.#ahead > mostAhead) this.forget();
    return message === undefined || isEnded(message) ? undefined : message;
  }

  /** When the last request of old has been asked about. */
  forget(): void {
    this.#readers.clear();
    this.#ahead = 0;
  }

  #readerFor({ stream, revision }: Request): Reader {
    const known = this.#readers.get(stream);
    if (known !== undefined && known.next >= revision) return known;
    this.#ahead -= known?.messages.size ?? 0;
    const reader: Reader = {
      next: revision,
      gaps: [],
      atEnd: false,
      messages: new Map(),
      requests: new Map(),
    };
    this.#readers.set(stream, reader);
    return reader;
  }

  #isDecided({ messages, next, atEnd }: Reader, { id, revision }: Request): boolean {
    if (revision >= next) return false;
    const message = messages.get(id);
    return atEnd || message === undefined || isEnded(message);
  }

  async #readOn(reader: Reader, request: Request): Promise<void> {
    reader.atEnd = false;
    for await (const event of this.store.readStream(request.stream, { from: reader.next })) {
      if (event.revision > reader.next) reader.gaps.push([reader.next, event.revision]);
      reader.next = event.revision + 1n;
      this.#apply(reader, event);
      if (this.#isDecided(reader, request)) return;
    }
    reader.atEnd = true;
  }

  #apply({ messages, requests }: Reader, event: RecordedEvent): void {
    const messageId = messageIdOf(event);
    if (messageId === undefined || !concerns(messageId, event) || isForeign(event)) return;
    const current = requests.get(messageId);
    if (isNewer(event)) {
      // A newer version of the router has it in hand.
      if (current !== undefined && messages.delete(current)) this.#ahead -= 1;
      requests.delete(messageId);
    } else if (isRequest(event)) {
      // Put back: what the earlier request asked for is over, however it stood.
      if (current !== undefined && messages.delete(current)) this.#ahead -= 1;
      requests.set(messageId, event.id);
      messages.set(event.id, evolve(outboundMessage(messageId), event));
      this.#ahead += 1;
    } else if (current !== undefined) {
      messages.set(current, evolve(messages.get(current) ?? outboundMessage(messageId), event));
    }
  }
}

const isCutAway = ({ next, gaps }: Reader, { revision }: Request): boolean =>
  revision >= next || gaps.some(([from, to]) => from <= revision && revision < to);
