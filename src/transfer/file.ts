import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { type Remains, readRemains } from './begun.js';
import { TransferError } from './errors.js';
import type { Begun, Sink } from './export.js';

/** An export on its way into a file: it stands in `FILE.part` until it is complete. */
export interface ExportFile {
  /** What is there already. */
  readonly begun: Begun | undefined;
  /** It lacks nothing but its name. */
  readonly complete: boolean;
  readonly write: Sink;
  /** Has it on disk, then gives it its name. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

export interface ExportFileOptions {
  /** Go on behind the last whole line of `FILE.part`, if it is there. */
  readonly resume: boolean;
  /** Streams that are left out. */
  readonly omit: readonly string[];
}

/** Everyone's messages are in it. */
const mode = 0o600;

/**
 * @throws {TransferError} `exists` when a file is in the way; `mismatch` when `FILE.part` was begun otherwise
 */
export const openExportFile = async (path: string, options: ExportFileOptions): Promise<ExportFile> => {
  const part = `${path}.part`;
  if ((await sizeOf(path)) !== undefined) {
    throw new TransferError('exists', `${path} exists already. Name another file, or take it away.`);
  }
  const left = await sizeOf(part);
  // An empty one is of an export that was refused before its first line.
  if (left === undefined || left === 0) {
    const file = await open(part, left === undefined ? 'wx' : 'r+', mode);
    return exportFile(path, file, { bytes: 0, complete: false });
  }
  if (!options.resume) {
    throw new TransferError(
      'exists',
      `${part} was left by an export that was cut off. Go on with it by --resume, or take it away.`,
    );
  }
  const remains = await remainsOf(part, options.omit);
  const file = await open(part, 'r+');
  await file.truncate(remains.bytes);
  return exportFile(path, file, remains);
};

const remainsOf = async (part: string, omit: readonly string[]): Promise<Remains> => {
  try {
    return await readRemains(createReadStream(part), omit);
  } catch (error) {
    if (!(error instanceof TransferError)) throw error;
    throw new TransferError(error.code, `${part} cannot be gone on with. ${error.message}`, { cause: error });
  }
};

const exportFile = (path: string, file: FileHandle, { begun, bytes, complete }: Remains): ExportFile => {
  let position = bytes;
  return {
    begun,
    complete,
    write: async (chunk) => {
      // A single write may take less than it was given.
      for (let done = 0; done < chunk.length; ) {
        const { bytesWritten } = await file.write(chunk, done, chunk.length - done, position);
        done += bytesWritten;
        position += bytesWritten;
      }
    },
    finish: async () => {
      await file.sync();
      await rename(`${path}.part`, path);
    },
    close: () => file.close(),
  };
};

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
