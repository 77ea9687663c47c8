// What is told of which event. The body of a call is made of its event alone, so that a repeat, after a restart or by another
// process, has the very same bytes: the names and the order below are a contract, as those of the events are.
import { connectionOf } from '../domain/connection.js';
import type { RecordedEvent } from '../domain/event.js';
import type { ConversationEvent } from '../domain/events.js';
import { isForeign } from '../domain/understood.js';
import type { WebhookEvent, WebhookSettings } from './settings.js';

/** What is posted for one event. */
export interface Call {
  /** Of the event, and the same at each repeat. */
  readonly id: string;
  readonly type: string;
  readonly body: Buffer;
}

interface Telling {
  readonly event: WebhookEvent;
  readonly type: string;
  /** The field that says when it happened. */
  readonly at: string;
  /** In this order, as far as they are there. */
  readonly fields: readonly string[];
  /** Of what the gateway told. */
  readonly gateway?: readonly string[];
}

const tellings = {
  MessageReceived: {
    event: 'received',
    type: 'message.received',
    at: 'receivedAt',
    fields: ['messageId', 'text'],
    gateway: ['id', 'smsc', 'receiver'],
  },
  MessageRouted: {
    event: 'outcome',
    type: 'message.routed',
    at: 'routedAt',
    fields: ['messageId', 'outcome', 'app', 'duplicateOf'],
  },
  MessageSent: {
    event: 'sent',
    type: 'message.sent',
    at: 'sentAt',
    fields: ['messageId', 'text', 'inResponseTo', 'app'],
  },
  MessageDispatched: {
    event: 'outcome',
    type: 'message.dispatched',
    at: 'dispatchedAt',
    fields: ['messageId', 'attempt', 'gatewayId', 'parts'],
  },
  MessageCancelled: {
    event: 'outcome',
    type: 'message.cancelled',
    at: 'cancelledAt',
    fields: ['messageId', 'text', 'inResponseTo', 'app', 'cancelledBy'],
  },
  DeliveryReported: {
    event: 'report',
    type: 'message.reported',
    at: 'reportedAt',
    fields: ['messageId', 'status', 'code', 'text'],
  },
  RoutingFailed: {
    event: 'dead-letter',
    type: 'dead_letter.inbound',
    at: 'failedAt',
    fields: ['messageId', 'app', 'phase', 'error'],
  },
  MessageAbandoned: {
    event: 'dead-letter',
    type: 'dead_letter.outbound',
    at: 'abandonedAt',
    fields: ['messageId', 'code', 'detail', 'attempts'],
  },
  DispatchUnclear: {
    event: 'dead-letter',
    type: 'dead_letter.outbound',
    at: 'failedAt',
    fields: ['messageId', 'detail', 'attempt'],
  },
} as const satisfies Partial<Record<ConversationEvent['type'], Telling>>;

/** The same, to look up: a type may bear the name of anything that objects have. */
const byType: ReadonlyMap<string, Telling> = new Map(Object.entries(tellings));

/** A report after which another may follow tells nothing that lasts. */
const finalStatuses: readonly unknown[] = ['delivered', 'failed', 'rejected'];

/** The types of events of which a webhook is told. */
export const typesFor = ({ events }: Pick<WebhookSettings, 'events'>): readonly string[] =>
  [...byType].flatMap(([type, { event }]) => (events.includes(event) ? [type] : []));

/** What a call of this event is called; undefined when there is none. */
export const callType = ({ type }: Pick<RecordedEvent, 'type'>): string | undefined => byType.get(type)?.type;

/** Whether a webhook is told of it. */
export const isTold = (event: RecordedEvent, settings: WebhookSettings): boolean => {
  const telling = byType.get(event.type);
  const backend = connectionOf(event.stream)?.backend;
  if (telling === undefined || backend === undefined || isForeign(event)) return false;
  const { events, backends, leftOut } = settings;
  if (!events.includes(telling.event) || leftOut.includes(backend)) return false;
  if (backends !== undefined && !backends.includes(backend)) return false;
  const { status, policy, from } = event.data as Readonly<Record<string, unknown>>;
  if (event.type === 'DeliveryReported') return finalStatuses.includes(status);
  // A resend comes by itself: what is held waits for a person.
  if (event.type === 'DispatchUnclear') return policy === 'hold';
  // What an app sends from a played phone to someone else's backend is stopped there, and is the play's.
  const sender = (from as { readonly backend?: unknown } | undefined)?.backend;
  return typeof sender !== 'string' || !leftOut.includes(sender);
};

/** @returns undefined for an event that no call tells */
export const callOf = (event: RecordedEvent): Call | undefined => {
  const telling = byType.get(event.type);
  const connection = connectionOf(event.stream);
  if (telling === undefined || connection === undefined) return undefined;
  const data = event.data as Readonly<Record<string, unknown>>;
  const { backend, identity } = connection;
  const told = {
    type: telling.type,
    timestamp: data[telling.at] ?? event.recordedAt,
    data: {
      backend,
      identity,
      correlationId: event.metadata.$correlationId,
      ...picked(data, telling.fields),
      ...(event.type === 'DispatchUnclear' ? { code: 'unclear' } : {}),
      ...gatewayFacts(data, telling),
    },
  };
  return { id: event.id, type: telling.type, body: Buffer.from(JSON.stringify(told)) };
};

const picked = (data: Readonly<Record<string, unknown>>, fields: readonly string[]): object =>
  Object.fromEntries(
    fields.flatMap((name) => (data[name] === undefined ? [] : [[name, data[name]] as const])),
  );

const gatewayFacts = ({ gateway }: Readonly<Record<string, unknown>>, telling: Telling): object => {
  if (telling.gateway === undefined || typeof gateway !== 'object' || gateway === null) return {};
  const facts = picked(gateway as Readonly<Record<string, unknown>>, telling.gateway);
  return Object.keys(facts).length === 0 ? {} : { gateway: facts };
};
