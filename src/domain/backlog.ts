// What waits, as far as a history has been read. Most of what is read ended long ago, as a later event says: nothing need be
// asked about it. What is not understood ends nothing: whoever asks about the message finds out.
import type { RecordedEvent } from './event.js';
import { messageIdOf } from './events.js';
import { inboundStatusAfter } from './inboundMessage.js';
import { evolve, isEnded, type OutboundMessage, outboundMessage } from './outboundMessage.js';
import { isUnderstood } from './understood.js';

/** The messages that wait for routing, each with what a reader keeps of it. */
export class InboundBacklog<Item> {
  /** By message, in the order in which they were added. */
  readonly #waiting = new Map<string, Item>();

  get size(): number {
    return this.#waiting.size;
  }

  get items(): Iterable<Item> {
    return this.#waiting.values();
  }

  /** @returns false when the message waits already */
  add(messageId: string, item: Item): boolean {
    if (this.#waiting.has(messageId)) return false;
    this.#waiting.set(messageId, item);
    return true;
  }

  /** One more event. @returns what waits no longer by it */
  read(event: RecordedEvent): Item | undefined {
    const status = inboundStatusAfter(event);
    if (status === undefined || status === 'waiting') return undefined;
    const messageId = messageIdOf(event) ?? '';
    const item = this.#waiting.get(messageId);
    if (item === undefined || !isUnderstood(event)) return undefined;
    this.#waiting.delete(messageId);
    return item;
  }

  /** The first of them, which is another's from now on. */
  take(): Item | undefined {
    for (const [messageId, item] of this.#waiting) {
      this.#waiting.delete(messageId);
      return item;
    }
    return undefined;
  }
}

interface Open<Item> {
  readonly item: Item;
  message: OutboundMessage;
}

/** The texts for which something is left to do, each with what a reader keeps of it. */
export class OutboundBacklog<Item> {
  /** By message, in the order in which they were added. */
  readonly #open = new Map<string, Open<Item>>();

  get size(): number {
    return this.#open.size;
  }

  get items(): Iterable<Item> {
    return [...this.#open.values()].map(({ item }) => item);
  }

  /** What asks for a text to be sent, or once more. @returns what was asked before for the same text: it is over */
  add(messageId: string, item: Item): Item | undefined {
    const earlier = this.#open.get(messageId);
    if (earlier !== undefined) this.#open.delete(messageId);
    this.#open.set(messageId, { item, message: outboundMessage(messageId) });
    return earlier?.item;
  }

  /** One more event. @returns that for which nothing is left to do by it */
  read(event: RecordedEvent): Item | undefined {
    const messageId = messageIdOf(event) ?? '';
    const open = this.#open.get(messageId);
    if (open === undefined || !isUnderstood(event)) return undefined;
    open.message = evolve(open.message, event);
    if (!isEnded(open.message)) return undefined;
    this.#open.delete(messageId);
    return open.item;
  }

  /** The first of them, which is another's from now on. */
  take(): Item | undefined {
    for (const [messageId, { item }] of this.#open) {
      this.#open.delete(messageId);
      return item;
    }
    return undefined;
  }
}
