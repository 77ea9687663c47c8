import type { DomainEvent, RecordedEvent } from '../domain/event.js';
import { schemaVersion } from '../domain/events.js';
import { type AppendOptions, type EventStore, StoreError } from '../store/port.js';

export interface ChangeNeeds {
  readonly store: EventStore;
  readonly newId: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** So often somebody else may have been first: they are people. */
const mostTries = 10;

/**
 * Decides on what a stream says, and appends that unless somebody else was first: then it is decided anew. So of two at the same
 * moment the second decides on what the first has done.
 *
 * @param evolve - folds the stream
 * @param decide - what is to be recorded, or nothing; may throw why that cannot be
 */
export const change = async <State>(
  { store, newId }: Pick<ChangeNeeds, 'store' | 'newId'>,
  stream: string,
  evolve: (state: State | undefined, event: RecordedEvent) => State | undefined,
  decide: (state: State | undefined) => readonly DomainEvent[],
): Promise<void> => {
  for (let left = mostTries; ; left -= 1) {
    const { timeline } = store;
    let state: State | undefined;
    let revision: bigint | undefined;
    for await (const event of store.readStream(stream)) {
      state = evolve(state, event);
      ({ revision } = event);
    }
    const decided = decide(state);
    if (decided.length === 0) return;
    const options: AppendOptions = { expectedRevision: revision ?? 'none', timeline };
    try {
      await store.append(stream, withIds(decided, newId), options);
      return;
    } catch (error) {
      const isAnew =
        error instanceof StoreError && (error.code === 'conflict' || error.code === 'restored') && left > 1;
      if (!isAnew) throw error;
    }
  }
};

/** The first is the cause of the others. */
const withIds = (events: readonly DomainEvent[], newId: () => string) => {
  const ids = events.map(() => newId());
  const [first = ''] = ids;
  return events.map((event, at) => ({
    ...event,
    id: ids[at] ?? first,
    metadata: {
      $correlationId: first,
      ...(at === 0 ? {} : { $causationId: first }),
      schema: schemaVersion,
    },
  }));
};
