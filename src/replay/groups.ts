import type { NewEvent, RecordedEvent } from '../domain/event.js';
import type { MessageRouted, RoutingFailed } from '../domain/events.js';
import { isUnderstood } from '../domain/understood.js';

/** An event of a conversation as a replay reads it: of a store's events, what matters to it. */
export type ToldEvent = NewEvent & Pick<RecordedEvent, 'recordedAt'> & { readonly revision: number };

/** A verdict with the facts and texts of the same decision, which were stored with it. */
export interface Group {
  readonly verdict: NewEvent<MessageRouted | RoutingFailed> & { readonly revision: number };
  readonly members: readonly NewEvent[];
}

const verdicts: ReadonlySet<string> = new Set(['MessageRouted', 'RoutingFailed']);
const others: ReadonlySet<string> = new Set([
  'MessageReceived',
  'MessageSent',
  'MessageCancelled',
  'MessageRequeued',
  'MessageDiscarded',
]);

/** It says something of what apps knew or decided. What became of texts at the gateway does not: no app is told of it. */
export const matters = ({ type, metadata }: NewEvent, schema: number): boolean =>
  verdicts.has(type) || others.has(type) || type.includes('.') || metadata.schema > schema;

export const isVerdict = (event: ToldEvent): event is ToldEvent & Group['verdict'] =>
  verdicts.has(event.type) && isUnderstood(event);

export const isMember = ({ metadata, type }: NewEvent, { verdict }: Group): boolean =>
  metadata.$causationId === verdict.id &&
  (type === 'MessageSent' || type === 'MessageCancelled' || type.includes('.'));
