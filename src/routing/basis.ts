import type { WentOut } from '../apps/outgoing.js';
import type { OutgoingDecision } from '../domain/decide.js';
import type { Basis, Decider } from '../domain/events.js';

/** What a decision went by, as it is stored. @param revision - up to which the conversation was known; undefined: nothing of it */
export const basisOf = (by: Decider | undefined, revision: bigint | undefined): Basis => ({
  ...(by === undefined ? {} : { by }),
  ...(revision === undefined ? {} : { seen: String(revision) }),
});

/** What the outgoing phase did to a text, as it is stored: nothing where it did nothing. */
export const changesOf = (
  decidedText: string,
  { text, trace }: WentOut,
): NonNullable<OutgoingDecision['making']> => ({
  ...(text === decidedText ? {} : { decidedText }),
  ...(trace.length === 0 ? {} : { trace }),
});
