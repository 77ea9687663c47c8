import { createHash } from 'node:crypto';
import { type Clock, isoTime } from '../domain/clock.js';
import type { NewEvent, RecordedEvent } from '../domain/event.js';
import {
  type InboundDiscarded,
  type InboundRejected,
  type InboundRequeued,
  schemaVersion,
} from '../domain/events.js';
import { type EventStore, isNoPlace } from '../store/port.js';
import { comparePositions } from '../store/positions.js';
import {
  type Intake,
  inboundStream,
  type ReceivedReport,
  type ReceivedText,
  type RejectedRequest,
} from './intake.js';

/** What a backend makes of a request, as it is configured now. */
export type Reread =
  | ({ readonly kind: 'message' } & ReceivedText)
  | ({ readonly kind: 'report' } & ReceivedReport)
  | { readonly kind: 'rejected'; readonly reason: string };

export interface RefusedNeeds {
  readonly store: EventStore;
  readonly intake: Pick<Intake, 'receive' | 'report'>;
  readonly reread: (backend: string, request: RejectedRequest) => Reread;
  readonly clock: Clock;
}

/** Where a refused request is kept. */
export interface RefusedAt {
  /** Of its event. */
  readonly id: string;
  readonly backend: string;
  readonly revision: bigint;
}

interface Signature {
  readonly by: string;
  readonly why?: string;
}

/** A refused request cannot be dealt with. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';

  constructor(
    /** `later`: it was refused after the place that was named. */
    readonly code: 'gone' | 'later' | 'refused-again',
    message: string,
  ) {
    super(message);
  }
}

/** Requests that could not be understood: read anew, or closed. */
export class RefusedRequests {
  constructor(private readonly needs: RefusedNeeds) {}

  /**
   * Has it read with today's configuration. Done twice it has the effect of once.
   *
   * @param upTo - a position: one that was refused later is left alone
   * @throws {RefusedError}
   */
  async requeue(at: RefusedAt, { by, why }: Signature, upTo?: string): Promise<void> {
    const rejection = await this.#rejection(at, upTo);
    const messageId = await this.#take(at, rejection);
    const requeuedAt = isoTime(this.needs.clock.now());
    const read = messageId === undefined ? {} : { messageId };
    await this.#append(at, {
      type: 'InboundRequeued',
      data: { rejection: at.id, ...read, by, ...(why === undefined ? {} : { why }), requeuedAt },
    });
  }

  /** @throws {RefusedError} */
  async discard(at: RefusedAt, { by, why }: Signature, upTo?: string): Promise<void> {
    await this.#rejection(at, upTo);
    const discardedAt = isoTime(this.needs.clock.now());
    await this.#append(at, {
      type: 'InboundDiscarded',
      data: { rejection: at.id, by, ...(why === undefined ? {} : { why }), discardedAt },
    });
  }

  async #rejection({ id, backend, revision }: RefusedAt, upTo: string | undefined) {
    const event = await this.#eventAt(inboundStream(backend), revision);
    if (event?.id !== id || event.type !== 'InboundRejected')
      throw new RefusedError('gone', `the request ${id} is not in the store any more`);
    if (upTo !== undefined && comparePositions(event.position, upTo) > 0)
      throw new RefusedError('later', `the request ${id} was refused after what was shown`);
    return event.data as InboundRejected['data'];
  }

  async #eventAt(stream: string, revision: bigint): Promise<RecordedEvent | undefined> {
    try {
      for await (const event of this.needs.store.readStream(stream, { from: revision, maxCount: 1 }))
        return event;
    } catch (error) {
      if (!isNoPlace(error)) throw error;
    }
    return undefined;
  }

  /** @returns the id of the message that it was; undefined for a report */
  async #take({ id, backend }: RefusedAt, { request }: InboundRejected['data']): Promise<string | undefined> {
    const read = this.needs.reread(backend, request);
    switch (read.kind) {
      case 'message':
        return this.needs.intake.receive(backend, read, 'queued', idOf('message', id));
      case 'report':
        await this.needs.intake.report(backend, read);
        return undefined;
      case 'rejected':
        throw new RefusedError('refused-again', `it is not understood today either: ${read.reason}`);
    }
  }

  /** Whoever does it a second time writes the same event, which is there already. */
  async #append({ id, backend }: RefusedAt, event: InboundRequeued | InboundDiscarded): Promise<void> {
    const metadata = { $correlationId: id, $causationId: id, schema: schemaVersion };
    await this.needs.store.append(inboundStream(backend), [
      { ...event, id: idOf('settled', id), metadata } satisfies NewEvent<InboundRequeued | InboundDiscarded>,
    ]);
  }
}

/** A UUID that is always the same for the same. */
const idOf = (what: string, of: string): string => {
  const hex = createHash('sha256')
    .update(JSON.stringify([what, of]))
    .digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
