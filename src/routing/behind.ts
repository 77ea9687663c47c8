import type { RecordedEvent } from '../domain/event.js';
import type { MessageDiscarded } from '../domain/events.js';
import type { Task } from './waiting.js';

/**
 * The messages that still wait for routing, as far as the store has been read that was written before. Most of what is read
 * then was settled long ago, as a later event says: nothing need be asked about it.
 */
export class Behind {
  /** In reading order. */
  readonly #open = new Map<string, Task>();

  /** @param done - called with what need not be routed */
  constructor(private readonly done: (task: Task) => void) {}

  get size(): number {
    return this.#open.size;
  }

  add(task: Task): void {
    if (this.#open.has(task.messageId)) this.done(task);
    else this.#open.set(task.messageId, task);
  }

  /** One more event: it may settle a message. */
  read(event: RecordedEvent): void {
    const messageId = settledBy(event);
    const task = messageId === undefined ? undefined : this.#open.get(messageId);
    if (task === undefined) return;
    this.#open.delete(task.messageId);
    this.done(task);
  }

  /** The first of them, which is another's from now on. */
  take(): Task | undefined {
    const task = this.#open.values().next().value;
    if (task !== undefined) this.#open.delete(task.messageId);
    return task;
  }
}

const settledBy = ({ type, data }: RecordedEvent): string | undefined => {
  const { messageId, direction } = data as Partial<MessageDiscarded['data']>;
  if (type === 'MessageRouted' || type === 'RoutingFailed') return messageId;
  return type === 'MessageDiscarded' && direction === 'inbound' ? messageId : undefined;
};
