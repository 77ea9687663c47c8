import { type Connection, conversationStream } from './connection.js';
import type { Pending } from './conversation.js';
import type { DomainEvent, NewEvent } from './event.js';
import {
  type MessageCancelled,
  type MessageRouted,
  type MessageSent,
  type RoutingFailed,
  schemaVersion,
} from './events.js';
import { derivedId } from './ids.js';

/** A text after its outgoing phase. */
export interface OutgoingDecision {
  readonly to: Connection;
  readonly text: string;
  readonly app: string;
  readonly priority?: number;
  readonly reply: boolean;
  readonly cancelledBy?: string;
}

export type RoutingDecision =
  | {
      readonly kind: 'routed';
      readonly outcome: MessageRouted['data']['outcome'];
      readonly app?: string;
      readonly duplicateOf?: string;
      readonly trace: MessageRouted['data']['trace'];
      readonly facts: readonly DomainEvent[];
      readonly texts: readonly OutgoingDecision[];
    }
  | ({ readonly kind: 'failed' } & Pick<RoutingFailed['data'], 'app' | 'phase' | 'error' | 'trace'>);

/** Events by the stream that they belong to. The message's own conversation comes last: it settles the matter. */
export type Appends = readonly { readonly stream: string; readonly events: readonly NewEvent[] }[];

/**
 * The events that record how a message was routed. Their ids follow from what made the message wait, so that the same
 * decision taken twice, by two processes or after a crash, is stored once.
 *
 * @param connection - whose message it is
 * @param at - ISO, UTC: the `now` that the apps went by
 */
export const decideRouting = (
  connection: Connection,
  { message, causeId }: Pending,
  decision: RoutingDecision,
  at: string,
): Appends => {
  const stream = conversationStream(connection);
  const nextId = counter(causeId);
  const routedId = nextId();
  const event = eventMaker(message.messageId);
  if (decision.kind === 'failed') {
    const { app, phase, error, trace } = decision;
    const data = { messageId: message.messageId, app, phase, error, trace, failedAt: at };
    return [{ stream, events: [event<RoutingFailed>(routedId, causeId, { type: 'RoutingFailed', data })] }];
  }
  const own: NewEvent[] = [
    event<MessageRouted>(routedId, causeId, {
      type: 'MessageRouted',
      data: routedData(message.messageId, decision, at),
    }),
    ...decision.facts.map((fact) => event(nextId(), routedId, fact)),
  ];
  const others = new Map<string, NewEvent[]>();
  for (const text of decision.texts) {
    const target = conversationStream(text.to);
    const events = target === stream ? own : (others.get(target) ?? []);
    if (target !== stream) others.set(target, events);
    events.push(event(nextId(), routedId, (id) => textEvent(id, text, at, message)));
  }
  return [...others].map(([target, events]) => ({ stream: target, events })).concat({ stream, events: own });
};

const routedData = (
  messageId: string,
  { outcome, app, duplicateOf, trace }: Extract<RoutingDecision, { kind: 'routed' }>,
  routedAt: string,
): MessageRouted['data'] => ({
  messageId,
  outcome,
  ...(app === undefined ? {} : { app }),
  ...(duplicateOf === undefined ? {} : { duplicateOf }),
  trace,
  routedAt,
});

/** `MessageSent`, or `MessageCancelled` for what an outgoing phase stopped. The event's id is the message's. */
export const textEvent = (
  messageId: string,
  {
    text,
    app,
    priority,
    cancelledBy,
  }: Omit<OutgoingDecision, 'to' | 'reply' | 'app'> & { readonly app?: string },
  at: string,
  answered?: Pending['message'],
): MessageSent | MessageCancelled => {
  const gatewayId = answered?.gateway?.id;
  const common = {
    messageId,
    ...(answered === undefined ? {} : { inResponseTo: answered.messageId }),
    ...(app === undefined ? {} : { app }),
    text,
  };
  if (cancelledBy !== undefined) {
    return { type: 'MessageCancelled', data: { ...common, cancelledBy, cancelledAt: at } };
  }
  return {
    type: 'MessageSent',
    data: {
      ...common,
      ...(gatewayId === undefined ? {} : { inResponseToGatewayId: gatewayId }),
      ...(priority === undefined ? {} : { priority }),
      sentAt: at,
    },
  };
};

const counter = (causeId: string): (() => string) => {
  let nth = 0;
  return () => {
    nth += 1;
    return derivedId(causeId, nth);
  };
};

const eventMaker =
  (correlationId: string) =>
  <Event extends DomainEvent>(
    id: string,
    causationId: string,
    event: Event | ((id: string) => Event),
  ): NewEvent<Event> => ({
    ...(typeof event === 'function' ? event(id) : event),
    id,
    metadata: { $correlationId: correlationId, $causationId: causationId, schema: schemaVersion },
  });
