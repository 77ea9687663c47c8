import { type Observable, Subject } from 'rxjs';
import type { Clock } from '../domain/clock.js';
import type { Handover } from './handover.js';
import { type Queue, Queues } from './queues.js';

/** When the head of which conversation is to be tried. */
export class Schedule {
  readonly #queues = new Queues();
  readonly #due = new Subject<Queue>();

  /** @param longestMs - no wait is longer */
  constructor(
    private readonly clock: Clock,
    private readonly longestMs: number,
    private readonly stopping: AbortSignal,
  ) {}

  /** The queues whose head is due, until it is closed. */
  get due(): Observable<Queue> {
    return this.#due;
  }

  add(handover: Handover): void {
    const queue = this.#queues.add(handover);
    if (queue !== undefined) this.wait(queue);
  }

  /** Until its head is due. */
  wait(queue: Queue): void {
    const due = (queue.handovers[0]?.dueAt ?? 0) - this.clock.now();
    // The date may have been set back since: no wait is longer than the longest that there is.
    const waitMs = Math.min(due, this.longestMs);
    if (!(waitMs > 0)) this.#due.next(queue);
    // Not in a slot of the lane: the back-off of one conversation holds no other.
    else void this.clock.sleep(waitMs, this.stopping).then(() => this.#due.next(queue));
  }

  /** The head is over: the next one waits. */
  shift(queue: Queue): void {
    if (this.#queues.shift(queue)) this.wait(queue);
  }

  withdraw(stream: string, messageId: string): void {
    this.#queues.withdraw(stream, messageId);
  }

  close(): void {
    this.#due.complete();
  }
}
