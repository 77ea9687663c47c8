import type { EventMetadata, RecordedEvent } from '../domain/event.js';
import { StoreError } from './port.js';
import type { SerialisedEvent } from './serialise.js';

/** An event in the store, its data still text: cheap to keep, to filter and to pass over. */
export interface StoredEvent extends SerialisedEvent {
  readonly stream: string;
  readonly revision: number;
  /** 1, 2, 3, … without gaps: the embedded engines give positions out inside their one writer. */
  readonly position: number;
  /** Milliseconds since 1970. Never smaller than that of the event before, see `laterTime`. */
  readonly time: number;
}

/** Name by name: on the way of every append, a spread costs more than all else that is not SQLite. */
export const storedEvent = (
  event: SerialisedEvent,
  stream: string,
  revision: number,
  position: number,
  time: number,
): StoredEvent => ({
  id: event.id,
  type: event.type,
  data: event.data,
  correlationId: event.correlationId,
  causationId: event.causationId,
  schema: event.schema,
  extra: event.extra,
  stream,
  revision,
  position,
  time,
});

/** What stands before the first `-`. */
export const categoryOf = (stream: string): string | undefined => {
  const end = stream.indexOf('-');
  return end === -1 ? undefined : stream.slice(0, end);
};

/**
 * When an event is recorded. A clock that was set back does not make times go back: so a time is a place in the log
 * too, and a filter by time reads a range instead of everything.
 */
export const laterTime = (now: number, last: number): number => Math.max(Math.trunc(now), last);

/** The event as readers get it, freshly parsed. */
export const decode = (stored: StoredEvent): RecordedEvent => ({
  id: stored.id,
  type: stored.type,
  data: dataOf(stored),
  metadata: metadataOf(stored),
  stream: stored.stream,
  revision: BigInt(stored.revision),
  position: String(stored.position),
  recordedAt: isoTime(stored.time),
});

const dataOf = ({ data, type, position }: StoredEvent): object => {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new StoreError(
      'unavailable',
      `The store is damaged: the data of the event at ${position}, ${type}, is no JSON any more.`,
      { cause, reason: 'damaged' },
    );
  }
};

const metadataOf = ({ correlationId, causationId, schema, extra }: StoredEvent): EventMetadata => {
  const known =
    causationId === undefined
      ? { $correlationId: correlationId, schema }
      : { $correlationId: correlationId, $causationId: causationId, schema };
  return extra === undefined ? known : { ...known, ...JSON.parse(extra) };
};

let lastTime = 0;
let lastText = new Date(0).toISOString();

/** Events of one commit share their time: formatting it once is a tenth of the cost of a scan. */
const isoTime = (time: number): string => {
  if (time !== lastTime) {
    lastText = new Date(time).toISOString();
    lastTime = time;
  }
  return lastText;
};
