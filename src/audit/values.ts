import type { DeliveryStatus, RoutingOutcome } from '../domain/events.js';

// What these fields can say is known beforehand, so that a value which is mistyped is told instead of found nowhere.

export const directions = ['in', 'out'] as const;

const routing: Readonly<Record<RoutingOutcome, true>> = {
  handled: true,
  answered: true,
  defaulted: true,
  filtered: true,
  unhandled: true,
  duplicate: true,
};
export const outcomes: readonly string[] = Object.keys(routing);

/** Of a message, as the projection `messages` makes them: in, then out. */
export const statuses: readonly string[] = [
  'waiting',
  ...outcomes,
  'sent',
  'retrying',
  'dispatched',
  'unclear',
  'abandoned',
  'cancelled',
  'discarded',
  'delivered',
  'failed',
  'rejected',
];

const reported: Readonly<Record<DeliveryStatus, true>> = {
  delivered: true,
  failed: true,
  buffered: true,
  accepted: true,
  rejected: true,
  intermediate: true,
};

/** What one event tells of a message: a report that is not the last one, too. */
export const eventStatuses: readonly string[] = [...new Set([...statuses, ...Object.keys(reported)])];

/** Values that were asked for and that nothing has, with those that there are. */
export interface Stranger {
  readonly part: string;
  readonly value: string;
  readonly known: readonly string[];
}
