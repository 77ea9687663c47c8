import type { Expected, LoggedEvent, ProposedEvent } from './log.js';
import type { StreamState } from './streamState.js';

export interface Written {
  readonly revision: number;
  readonly position: number;
}

export type Refusal =
  | { readonly refused: 'deleted' }
  | { readonly refused: 'version'; readonly current: number };

/**
 * The server's rule, which is not ours: with a revision it compares the ids that follow that revision, however old;
 * with `any` it knows only what is in its cache. Undefined: the events are to be written.
 */
export const idempotentPlace = (
  stream: StreamState,
  events: readonly ProposedEvent[],
  expected: Expected,
  recent: ReadonlyMap<string, LoggedEvent>,
): Written | Refusal | undefined => {
  const conflict: Refusal = { refused: 'version', current: stream.last };
  if (expected === 'exists') return stream.exists ? undefined : conflict;
  if (expected === 'any') {
    const first = recent.get(events[0]?.id ?? '');
    if (first === undefined || !stream.events.includes(first)) return undefined;
    return placeOf(stream, events, first.revision) ?? conflict;
  }
  if (expected === stream.last || (expected === -1 && !stream.exists)) return undefined;
  if (expected > stream.last) return conflict;
  return placeOf(stream, events, expected + 1) ?? conflict;
};

/** Where the events are, when they are exactly those from a revision on. */
const placeOf = (
  { events }: StreamState,
  wanted: readonly ProposedEvent[],
  from: number,
): Written | undefined => {
  const begin = events.findIndex(({ revision }) => revision === from);
  const there = begin === -1 ? [] : events.slice(begin, begin + wanted.length);
  const last = there.at(-1);
  if (last === undefined || there.length < wanted.length) return undefined;
  return there.every(({ id }, index) => id === wanted[index]?.id) ? last : undefined;
};
