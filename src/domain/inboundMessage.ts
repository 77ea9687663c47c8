import type { DomainEvent } from './event.js';
import type { ConversationEvent } from './events.js';

/** How far a message has got that was received. */
export type InboundStatus =
  /** It was not routed yet, or a person put it back. */
  | 'waiting'
  | 'routed'
  /** In the inbound dead letters. */
  | 'failed'
  | 'discarded';

/** How far an event brings the message that it is about on its way in; undefined when it says nothing of that. */
export const inboundStatusAfter = (event: DomainEvent): InboundStatus | undefined => {
  const ours = event as ConversationEvent;
  switch (ours.type) {
    case 'MessageReceived':
      return 'waiting';
    case 'MessageRequeued':
      return ours.data.direction === 'inbound' ? 'waiting' : undefined;
    case 'MessageRouted':
      return 'routed';
    case 'RoutingFailed':
      return 'failed';
    case 'MessageDiscarded':
      return ours.data.direction === 'inbound' ? 'discarded' : undefined;
    case 'MessageSent':
    case 'MessageCancelled':
    case 'MessageDispatched':
    case 'DispatchFailed':
    case 'DispatchUnclear':
    case 'MessageAbandoned':
    case 'DeliveryReported':
      return undefined;
  }
  // One of an app's.
  ours satisfies never;
  return undefined;
};
