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

const endedByStatus = {
  /** Nothing tried yet, or put back by a person. */
  waiting: false,
  /** An attempt failed; the next is due at `retryAt`. */
  retrying: false,
  dispatched: true,
  cancelled: true,
  /** It may or may not have reached the gateway: a person decides. */
  unclear: true,
  abandoned: true,
  discarded: true,
} as const;

export type OutboundStatus = keyof typeof endedByStatus;

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

/** No attempt is left to do, unless a person puts it back. */
export const isEnded = ({ status }: OutboundMessage): boolean => endedByStatus[status];

/** Any report proves that the gateway took a copy, whatever became of our own record of the attempt. */
export const isTaken = ({ status, delivery }: OutboundMessage): boolean =>
  status === 'dispatched' || delivery !== undefined;

/** It waits for a person: given up, or unclear and no report has settled the doubt. */
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
      return end(message, 'abandoned');
    case 'MessageCancelled':
      return end(message, 'cancelled');
    case 'MessageDiscarded':
      return message.status === 'dispatched' ? message : { ...withoutRetry(message), status: 'discarded' };
    case 'MessageRequeued':
      return afterRequeue(message);
    case 'DeliveryReported':
      return isFinal(message.delivery) ? message : { ...message, delivery: data.status };
  }
};

/** Accepted is accepted, whatever was believed before. */
const afterDispatch = (message: OutboundMessage, data: MessageDispatched['data']): OutboundMessage => ({
  ...withoutRetry(message),
  status: 'dispatched',
  attempts: highest(message.attempts, data.attempt),
  ...(data.parts === undefined ? {} : { parts: data.parts }),
});

const afterAttempt = (
  message: OutboundMessage,
  { attempt, retryAt }: { readonly attempt: number; readonly retryAt?: string },
  status: OutboundStatus,
): OutboundMessage => {
  if (isEnded(message) || attempt < message.attempts) return message;
  const next = { ...withoutRetry(message), status, attempts: highest(message.attempts, attempt) };
  return retryAt === undefined ? next : { ...next, retryAt };
};

/** Only what had not ended otherwise: an acceptance is stronger than giving up. */
const end = (message: OutboundMessage, status: OutboundStatus): OutboundMessage =>
  isEnded(message) && message.status !== 'unclear' ? message : { ...withoutRetry(message), status };

const afterRequeue = (message: OutboundMessage): OutboundMessage => {
  const { status } = message;
  if (status === 'dispatched' || status === 'cancelled' || status === 'discarded') return message;
  return { ...withoutRetry(message), status: 'waiting', attempts: 0 };
};

const withoutRetry = (message: OutboundMessage): OutboundMessage => {
  const { retryAt, ...rest } = message;
  return retryAt === undefined ? message : rest;
};

const highest = (known: number, told: number): number =>
  Number.isFinite(told) ? Math.max(told, known) : known;

const isFinal = (delivery: DeliveryStatus | undefined): boolean =>
  delivery !== undefined && finalByDelivery[delivery];
