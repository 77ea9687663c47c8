import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { RecordedEvent } from '../../src/domain/event.js';
import type { EventStore, OpenStore } from '../../src/store/port.js';
import type { Room } from '../../src/transfer/batches.js';
import { TransferError, type TransferErrorCode } from '../../src/transfer/errors.js';
import { type ExportOptions, exportEvents } from '../../src/transfer/export.js';
import { type Imported, importEvents } from '../../src/transfer/import.js';
import { readExport } from '../../src/transfer/read.js';
import { event, events } from '../store/events.js';

const about = { exportedAt: '2026-01-01T00:00:00.000Z', router: '0.0.0', engine: 'memory' };

/** An export of the store, in memory. */
export const exported = async (
  store: EventStore,
  options: Omit<ExportOptions, 'about'> = {},
): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  await exportEvents(store, async (bytes) => void chunks.push(bytes), { about, ...options });
  return Buffer.concat(chunks);
};

/** The bytes in pieces, as a file or a pipe would hand them over. */
export async function* inPieces(bytes: Buffer, length = 1_000): AsyncGenerator<Buffer, void, undefined> {
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}

export const ordered: Room = { inFlight: 64, inCallOrder: true };

export const imported = (
  store: EventStore,
  bytes: Buffer,
  { room = ordered, pieces = 10_000 } = {},
): Promise<Imported> =>
  importEvents(store, readExport(inPieces(bytes, pieces)), { room, sleep: async () => {} });

/** What must not change when a store moves. */
export const keptOf = ({ id, stream, revision, type, data, metadata }: RecordedEvent) => ({
  id,
  stream,
  revision,
  type,
  data,
  metadata,
});

export const failsWith = async (t: ExecutionContext, code: TransferErrorCode, work: Promise<unknown>) => {
  const error = await t.throwsAsync(work, { instanceOf: TransferError });
  t.is(error.code, code, error.message);
  return error;
};

export const newFolder = async (t: ExecutionContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'threadless-transfer-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

/** Of which conversations. */
interface Place {
  readonly streams?: number;
  readonly category?: string;
  readonly backend?: string;
}

/** Conversations that take turns, some appends of several events. */
export const fill = async (
  store: OpenStore,
  count: number,
  { streams = 7, category = 'conversation', backend = 'http' }: Place = {},
): Promise<void> => {
  const appends = [];
  for (let index = 0; index < count; index += 1) {
    const stream = `${category}-${backend}:${index % streams}`;
    appends.push(
      store.append(stream, index % 5 === 0 ? events(3) : [event({ data: { text: `no. ${index}` } })]),
    );
  }
  await Promise.all(appends);
};
