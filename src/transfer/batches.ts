import type { NewEvent } from '../domain/event.js';
import { limits } from '../store/port.js';
import type { Entry } from './read.js';

/** What goes into one append: events of one stream that follow each other in the export. */
export interface Batch {
  readonly stream: string;
  /** Of the first event, as the export has it. */
  readonly revision: bigint;
  readonly events: NewEvent[];
  /** Where the first event stands in the export. */
  readonly line: number;
  /** Never less than what an engine counts. */
  bytes: number;
}

/** How much of an export may be with the store at the same time. */
export interface Room {
  /** Appends. */
  readonly inFlight: number;
  /**
   * The store commits appends in the order of their calls. Then one stream may be in several appends under way; else
   * the second could come first, and would be refused.
   */
  readonly inCallOrder: boolean;
}

/** Of all appends under way: an event may be 1 MB. */
const waveBytes = 8_000_000;

/** The events in appends, the appends in waves: whoever waits for one wave before the next keeps their order. */
export async function* wavesOf(
  entries: AsyncIterable<Entry>,
  room: Room,
): AsyncGenerator<readonly Batch[], void, undefined> {
  let wave: Batch[] = [];
  let bytes = 0;
  for await (const entry of entries) {
    const open = wave.at(-1);
    if (open !== undefined && joins(open, entry)) {
      open.events.push(newEvent(entry));
      open.bytes += entry.bytes;
    } else {
      if (isFull(wave, bytes, entry, room)) {
        yield wave;
        wave = [];
        bytes = 0;
      }
      wave.push(batchOf(entry));
    }
    bytes += entry.bytes;
  }
  if (wave.length > 0) yield wave;
}

const joins = ({ stream, revision, events, bytes }: Batch, { event, bytes: more }: Entry): boolean =>
  event.stream === stream &&
  event.revision === revision + BigInt(events.length) &&
  events.length < limits.appendEvents &&
  bytes + more <= limits.appendBytes;

const isFull = (wave: readonly Batch[], bytes: number, entry: Entry, room: Room): boolean =>
  wave.length >= room.inFlight ||
  bytes + entry.bytes > waveBytes ||
  (!room.inCallOrder && wave.some(({ stream }) => stream === entry.event.stream));

const batchOf = (entry: Entry): Batch => ({
  stream: entry.event.stream,
  revision: entry.event.revision,
  events: [newEvent(entry)],
  line: entry.line,
  bytes: entry.bytes,
});

const newEvent = ({ event: { id, type, data, metadata } }: Entry): NewEvent => ({ id, type, data, metadata });
