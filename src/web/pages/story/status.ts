import type { RecordedEvent } from '../../../domain/event.js';
import type { DeliveryStatus, MessageRouted } from '../../../domain/events.js';
import { evolve, outboundMessage } from '../../../domain/outboundMessage.js';
import { isUnderstood } from '../../../domain/understood.js';
import type { InboundStory, TextStory } from '../../../explain/story.js';

const finals: readonly DeliveryStatus[] = ['delivered', 'failed', 'rejected'];

/** How far a message that came in has got, in the words of docs/projections.md. */
export const inboundStatus = ({ steps }: InboundStory): string => {
  const routed = steps.find(({ event }) => event.type === 'MessageRouted' && isUnderstood(event));
  if (routed !== undefined) return (routed.event.data as MessageRouted['data']).outcome;
  const last = steps.findLast(({ event }) => isUnderstood(event));
  if (last?.event.type === 'RoutingFailed') return 'failed';
  return last?.event.type === 'MessageDiscarded' ? 'discarded' : 'waiting';
};

/** The same of a text. A report is stronger than our own record, and a final one is the end. */
export const textStatus = ({ messageId, decided, steps }: TextStory): string => {
  const events = [decided, ...steps].filter((event): event is RecordedEvent => event !== undefined);
  const { status, delivery } = events.filter(isUnderstood).reduce(evolve, outboundMessage(messageId));
  if (delivery !== undefined) return finals.includes(delivery) ? delivery : 'dispatched';
  return status === 'waiting' ? 'sent' : status;
};
