import type { RecordedEvent } from '../domain/event.js';
import { evolve, isEnded, type OutboundMessage, outboundMessage } from '../domain/outboundMessage.js';
import { messageIdOf, type Request } from './conversationEvents.js';

interface Open {
  readonly request: Request;
  readonly message: OutboundMessage;
}

/** What tells beside the requests themselves that nothing is left to do for one. */
export const endingTypes = ['MessageDispatched', 'DispatchUnclear', 'MessageAbandoned'] as const;

/**
 * The requests for which something is left to do, as far as the store has been read that was written before. Most of what is
 * read then ended long ago, as a later event says: nothing need be asked about it.
 */
export class Behind {
  /** By message, in the order of the requests. */
  readonly #open = new Map<string, Open>();

  /** @param done - called with each request for which nothing is left to do */
  constructor(private readonly done: (request: Request) => void) {}

  get size(): number {
    return this.#open.size;
  }

  /** It takes over from an earlier request for the same message. */
  add(request: Request): void {
    const { messageId } = request.data;
    const earlier = this.#open.get(messageId);
    if (earlier !== undefined) this.#end(earlier);
    this.#open.set(messageId, { request, message: outboundMessage(messageId) });
  }

  /** One more event of the backend: it may end a message. */
  read(event: RecordedEvent): void {
    const open = this.#open.get(messageIdOf(event) ?? '');
    if (open === undefined) return;
    const message = evolve(open.message, event);
    if (isEnded(message)) this.#end(open);
    else this.#open.set(message.messageId, { ...open, message });
  }

  /** The first of them, which is another's from now on. */
  take(): Request | undefined {
    const first = this.#open.values().next().value;
    if (first !== undefined) this.#open.delete(first.message.messageId);
    return first?.request;
  }

  #end({ request, message }: Open): void {
    this.#open.delete(message.messageId);
    this.done(request);
  }
}
