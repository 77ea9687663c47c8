import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
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
import type { RoutingListener } from './listener.js';
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

export type RejectedRequest = InboundRejected['data']['request'];

export interface IntakeNeeds {
  readonly store: EventStore;
  readonly routing: Pick<Routing, 'attend' | 'settled' | 'forget'>;
  readonly clock: Clock;
  readonly newId: NewId;
  /** How long `inline` waits for the routing, in milliseconds. Then the answer is given: the message is on disk. */
  readonly inlineTimeoutMs: number;
  readonly listener?: Pick<RoutingListener, 'received' | 'rejected' | 'reported'>;
}

/** Refused requests that are remembered: some megabytes. */
const remembered = 10_000;

/** Where everything that comes from gateways is stored. Each call resolves when it is on disk, or throws a StoreError. */
export class Intake {
  /** By hash: stored, or being stored. */
  readonly #rejected = new LRUCache<string, Promise<void>>({ max: remembered });

  constructor(private readonly needs: IntakeNeeds) {}

  /**
   * @param messageId - of what may come twice: it is stored once
   * @returns the message's id
   */
  async receive(
    backend: string,
    received: ReceivedText,
    handling: Handling,
    messageId = this.needs.newId(),
  ): Promise<string> {
    const { routing, inlineTimeoutMs } = this.needs;
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
    this.needs.listener?.received(backend);
  }

  /** A delivery report, kept whatever came before it. */
  async report(
    backend: string,
    { identity, correlationId, messageId, status, code, text, gateway }: ReceivedReport,
  ): Promise<void> {
    const reportedAt = isoTime(this.needs.clock.now());
    const said = { ...(text === undefined ? {} : { text }), ...(gateway === undefined ? {} : { gateway }) };
    await this.#append(conversationStream({ backend, identity }), {
      type: 'DeliveryReported',
      data: { messageId, status, code, ...said, reportedAt },
      id: this.needs.newId(),
      metadata: {
        $correlationId: correlationId,
        $causationId: messageId,
        schema: schemaVersion,
      },
    } satisfies NewEvent<DeliveryReported>);
    this.needs.listener?.reported(backend, { messageId, status });
  }

  /**
   * A request that could not be understood: kept whole, so that a person can see what the gateway meant. Once a process:
   * Kannel repeats what is refused until its retries end, and that says nothing new.
   */
  async reject(backend: string, request: RejectedRequest, reason: string): Promise<void> {
    // A store that was restored has lost what is remembered here.
    const hash = hashOf(`${this.needs.store.timeline} ${backend}`, request);
    const stored = this.#rejected.get(hash) ?? this.#storeRejected(backend, request, reason);
    this.#rejected.set(hash, stored);
    try {
      await stored;
    } catch (error) {
      this.#rejected.delete(hash);
      throw error;
    }
  }

  async #storeRejected(backend: string, request: RejectedRequest, reason: string): Promise<void> {
    const id = this.needs.newId();
    await this.#append(inboundStream(backend), {
      type: 'InboundRejected',
      data: { reason, request, rejectedAt: isoTime(this.needs.clock.now()) },
      id,
      metadata: { $correlationId: id, schema: schemaVersion },
    } satisfies NewEvent<InboundRejected>);
    this.needs.listener?.rejected(backend);
  }

  async #append(stream: string, event: NewEvent<DomainEvent>): Promise<void> {
    await this.needs.store.append(stream, [event]);
  }
}

/** Where what could not be understood of a backend is kept. */
export const inboundStream = (backend: string): string => `inbound-${encodeURIComponent(backend)}`;

/** JSON keeps the parts apart whatever is in them. */
const hashOf = (backend: string, { method, url, body }: RejectedRequest): string =>
  createHash('sha256')
    .update(JSON.stringify([backend, method, url, body]))
    .digest('base64');
