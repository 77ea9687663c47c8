import type { Expected, LoggedEvent, ProposedEvent } from './log.js';
import type { StreamState } from './streamState.js';

export interface Written {
  readonly revision: number;
  /** Of the last event. Undefined when a repetition is of one that nobody can read any more. */
  readonly position: number | undefined;
}

export type Refusal =
  | { readonly refused: 'deleted' }
  | { readonly refused: 'version'; readonly current: number };

/** What the server looks at when events come in. */
export interface Known {
  readonly stream: StreamState;
  /** An event of this stream, while its id is in the cache. */
  readonly cached: (id: string) => LoggedEvent | undefined;
  readonly readable: (event: LoggedEvent) => boolean;
  readonly hasMetadata: boolean;
}

/**
 * The server's rule, which is not ours: with a revision it compares the ids that follow that revision, however old and
 * whether hidden or not; with `any` it knows only what is in its cache. Undefined: the events are to be written.
 */
export const decided = (
  known: Known,
  events: readonly ProposedEvent[],
  expected: Expected,
): Written | Refusal | undefined => {
  const { stream, hasMetadata } = known;
  const conflict: Refusal = { refused: 'version', current: stream.last };
  if (expected === 'exists') {
    if (stream.deleted) return { refused: 'deleted' };
    if (stream.last < 0 && !hasMetadata) return conflict;
  }
  if (typeof expected !== 'number') return repeatedAnywhere(known, events, conflict);
  if (expected === stream.last) return undefined;
  return expected > stream.last ? conflict : repeatedAt(known, events, expected, conflict);
};

const repeatedAnywhere = (
  known: Known,
  events: readonly ProposedEvent[],
  conflict: Refusal,
): Written | Refusal | undefined => {
  const [first, ...others] = events.map(({ id }) => known.cached(id));
  if (first === undefined) return undefined;
  const last = others.length > 0 ? others.at(-1) : first;
  if (last === undefined || others.includes(undefined)) return conflict;
  return answerOf(known, last.revision);
};

const repeatedAt = (
  known: Known,
  events: readonly ProposedEvent[],
  expected: number,
  conflict: Refusal,
): Written | Refusal | undefined => {
  const { stream } = known;
  const differs = events.findIndex(({ id }, index) => {
    const revision = expected + 1 + index;
    return stream.at(revision)?.id !== id && known.cached(id)?.revision !== revision;
  });
  if (differs === -1 && events.length > 0) return answerOf(known, expected + events.length);
  return differs === 0 && expected === -1 && stream.deleted ? undefined : conflict;
};

const answerOf = ({ stream, readable }: Known, revision: number): Written => {
  const event = stream.at(revision);
  return { revision, position: event && readable(event) ? event.position : undefined };
};
