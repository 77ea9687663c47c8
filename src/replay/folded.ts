import type { AnyApp, ConversationFacts } from '../apps/app.js';
import { isFact, type Memory, noMemory, remember } from '../apps/memory.js';
import type { Connection } from '../domain/connection.js';
import type { Pending } from '../domain/conversation.js';
import type { NewEvent } from '../domain/event.js';
import type { ConversationEvent, MessageReceived } from '../domain/events.js';
import { inboundStatusAfter } from '../domain/inboundMessage.js';
import { isForeign, isNewer } from '../domain/understood.js';

/**
 * What the events of a conversation come to: of what an actor of the router folds, as much as a replay goes by. Changed in
 * place: to make another of each event takes longer than to read one.
 */
export class Folded {
  #received = 0;
  #sent = 0;
  #firstReceivedAt: string | undefined;
  #memory: Memory = noMemory;
  readonly #waiting = new Map<string, Pending>();
  readonly #failed = new Map<string, Pending>();

  constructor(
    readonly connection: Connection,
    private readonly apps: readonly AnyApp[],
  ) {}

  /** As apps see it: what is folded later does not show in it. */
  get conversation(): ConversationFacts {
    const { connection } = this;
    const [received, sent, firstReceivedAt] = [this.#received, this.#sent, this.#firstReceivedAt];
    return firstReceivedAt === undefined
      ? { connection, received, sent }
      : { connection, received, sent, firstReceivedAt };
  }
  get memory(): Memory {
    return this.#memory;
  }
  /** Received and not decided on, oldest first. */
  get waiting(): ReadonlyMap<string, Pending> {
    return this.#waiting;
  }
  /** Dead letters. */
  get failed(): ReadonlyMap<string, Pending> {
    return this.#failed;
  }

  /** Another that goes its own way from here on. */
  copy(): Folded {
    const copy = new Folded(this.connection, this.apps);
    copy.#received = this.#received;
    copy.#sent = this.#sent;
    copy.#firstReceivedAt = this.#firstReceivedAt;
    copy.#memory = this.#memory;
    for (const [messageId, pending] of this.#waiting) copy.#waiting.set(messageId, pending);
    for (const [messageId, pending] of this.#failed) copy.#failed.set(messageId, pending);
    return copy;
  }

  /** @param areOurs - they are known to be, and need not be looked into for that */
  take(events: readonly NewEvent[], areOurs = false): void {
    for (const event of events) {
      if (isNewer(event)) this.#handOver(event);
      else if (isFact(event)) this.#memory = remember(this.apps, this.#memory, event);
      else if (areOurs || !isForeign(event)) this.#fold(event as NewEvent<ConversationEvent>);
    }
  }

  /** The message is in the hands of a newer version: it waits for nothing here. */
  #handOver({ data }: NewEvent): void {
    const { messageId } = data as { readonly messageId?: unknown };
    if (typeof messageId === 'string') this.#settle(messageId);
  }

  #fold(event: NewEvent<ConversationEvent>): void {
    switch (inboundStatusAfter(event)) {
      case 'waiting':
        if (event.type === 'MessageReceived') this.#receive(event.data, event.id);
        else this.#requeue(event.data.messageId, event.id);
        break;
      case 'routed':
      case 'discarded':
        this.#settle(event.data.messageId);
        break;
      case 'failed':
        this.#fail(event.data.messageId);
        break;
      case undefined:
        if (event.type === 'MessageSent') this.#sent += 1;
    }
  }

  #receive(message: MessageReceived['data'], causeId: string): void {
    this.#received += 1;
    this.#firstReceivedAt ??= message.receivedAt;
    this.#waiting.set(message.messageId, { message, causeId });
    this.#failed.delete(message.messageId);
  }

  #settle(messageId: string): void {
    this.#waiting.delete(messageId);
    this.#failed.delete(messageId);
  }

  #fail(messageId: string): void {
    const pending = this.#waiting.get(messageId);
    if (pending === undefined) return;
    this.#waiting.delete(messageId);
    this.#failed.set(messageId, pending);
  }

  #requeue(messageId: string, causeId: string): void {
    const pending = this.#failed.get(messageId);
    if (pending === undefined) return;
    this.#failed.delete(messageId);
    this.#waiting.set(messageId, { ...pending, causeId });
  }
}
