import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { TransferError } from './errors.js';

/** The bytes of an export, counted as they are read. */
export interface TransferInput {
  bytes(): AsyncGenerator<Uint8Array, void, undefined>;
  /** `bytes` is the size of the file; absent for what is no file. */
  progress(): { readonly bytesRead: number; readonly bytes?: number };
}

const readBytes = 256 * 1024;

/** @throws {TransferError} `unreadable` for a file that is not there */
export const openInput = async (from: string | AsyncIterable<Uint8Array>): Promise<TransferInput> => {
  const size = typeof from === 'string' ? { bytes: await sizeOf(from) } : {};
  const source = typeof from === 'string' ? createReadStream(from, { highWaterMark: readBytes }) : from;
  let bytesRead = 0;
  return {
    progress: () => ({ bytesRead, ...size }),
    bytes: async function* () {
      for await (const chunk of source) {
        bytesRead += chunk.length;
        yield chunk;
      }
    },
  };
};

const sizeOf = async (path: string): Promise<number> => {
  const unreadable = (why: string, cause?: unknown) =>
    new TransferError('unreadable', `${path} cannot be read: ${why}`, { cause });
  const found = await stat(path).catch((cause: Error) => {
    throw unreadable(cause.message, cause);
  });
  if (found.isDirectory()) throw unreadable('it is a folder.');
  return found.size;
};
