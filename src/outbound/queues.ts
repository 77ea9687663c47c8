import type { Handover } from './handover.js';

/** What one conversation has waiting, in the order of the requests. Only its head is ever tried. */
export interface Queue {
  readonly stream: string;
  readonly handovers: Handover[];
}

/** The conversations that have something waiting, and nothing of those that have not. */
export class Queues {
  readonly #byStream = new Map<string, Queue>();

  /** @returns the queue when this is its new head: someone must try it */
  add(handover: Handover): Queue | undefined {
    const { stream } = handover.request;
    const queue = this.#byStream.get(stream);
    if (queue !== undefined) {
      queue.handovers.push(handover);
      return undefined;
    }
    const fresh = { stream, handovers: [handover] };
    this.#byStream.set(stream, fresh);
    return fresh;
  }

  /** The head is over. @returns true when there is a next one */
  shift(queue: Queue): boolean {
    queue.handovers.shift();
    if (queue.handovers.length > 0) return true;
    this.#byStream.delete(queue.stream);
    return false;
  }

  /** A message was cancelled or discarded: no further attempt, if there is still time. */
  withdraw(stream: string, messageId: string): void {
    for (const handover of this.#byStream.get(stream)?.handovers ?? []) {
      if (handover.text.messageId === messageId) handover.withdrawn = true;
    }
  }
}
