import { type Connection, conversationStream } from './connection.js';
import type { Pending } from './conversation.js';
import type { DomainEvent, NewEvent } from './event.js';
import {
  type Basis,
  type Making,
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
  /** `seen`: of the recipient's conversation. */
  readonly making?: Pick<Making, 'seen' | 'decidedText' | 'trace'>;
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
 * @param basis - who decided, and what was known of the conversation
 */
export const decideRouting = (
  connection: Connection,
  { message, causeId }: Pending,
  decision: RoutingDecision,
  at: string,
  basis: Basis = {},
): Appends => {
  const stream = conversationStream(connection);
  const nextId = counter(causeId);
  const routedId = nextId();
  const event = eventMaker(message.messageId);
  if (decision.kind === 'failed') {
    const { app, phase, error, trace } = decision;
    const data = { messageId: message.messageId, app, phase, error, trace, failedAt: at, ...basis };
    return [{ stream, events: [event<RoutingFailed>(routedId, causeId, { type: 'RoutingFailed', data })] }];
  }
  const facts = decision.facts.map((fact) => event(nextId(), routedId, fact));
  const texts = decision.texts.map((text) => textOf(connection, message, nextId(), text, at));
  const elsewhere = texts.filter((text) => text.stream !== stream);
  const data = routedData(message.messageId, decision, at, elsewhere, basis);
  const own: NewEvent[] = [
    event<MessageRouted>(routedId, causeId, { type: 'MessageRouted', data }),
    ...facts,
    ...texts.filter((text) => text.stream === stream).map(({ id, event: text }) => event(id, routedId, text)),
  ];
  const others = new Map<string, NewEvent[]>();
  for (const { stream: target, id, event: text } of elsewhere)
    others.set(target, [...(others.get(target) ?? []), event(id, routedId, text)]);
  return [...others].map(([target, events]) => ({ stream: target, events })).concat({ stream, events: own });
};

interface DecidedText {
  readonly id: string;
  readonly to: Connection;
  readonly stream: string;
  readonly event: MessageSent | MessageCancelled;
}

const textOf = (
  sender: Connection,
  answered: Pending['message'],
  id: string,
  text: OutgoingDecision,
  at: string,
): DecidedText => {
  const stream = conversationStream(text.to);
  const from = stream === conversationStream(sender) ? {} : { from: sender };
  const making = { ...text.making, ...from };
  return { id, to: text.to, stream, event: textEvent(id, { ...text, making }, at, answered) };
};

const routedData = (
  messageId: string,
  { outcome, app, duplicateOf, trace }: Extract<RoutingDecision, { kind: 'routed' }>,
  routedAt: string,
  elsewhere: readonly DecidedText[],
  basis: Basis,
): MessageRouted['data'] => ({
  messageId,
  outcome,
  ...(app === undefined ? {} : { app }),
  ...(duplicateOf === undefined ? {} : { duplicateOf }),
  trace,
  ...(elsewhere.length === 0 ? {} : { elsewhere: elsewhere.map(({ id, to }) => ({ messageId: id, ...to })) }),
  routedAt,
  ...basis,
});

/** `MessageSent`, or `MessageCancelled` for what an outgoing phase stopped. The event's id is the message's. */
export const textEvent = (
  messageId: string,
  {
    text,
    app,
    priority,
    cancelledBy,
    making = {},
  }: Pick<OutgoingDecision, 'text' | 'priority' | 'cancelledBy'> & {
    readonly app?: string;
    readonly making?: Making;
  },
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
    return { type: 'MessageCancelled', data: { ...common, cancelledBy, cancelledAt: at, ...making } };
  }
  return {
    type: 'MessageSent',
    data: {
      ...common,
      ...(gatewayId === undefined ? {} : { inResponseToGatewayId: gatewayId }),
      ...(priority === undefined ? {} : { priority }),
      sentAt: at,
      ...making,
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
  <Event extends DomainEvent>(id: string, causationId: string, event: Event): NewEvent<Event> => ({
    ...event,
    id,
    metadata: { $correlationId: correlationId, $causationId: causationId, schema: schemaVersion },
  });
