import { type Clock, isoTime, type NewId } from '../domain/clock.js';
import { conversationStream } from '../domain/connection.js';
import type { DomainEvent, NewEvent } from '../domain/event.js';
import {
  type DeliveryReported,
  type GatewayFacts,
  type InboundRejected,
  type MessageReceived,
  schemaVersion,
} from '../domain/events.js';
import type { EventStore } from '../store/port.js';
import type { Routing } from './routing.js';

/** `inline`: the gateway gets its answer when the message is routed; `queued`: as soon as it is stored. */
export type Handling = 'inline' | 'queued';

export interface ReceivedText {
  readonly identity: string;
  readonly text: string;
  readonly gateway?: GatewayFacts;
}

export type ReceivedReport = Pick<
  DeliveryReported['data'],
  'messageId' | 'status' | 'code' | 'text' | 'gateway'
> & {
  readonly identity: string;
  /** The correlation of the text that it reports on. */
  readonly correlationId: string;
};

export interface IntakeNeeds {
  readonly store: EventStore;
  readonly routing: Pick<Routing, 'attend' | 'settled' | 'forget'>;
  readonly clock: Clock;
  readonly newId: NewId;
  /** How long `inline` waits for the routing, in milliseconds. Then the answer is given: the message is on disk. */
  readonly inlineTimeoutMs: number;
}

/** Where everything that comes from gateways is stored. Each call resolves when it is on disk, or throws a StoreError. */
export class Intake {
  constructor(private readonly needs: IntakeNeeds) {}

  /** @returns the message's id */
  async receive(backend: string, received: ReceivedText, handling: Handling): Promise<string> {
    const { newId, routing, inlineTimeoutMs } = this.needs;
    const messageId = newId();
    if (handling === 'queued') {
      await this.#storeText(messageId, backend, received);
      return messageId;
    }
    await routing.attend();
    const routed = routing.settled(messageId, inlineTimeoutMs);
    try {
      await this.#storeText(messageId, backend, received);
    } catch (error) {
      routing.forget(messageId);
      throw error;
    }
    await routed;
    return messageId;
  }

  async #storeText(
    messageId: string,
    backend: string,
    { identity, text, gateway }: ReceivedText,
  ): Promise<void> {
    const receivedAt = isoTime(this.needs.clock.now());
    const data = { messageId, text, receivedAt, ...(gateway === undefined ? {} : { gateway }) };
    await this.#append(conversationStream({ backend, identity }), {
      type: 'MessageReceived',
      data,
      id: messageId,
      metadata: { $correlationId: messageId, schema: schemaVersion },
    } satisfies NewEvent<MessageReceived>);
  }

  /** A delivery report, kept whatever came before it. */
  async report(backend: string, { identity, correlationId, ...report }: ReceivedReport): Promise<void> {
    const reportedAt = isoTime(this.needs.clock.now());
    await this.#append(conversationStream({ backend, identity }), {
      type: 'DeliveryReported',
      data: { ...report, reportedAt },
      id: this.needs.newId(),
      metadata: {
        $correlationId: correlationId,
        $causationId: report.messageId,
        schema: schemaVersion,
      },
    } satisfies NewEvent<DeliveryReported>);
  }

  /** A request that could not be understood: kept whole, so that a person can see what the gateway meant. */
  async reject(backend: string, request: InboundRejected['data']['request'], reason: string): Promise<void> {
    const id = this.needs.newId();
    await this.#append(`inbound-${encodeURIComponent(backend)}`, {
      type: 'InboundRejected',
      data: { reason, request, rejectedAt: isoTime(this.needs.clock.now()) },
      id,
      metadata: { $correlationId: id, schema: schemaVersion },
    } satisfies NewEvent<InboundRejected>);
  }

  async #append(stream: string, event: NewEvent<DomainEvent>): Promise<void> {
    await this.needs.store.append(stream, [event]);
  }
}
