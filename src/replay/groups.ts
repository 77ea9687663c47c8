import type { NewEvent } from '../domain/event.js';
import type { MessageRouted, RoutingFailed } from '../domain/events.js';
import { isUnderstood } from '../domain/understood.js';

/** An event of a conversation as a replay reads it: of a store's events, what matters to it. */
export type ToldEvent = NewEvent & {
  readonly revision: number;
  /** When the store took it: milliseconds since 1970. */
  readonly time: number;
  /** Its data as they are stored, where that is known: what need not be looked into is not parsed. */
  readonly json?: string;
};

/** A verdict with the facts and texts of the same decision, which were stored with it. */
export interface Group {
  readonly verdict: NewEvent<MessageRouted | RoutingFailed> & { readonly revision: number };
  readonly members: readonly ToldEvent[];
}

const verdicts: ReadonlySet<string> = new Set(['MessageRouted', 'RoutingFailed']);
const others: ReadonlySet<string> = new Set([
  'MessageReceived',
  'MessageSent',
  'MessageCancelled',
  'MessageRequeued',
  'MessageDiscarded',
]);

/** Events of such a type say something of what apps knew or decided. What became of texts at the gateway does not: no app is told of it. */
export const tells = (type: string): boolean => verdicts.has(type) || others.has(type) || type.includes('.');

/** As {@link tells}; what a newer version wrote may be anything. */
export const matters = ({ type, metadata }: NewEvent, schema: number): boolean =>
  tells(type) || metadata.schema > schema;

export const isVerdict = (event: ToldEvent): event is ToldEvent & Group['verdict'] =>
  verdicts.has(event.type) && isUnderstood(event);

export const isMember = ({ metadata, type }: NewEvent, { verdict }: Group): boolean =>
  metadata.$causationId === verdict.id &&
  (type === 'MessageSent' || type === 'MessageCancelled' || type.includes('.'));
