// In `webhook-<name>`. The names and fields below are what the store holds: add fields, never rename or retype one.
import type { DomainEvent, RecordedEvent } from '../domain/event.js';
import type { KeptLine } from './checkpoint.js';

/** Of the streams of all webhooks. */
export const webhookCategory = 'webhook';

export const webhookStream = (webhook: string): string => `${webhookCategory}-${webhook}`;

/** From here on it is told what happens. */
export type WebhookBegun = DomainEvent<
  'WebhookBegun',
  { readonly webhook: string; readonly begunAt: string }
>;

/** Where an event is, in words that outlive a move of the store. */
export interface EventPlace {
  readonly eventId: string;
  readonly stream: string;
  readonly revision: string;
}

/**
 * Whoever worked on it has stopped in order: up to this event everything is settled but for the calls of the lines. A store that was moved,
 * or lost its checkpoints, goes on there.
 */
export type WebhookReached = DomainEvent<
  'WebhookReached',
  {
    readonly webhook: string;
    readonly last: EventPlace;
    readonly lines: readonly KeptLine[];
    readonly reachedAt: string;
  }
>;

/** Which event a call tells: its id is that of the call. */
export interface CallOrigin extends EventPlace {
  readonly webhook: string;
}

/** Why a call is put aside. */
export type AbandonCode =
  /** It was answered, and not with a success. */
  | 'refused'
  /** It was not answered in time. */
  | 'no-answer'
  /** Too many calls were refused at the same time while others were accepted: this one for the longest. */
  | 'crowded'
  /** A newer version of the router has written the event: this one cannot tell it. */
  | 'newer';

/** The call is not tried any more, unless someone has it sent again. */
export type WebhookCallAbandoned = DomainEvent<
  'WebhookCallAbandoned',
  CallOrigin & {
    /** Of the call: `message.received`. */
    readonly type: string;
    readonly code: AbandonCode;
    /** What was answered last, shortened. */
    readonly detail: string;
    /** Of the process that gave it up. */
    readonly attempts: number;
    readonly refusedSince?: string;
    readonly abandonedAt: string;
  }
>;

/** Someone has it sent again. */
export type WebhookCallRequeued = DomainEvent<
  'WebhookCallRequeued',
  CallOrigin & { readonly by: string; readonly why?: string; readonly requeuedAt: string }
>;

export type WebhookStreamEvent = WebhookBegun | WebhookReached | WebhookCallAbandoned | WebhookCallRequeued;

/** Version of the shapes above. */
export const schema = 1;

type Written<Type extends WebhookStreamEvent['type']> = RecordedEvent<
  Extract<WebhookStreamEvent, { type: Type }>
>;

/** Narrows a stored event to one that this version of the router writes. */
export const isOurs = <Type extends WebhookStreamEvent['type']>(
  event: RecordedEvent,
  type: Type,
): event is Written<Type> => event.type === type && event.metadata.schema <= schema;

/** Metadata of what is written about a call. */
export const aboutCall = (
  eventId: string,
  correlationId: string,
): { readonly $correlationId: string; readonly $causationId: string; readonly schema: number } => ({
  $correlationId: correlationId,
  $causationId: eventId,
  schema,
});
