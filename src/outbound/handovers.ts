import type { Clock } from '../domain/clock.js';
import { connectionOf } from '../domain/connection.js';
import type { RecordedEvent } from '../domain/event.js';
import type { Log } from '../domain/log.js';
import { isTaken } from '../domain/outboundMessage.js';
import type { EventStore } from '../store/port.js';
import { type EventOf, isA, type Request } from './conversationEvents.js';
import { freshHandover, type Handover } from './handover.js';
import { isUnknown, type UnknownOutcomes } from './laneCheckpoints.js';
import { readHistory } from './messageHistory.js';
import { Progress } from './progress.js';

export interface HandoversNeeds {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** What is left to do for each request. One that was stored before the lane began may have an outcome already. */
export class Handovers {
  readonly #progress: Progress;
  #isLive = false;

  /** @param unknownOutcomes - of earlier runs */
  constructor(
    private readonly needs: HandoversNeeds,
    private readonly unknownOutcomes: UnknownOutcomes,
  ) {
    this.#progress = new Progress(needs.store, ({ stream, data: { messageId } }) => {
      const fields = { stream, messageId };
      needs.log.warn(fields, 'not handed over: its conversation was deleted or cut meanwhile');
    });
  }

  /** Each request from now on is of this moment. */
  caughtUp(): void {
    this.#isLive = true;
    this.#progress.forget();
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  /** @returns undefined when nothing is left to do */
  async of(request: Request): Promise<Handover | undefined> {
    const identity = connectionOf(request.stream)?.identity;
    if (identity === undefined) return undefined;
    if (!this.#isLive) return this.#pending(request, identity);
    if (isA(request, 'MessageSent')) return freshHandover(request, identity);
    // It was put back this moment: what was read ahead may be older.
    this.#progress.forget();
    return this.#pending(request, identity);
  }

  async #pending(request: Request, identity: string): Promise<Handover | undefined> {
    const { store, clock } = this.needs;
    const message = await this.#progress.of(request);
    if (message === undefined) return undefined;
    const sent = isA(request, 'MessageSent') ? request : await readSent(store, request);
    if (sent === undefined) return undefined;
    const { attempts, retryAt } = message;
    const dueAt = retryAt === undefined ? 0 : Date.parse(retryAt);
    // While it waits for its next attempt, none is in flight that could have been cut.
    const mayBeInFlight = !this.#isLive && dueAt <= clock.now();
    return {
      ...freshHandover(sent, identity),
      request,
      attempts,
      dueAt,
      resumed: mayBeInFlight && isUnknown(this.unknownOutcomes, request.data.messageId),
      state: isTaken(message) ? 'taken' : 'waiting',
    };
  }
}

const readSent = async (store: EventStore, request: Request): Promise<EventOf<'MessageSent'> | undefined> => {
  const history = await readHistory(store, request.stream, request.data.messageId);
  return history?.events.find((event: RecordedEvent) => isA(event, 'MessageSent'));
};
