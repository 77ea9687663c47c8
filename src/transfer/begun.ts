import { createHash } from 'node:crypto';
import { TransferError } from './errors.js';
import type { Begun } from './export.js';
import { formatVersion, type Header, type Line, parseLine } from './format.js';
import { linesOf } from './lines.js';

/** What an export that was cut off has left in its file. */
export interface Remains {
  /** Absent when not even the header is whole. */
  readonly begun?: Begun;
  /** Length of the lines that are whole: what stands behind them is to be cut away. */
  readonly bytes: number;
  /** The footer is there: nothing is missing but the last renaming. */
  readonly complete: boolean;
}

/**
 * Reads what is there up to the first line that is not as it was written: after a power cut that need not be the last.
 *
 * @throws {TransferError} `mismatch` when it was begun otherwise than it would go on: another version, other streams left out
 */
export const readRemains = async (
  source: AsyncIterable<Uint8Array>,
  omit: readonly string[],
): Promise<Remains> => {
  const hash = createHash('sha256');
  let header: Header | undefined;
  let events = 0;
  let last: Begun['last'];
  let bytes = 0;
  let complete = false;
  for await (const raw of linesOf(source)) {
    const line: Line | undefined = raw.whole ? parseLine(raw.bytes.subarray(0, -1)) : undefined;
    if (line === undefined) break;
    switch (line.kind) {
      case 'header':
        header = line.header;
        break;
      case 'event': {
        const { id, stream, position } = line.event;
        if (omit.includes(stream))
          throw new TransferError('mismatch', `It holds the stream ${stream} already.`);
        events += 1;
        last = { id, stream, position };
        break;
      }
      case 'footer':
        complete = true;
    }
    bytes += raw.bytes.length;
    hash.update(raw.bytes);
  }
  if (header === undefined) return { bytes: 0, complete: false };
  checkSame(header, omit);
  return { begun: { header, events, last, hash }, bytes, complete };
};

const checkSame = ({ version, omittedStreams }: Header, omit: readonly string[]): void => {
  if (version !== formatVersion) {
    throw new TransferError('mismatch', `It was begun in version ${version} of the format.`);
  }
  if (omittedStreams !== omit.length) {
    throw new TransferError(
      'mismatch',
      `It was begun without ${omittedStreams} streams, and would go on without ${omit.length}.`,
    );
  }
};
