import { OutboundBacklog } from '../domain/backlog.js';
import { conversationCategory } from '../domain/connection.js';
import type { RecordedEvent } from '../domain/event.js';
import { endingTypes } from '../domain/outboundMessage.js';
import type { LowWater } from '../store/lowWater.js';
import type { EventStore, Subscription } from '../store/port.js';
import { type EventOf, isA, isRequest, type Request } from './conversationEvents.js';

export interface RequestsNeeds {
  readonly store: EventStore;
  /** Of the streams of the lane's backend. */
  readonly prefix: string;
  readonly lowWater: LowWater<Request>;
  readonly stopping: AbortSignal;
  /** Called with each request for which something is left to do, in order; the next is read when it has resolved. */
  readonly takeUp: (request: Request) => Promise<void>;
  /** Called with what stops a text that may be waiting. */
  readonly withdrawn: (event: EventOf<'MessageCancelled' | 'MessageDiscarded'>) => void;
  /** Called when all that was stored before has been taken up. */
  readonly caughtUp: () => void;
}

const types = ['MessageSent', 'MessageRequeued', 'MessageCancelled', 'MessageDiscarded'] as const;

/** Requests that are kept while the lane catches up, at most: past that the first of them are taken up. */
const mostOpen = 10_000;

/** What a lane is asked to hand over, as the store tells it: first what was stored before, then what is stored from now on. */
export class Requests {
  readonly #backlog = new OutboundBacklog<Request>();
  #subscription: Subscription;

  constructor(
    private readonly needs: RequestsNeeds,
    from: string | undefined,
  ) {
    this.#subscription = this.#subscribe(from, [...types, ...endingTypes]);
  }

  /** Until it is closed. */
  async read(): Promise<void> {
    const { stopping, lowWater, caughtUp } = this.needs;
    const reached = await this.#catchUp();
    if (stopping.aborted) return;
    caughtUp();
    // From here on the lane knows itself what becomes of each.
    this.#subscription = this.#subscribe(reached, types);
    for await (const item of this.#subscription) {
      if (stopping.aborted) return;
      if (item.kind === 'event') await this.#readNew(item.event);
      else if (item.position !== undefined) lowWater.seen(item.position);
    }
    if (!stopping.aborted) throw new Error('subscription ended by itself');
  }

  close(): void {
    this.#subscription.close();
  }

  #subscribe(from: string | undefined, wanted: readonly string[]): Subscription {
    return this.needs.store.subscribe({
      filter: { categories: [conversationCategory], types: wanted },
      ...(from === undefined ? {} : { from }),
    });
  }

  /** @returns up to where */
  async #catchUp(): Promise<string | undefined> {
    const { stopping, lowWater, takeUp } = this.needs;
    for await (const item of this.#subscription) {
      if (stopping.aborted) return undefined;
      if (item.kind === 'event') {
        await this.#readOld(item.event);
        continue;
      }
      if (item.position !== undefined) lowWater.seen(item.position);
      for (let next = this.#backlog.take(); next !== undefined; next = this.#backlog.take())
        await takeUp(next);
      return item.position;
    }
    if (stopping.aborted) return undefined;
    throw new Error('subscription ended by itself');
  }

  async #readOld(event: RecordedEvent): Promise<void> {
    if (!this.#isRequest(event)) {
      this.#readOther(event);
      this.#done(this.#backlog.read(event));
      return;
    }
    this.needs.lowWater.open(event, event.position);
    this.#done(this.#backlog.add(event.data.messageId, event));
    const first = this.#backlog.size > mostOpen ? this.#backlog.take() : undefined;
    if (first !== undefined) await this.needs.takeUp(first);
  }

  async #readNew(event: RecordedEvent): Promise<void> {
    if (!this.#isRequest(event)) {
      this.#readOther(event);
      return;
    }
    this.needs.lowWater.open(event, event.position);
    await this.needs.takeUp(event);
  }

  #done(request: Request | undefined): void {
    if (request !== undefined) this.needs.lowWater.done(request);
  }

  #readOther(event: RecordedEvent): void {
    this.needs.lowWater.seen(event.position);
    if (isA(event, 'MessageCancelled', 'MessageDiscarded') && this.#isOwn(event)) this.needs.withdrawn(event);
  }

  #isRequest(event: RecordedEvent): event is Request {
    return this.#isOwn(event) && isRequest(event);
  }

  #isOwn({ stream }: RecordedEvent): boolean {
    return stream.startsWith(this.needs.prefix);
  }
}
