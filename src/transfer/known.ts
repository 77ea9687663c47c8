import type { RecordedEvent } from '../domain/event.js';
import type { EventStore } from '../store/port.js';
import { TransferError } from './errors.js';
import type { Entry } from './read.js';

/**
 * What of an export the store does not have yet, as far as can be seen by reading both at once: a store that was filled
 * from an earlier export, or by an import that was cut off, has the beginning of this one in the same order, with events of
 * its own in between at most. What is behind a first difference counts as new, and is recognised when it is appended.
 *
 * @param onKnown - called for what both have
 */
export async function* unknownTo(
  store: EventStore,
  entries: AsyncIterable<Entry>,
  onKnown: (entry: Entry, here: RecordedEvent) => void,
): AsyncGenerator<Entry, void, undefined> {
  const there = store.readAll()[Symbol.asyncIterator]();
  try {
    let comparing = true;
    for await (const entry of entries) {
      const here: RecordedEvent | undefined = comparing ? await found(there, entry.event.id) : undefined;
      comparing = here !== undefined;
      if (here === undefined) yield entry;
      else onKnown(entry, here);
    }
  } finally {
    await there.return?.();
  }
}

const found = async (
  events: AsyncIterator<RecordedEvent, void>,
  id: string,
): Promise<RecordedEvent | undefined> => {
  for (let next = await events.next(); next.done !== true; next = await events.next()) {
    if (next.value.id === id) return next.value;
  }
  return undefined;
};

/**
 * Makes sure, before anything is written, that none of the export's streams has begun with something else in the store.
 *
 * @param onProgress - called for each event that was looked at
 * @throws {TransferError} `conflict`
 */
export const checkStreams = async (
  store: EventStore,
  entries: AsyncIterable<Entry>,
  onProgress: () => void,
): Promise<void> => {
  for await (const { event, line } of unknownTo(store, entries, onProgress)) {
    onProgress();
    if (event.revision > 0n) continue;
    for await (const { id } of store.readStream(event.stream, { maxCount: 1 })) {
      if (id !== event.id) throw conflict(event.stream, line, 'Nothing of it was changed.');
    }
  }
};

export const conflict = (stream: string, line: number, left: string, cause?: unknown): TransferError =>
  new TransferError(
    'conflict',
    `Line ${line} cannot be imported: this store has events of its own in the stream ${stream}. ${left} Import into a store without that stream.`,
    { cause },
  );
