import type { DomainEvent } from './event.js';
import type {
  DeliveryReported,
  DeliveryStatus,
  DispatchFailed,
  DispatchUnclear,
  MessageAbandoned,
  MessageCancelled,
  MessageDiscarded,
  MessageDispatched,
  MessageRequeued,
  MessageSent,
} from './events.js';

/** How far a text has got, as its conversation tells. What is in flight no event tells: see `outbound/handover.ts`. */
export type OutboundStatus =
  /** Nothing was tried yet, or a person put it back. */
  | 'waiting'
  /** An attempt failed, or may have reached the gateway; the next is due at `retryAt`. */
  | 'retrying'
  | 'dispatched'
  /** It may or may not have reached the gateway: a person decides. */
  | 'unclear'
  | 'abandoned'
  | 'cancelled'
  | 'discarded';

/**
 * What may follow on what: the life of a text, as docs/architecture.md shows it. Where an event would lead elsewhere it changes
 * nothing. That a gateway has taken a text is true whatever was believed before.
 */
export const outboundLife: Readonly<Record<OutboundStatus, readonly OutboundStatus[]>> = {
  waiting: ['retrying', 'dispatched', 'unclear', 'abandoned', 'cancelled', 'discarded'],
  retrying: ['waiting', 'dispatched', 'unclear', 'abandoned', 'cancelled', 'discarded'],
  unclear: ['waiting', 'dispatched', 'abandoned', 'cancelled', 'discarded'],
  abandoned: ['waiting', 'dispatched', 'discarded'],
  cancelled: ['dispatched', 'discarded'],
  discarded: ['dispatched'],
  dispatched: [],
};

/** How far one text has got on its way out. */
export interface OutboundMessage {
  readonly messageId: string;
  readonly status: OutboundStatus;
  /** Attempts since it was sent or last put back, as far as they are known. */
  readonly attempts: number;
  /** When the next attempt is due: ISO, UTC. */
  readonly retryAt?: string;
  /** What its delivery reports told. A final state is never undone by a late earlier one. */
  readonly delivery?: DeliveryStatus;
  /** Into how many short messages the gateway cuts it. */
  readonly parts?: number;
}

type OutboundEvent =
  | MessageSent
  | MessageCancelled
  | MessageDispatched
  | DispatchFailed
  | DispatchUnclear
  | MessageAbandoned
  | DeliveryReported
  | MessageRequeued
  | MessageDiscarded;

const outboundTypes = {
  MessageSent: true,
  MessageCancelled: true,
  MessageDispatched: true,
  DispatchFailed: true,
  DispatchUnclear: true,
  MessageAbandoned: true,
  DeliveryReported: true,
  MessageRequeued: true,
  MessageDiscarded: true,
} as const satisfies Record<OutboundEvent['type'], true>;

const finalByDelivery = {
  delivered: true,
  failed: true,
  rejected: true,
  buffered: false,
  accepted: false,
  intermediate: false,
} as const satisfies Record<DeliveryStatus, boolean>;

/** A message of which nothing is known but its id. */
export const outboundMessage = (messageId: string): OutboundMessage => ({
  messageId,
  status: 'waiting',
  attempts: 0,
});

/** What begins the attempts: the decision to send, or a person who put a dead letter back. */
export const asksForAttempts = (event: DomainEvent): boolean => {
  const { type, data } = event as OutboundEvent;
  return type === 'MessageSent' || (type === 'MessageRequeued' && data.direction === 'outbound');
};

/** What ends them, beside what stops a text: cancelled or discarded. */
export const endingTypes = ['MessageDispatched', 'DispatchUnclear', 'MessageAbandoned'] as const;

/** No attempt is left to do, unless a person puts it back. */
export const isEnded = ({ status }: OutboundMessage): boolean =>
  status !== 'waiting' && status !== 'retrying';

/** Any report proves that the gateway took a copy, whatever became of our own record of the attempt. */
export const isTaken = ({ status, delivery }: OutboundMessage): boolean =>
  status === 'dispatched' || delivery !== undefined;

/** It waits for a person: given up, or its outcome is unknown and no report has told it. */
export const isDeadLetter = (message: OutboundMessage): boolean =>
  (message.status === 'abandoned' || message.status === 'unclear') && !isTaken(message);

/** True for what changes the message of this id; all else in its conversation leaves it as it is. */
export const concerns = (messageId: string, event: DomainEvent): event is OutboundEvent => {
  if (!Object.hasOwn(outboundTypes, event.type)) return false;
  const data: { messageId?: unknown; direction?: unknown } | null = event.data;
  return data?.messageId === messageId && data.direction !== 'inbound';
};

/**
 * The message after one more event of its conversation. Never throws, takes events in any order and repeated: a report may
 * overtake the hand-over, and a resend may be answered before the first copy is reported.
 */
export const evolve = (message: OutboundMessage, event: DomainEvent): OutboundMessage => {
  if (!concerns(message.messageId, event)) return message;
  const { type, data } = event;
  switch (type) {
    case 'MessageSent':
      return message;
    case 'MessageDispatched':
      return afterDispatch(message, data);
    case 'DispatchFailed':
      return afterAttempt(message, data, data.retryAt === undefined ? 'waiting' : 'retrying');
    case 'DispatchUnclear':
      return afterAttempt(message, data, data.policy === 'resend' ? 'retrying' : 'unclear');
    case 'MessageAbandoned':
      return become(message, 'abandoned');
    case 'MessageCancelled':
      return become(message, 'cancelled');
    case 'MessageDiscarded':
      return become(message, 'discarded');
    case 'MessageRequeued':
      return become(message, 'waiting', { attempts: 0 });
    case 'DeliveryReported':
      return isFinal(message.delivery) ? message : { ...message, delivery: data.status };
  }
};

const afterDispatch = (message: OutboundMessage, { attempt, parts }: MessageDispatched['data']) =>
  become(message, 'dispatched', {
    attempts: highest(message.attempts, attempt),
    ...(parts === undefined ? {} : { parts }),
  });

const afterAttempt = (
  message: OutboundMessage,
  { attempt, retryAt }: { readonly attempt: number; readonly retryAt?: string },
  status: OutboundStatus,
): OutboundMessage => {
  if (isEnded(message) || attempt < message.attempts) return message;
  return become(message, status, {
    attempts: highest(message.attempts, attempt),
    ...(retryAt === undefined ? {} : { retryAt }),
  });
};

/** In this status, where that may follow; else as it is. */
const become = (
  message: OutboundMessage,
  status: OutboundStatus,
  facts: Partial<OutboundMessage> = {},
): OutboundMessage =>
  status === message.status || outboundLife[message.status].includes(status)
    ? { ...withoutRetry(message), status, ...facts }
    : message;

const withoutRetry = (message: OutboundMessage): OutboundMessage => {
  const { retryAt, ...rest } = message;
  return retryAt === undefined ? message : rest;
};

const highest = (known: number, told: number): number =>
  Number.isFinite(told) ? Math.max(told, known) : known;

const isFinal = (delivery: DeliveryStatus | undefined): boolean =>
  delivery !== undefined && finalByDelivery[delivery];
