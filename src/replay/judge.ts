import type { Connection } from '../domain/connection.js';
import type { MessageReceived } from '../domain/events.js';
import { isForeign } from '../domain/understood.js';
import type { Decided, Recorded, StoredEvent, StoredText } from './decided.js';
import type { Group } from './groups.js';
import type { Kind } from './kinds.js';
import type { Decision } from './runMessage.js';

/** Older decisions do not say what they went by: by all that stands before them. */
export const seenOf = ({ revision, data }: Group['verdict']): number =>
  data.seen === undefined ? revision - 1 : Number(data.seen);

export const recordedOf = (
  connection: Connection,
  { verdict, members }: Group,
  elsewhere: Recorded['texts'],
): Recorded => {
  const facts: StoredEvent[] = [];
  const texts: StoredText[] = [];
  for (const event of members) {
    if (!event.type.includes('.')) texts.push({ to: connection, event });
    else if (!isForeign(event)) facts.push(event);
  }
  texts.push(...elsewhere);
  return { own: connection, verdict, facts, texts };
};

export const kindOf = (
  { type, data }: Group['verdict'],
  difference: Kind | undefined,
  { calls }: Decision,
  wasFailed: boolean,
): Kind => {
  if (difference !== undefined) return calls.length > 0 ? 'notReproducible' : difference;
  if (type === 'RoutingFailed') return 'deadLetter';
  if (wasFailed) return 'requeued';
  return data.outcome === 'filtered' ? 'filtered' : 'same';
};

/** Whether later messages could notice: by facts, or by how many texts there were. */
export const changesStory = (then: Decided, now: Decided): boolean => {
  if (then.kind === 'failed' || now.kind === 'failed') return then.kind !== now.kind;
  return JSON.stringify(then.facts) !== JSON.stringify(now.facts) || sent(then) !== sent(now);
};

const sent = (decided: Extract<Decided, { kind: 'routed' }>): number =>
  decided.texts.filter(({ stoppedBy }) => stoppedBy === undefined).length;

/** Whatever it says: as much as it takes to know whether it is wanted. */
export const receivedFrom = (id: string, data: object): MessageReceived['data'] => ({
  messageId: id,
  text: '',
  receivedAt: '',
  ...data,
});
