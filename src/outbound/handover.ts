import type { EventOf, Request } from './conversationEvents.js';
import type { OutgoingText } from './gateway.js';

/** How a text is while a lane has it in hand. What the store tells of it is its status (`domain/outboundMessage.ts`). */
export type HandoverState =
  /** No attempt is in flight, and what became of those before is recorded. */
  | 'waiting'
  /** The gateway is asked, or what became of that is not recorded yet. */
  | 'inFlight'
  /** The last attempt may have reached the gateway, and another one is due: unless a report tells meanwhile that it has. */
  | 'outcomeUnknown'
  /** A report tells that the gateway has it: that is to be recorded, and nothing to be tried. */
  | 'taken'
  /** Nothing is left to do. */
  | 'ended';

/** What may follow on what: the life of a text in the hands of a lane, as docs/architecture.md shows it. */
export const handoverLife: Readonly<Record<HandoverState, readonly HandoverState[]>> = {
  waiting: ['inFlight', 'ended'],
  inFlight: ['waiting', 'outcomeUnknown', 'ended'],
  outcomeUnknown: ['inFlight', 'taken', 'ended'],
  taken: ['ended'],
  ended: [],
};

/** One set of attempts to hand one text over, as one request asks for. */
export interface Handover {
  readonly request: Request;
  readonly text: OutgoingText;
  readonly correlationId: string;
  /** The outcome of an attempt of an earlier run is unknown: it may have reached the gateway. */
  readonly resumed: boolean;
  state: HandoverState;
  /** Attempts that are recorded. */
  attempts: number;
  /** When the next attempt is due, in ms since 1970. */
  dueAt: number;
  /** Cancelled or discarded meanwhile: no attempt begins any more. */
  withdrawn: boolean;
}

/** A text that was sent this moment: nothing can have become of it yet. */
export const freshHandover = (sent: EventOf<'MessageSent'>, identity: string): Handover => ({
  request: sent,
  text: outgoing(sent, identity),
  correlationId: sent.metadata.$correlationId,
  resumed: false,
  state: 'waiting',
  attempts: 0,
  dueAt: 0,
  withdrawn: false,
});

/** Its next state. @throws {TypeError} where {@link handoverLife} has no such step: a mistake of the lane */
export const moveTo = (handover: Handover, next: HandoverState): void => {
  const { state, text } = handover;
  if (!handoverLife[state].includes(next))
    throw new TypeError(`${text.messageId} cannot be ${next} after it was ${state}`);
  handover.state = next;
};

const outgoing = (
  { data: { messageId, text, priority, inResponseToGatewayId }, metadata }: EventOf<'MessageSent'>,
  identity: string,
): OutgoingText => ({
  messageId,
  correlationId: metadata.$correlationId,
  identity,
  text,
  ...(priority === undefined ? {} : { priority }),
  ...(inResponseToGatewayId === undefined ? {} : { inResponseToGatewayId }),
});
