import type { RecordedEvent } from '../domain/event.js';
import type { EventStore } from '../store/port.js';
import { TransferError } from './errors.js';
import type { Entry } from './read.js';

export interface Comparison {
  /** Called for an event that both have. */
  readonly onKnown: (entry: Entry, here: RecordedEvent) => void;
  /** For the error: what became of the store so far. */
  readonly sofar: () => string;
}

/**
 * What of an export the store does not have yet, as far as can be seen by reading both at once: a store that was filled
 * from an earlier export, or by an import that was cut off, has the beginning of this one in the same order, with events of
 * its own in between at most. What is behind a first difference counts as new, and is recognised when it is appended.
 *
 * @throws {TransferError} `conflict` for an event at whose place the store has another: it comes from elsewhere, or a router
 * has written to both since the store was filled
 */
export async function* unknownTo(
  store: EventStore,
  entries: AsyncIterable<Entry>,
  { onKnown, sofar }: Comparison,
): AsyncGenerator<Entry, void, undefined> {
  const there = store.readAll()[Symbol.asyncIterator]();
  const shifts = new Map<string, bigint>();
  /** Only in these can something be in the way. */
  const grown = new Set<string>();
  const placeOf = ({ stream, revision }: RecordedEvent) => revision - (shifts.get(stream) ?? 0n);
  try {
    let comparing = true;
    for await (const entry of entries) {
      const { event, line } = entry;
      const here: RecordedEvent | undefined = comparing ? await found(there, event.id, grown) : undefined;
      comparing = here !== undefined;
      if (here !== undefined) {
        if (event.revision !== here.revision) shifts.set(event.stream, event.revision - here.revision);
        onKnown(entry, here);
      } else if (grown.has(event.stream) && (await isTaken(store, event, placeOf(event)))) {
        throw conflict(event.stream, line, sofar());
      } else yield entry;
    }
  } finally {
    await there.return?.();
  }
}

const isTaken = async (store: EventStore, { stream, id }: RecordedEvent, from: bigint): Promise<boolean> => {
  for await (const here of store.readStream(stream, { from, maxCount: 1 })) return here.id !== id;
  return false;
};

/** @param grown - takes the streams of the events that are passed on the way */
const found = async (
  events: AsyncIterator<RecordedEvent, void>,
  id: string,
  grown: Set<string>,
): Promise<RecordedEvent | undefined> => {
  for (let next = await events.next(); next.done !== true; next = await events.next()) {
    if (next.value.id === id) return next.value;
    grown.add(next.value.stream);
  }
  return undefined;
};

/**
 * Makes sure, before anything is written, that every event of the export fits.
 *
 * @param onProgress - called for each event that was looked at
 * @throws {TransferError} `conflict`
 */
export const checkStreams = async (
  store: EventStore,
  entries: AsyncIterable<Entry>,
  onProgress: () => void,
): Promise<void> => {
  const sofar = () => 'Nothing of it was changed.';
  for await (const _ of unknownTo(store, entries, { onKnown: onProgress, sofar })) onProgress();
};

export const conflict = (stream: string, line: number, left: string, cause?: unknown): TransferError =>
  new TransferError(
    'conflict',
    `Line ${line} cannot be imported: this store has events of its own in the stream ${stream}. ${left} Import into a store without that stream.`,
    { cause },
  );
