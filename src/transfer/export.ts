import { createHash, type Hash } from 'node:crypto';
import type { RecordedEvent } from '../domain/event.js';
import { type EventStore, StoreError } from '../store/port.js';
import { TransferError } from './errors.js';
import { eventLine, footerLine, formatName, formatVersion, type Header, headerLine } from './format.js';

/** Where an export goes: written to in order, each write awaited. */
export type Sink = (bytes: Uint8Array) => Promise<void>;

/** How far an export is. */
export interface ExportProgress {
  readonly events: number;
  /** When the event reached last had been recorded: ISO, UTC. */
  readonly recordedAt: string;
}

/** The lines that an earlier export has left, so that this one goes on behind them. */
export interface Begun {
  readonly header: Header;
  readonly events: number;
  /** Absent when there was no event yet. */
  readonly last: Pick<RecordedEvent, 'id' | 'stream' | 'position'> | undefined;
  /** Of all these lines. */
  readonly hash: Hash;
}

export interface ExportOptions {
  readonly about: Pick<Header, 'exportedAt' | 'router' | 'engine'>;
  /** Streams to leave out. */
  readonly omit?: readonly string[];
  readonly begun?: Begun | undefined;
  readonly onProgress?: (progress: ExportProgress) => void;
}

/** Large enough that neither the checksum nor the disk is asked for each line. */
const chunkChars = 256 * 1024;

/**
 * Writes what the store holds when the call begins: a prefix of its history, whatever is appended meanwhile.
 *
 * @returns how many events the export has
 * @throws {TransferError} `missing` when a stream to leave out is not there; `mismatch` when the lines that were there do not come from this store
 * @throws {StoreError} of the reading
 */
export const exportEvents = async (
  store: EventStore,
  sink: Sink,
  { about, omit = [], begun, onProgress }: ExportOptions,
): Promise<number> => {
  for (const stream of omit) await checkThere(store, stream);
  const lines = new Lines(sink, begun?.hash ?? createHash('sha256'));
  if (begun === undefined) {
    const header = { format: formatName, version: formatVersion, ...about, omittedStreams: omit.length };
    lines.add(headerLine({ ...header, format: formatName }));
  }
  const left = new Set(omit);
  let events = begun?.events ?? 0;
  for await (const event of eventsAfter(store, begun?.last)) {
    if (left.has(event.stream)) continue;
    events += 1;
    if (!lines.add(eventLine(event))) continue;
    await lines.flush();
    onProgress?.({ events, recordedAt: event.recordedAt });
  }
  await lines.flush();
  lines.add(footerLine({ events, sha256: lines.hash.copy().digest('hex') }));
  await lines.flush();
  return events;
};

const checkThere = async (store: EventStore, stream: string): Promise<void> => {
  for await (const _ of store.readStream(stream, { maxCount: 1 })) return;
  throw new TransferError('missing', `There is no stream ${stream} to leave out. Nothing was exported.`);
};

/** All events, or those behind the one that the earlier export ended with. */
async function* eventsAfter(
  store: EventStore,
  last: Begun['last'],
): AsyncGenerator<RecordedEvent, void, undefined> {
  if (last === undefined) {
    yield* store.readAll();
    return;
  }
  let found = false;
  try {
    for await (const event of store.readAll({ from: last.position })) {
      if (found) yield event;
      else if (event.id === last.id && event.stream === last.stream) found = true;
      else break;
    }
  } catch (cause) {
    // A position of another engine cannot be read at all.
    if (!(cause instanceof StoreError && cause.code === 'invalid')) throw cause;
  }
  if (!found) throw new TransferError('mismatch', notOurs);
}

const notOurs =
  'What is there of the export comes from another store: its last event is not at its place in this one.';

/** Gathers lines, and keeps their checksum. */
class Lines {
  #text: string[] = [];
  #chars = 0;

  constructor(
    private readonly sink: Sink,
    readonly hash: Hash,
  ) {}

  /** @returns true when there is enough for a write */
  add(line: string): boolean {
    this.#text.push(line);
    this.#chars += line.length;
    return this.#chars >= chunkChars;
  }

  async flush(): Promise<void> {
    const bytes = Buffer.from(this.#text.join(''));
    this.#text = [];
    this.#chars = 0;
    this.hash.update(bytes);
    await this.sink(bytes);
  }
}
