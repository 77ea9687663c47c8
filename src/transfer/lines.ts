import { TransferError } from './errors.js';

/** A line of bytes. */
export interface RawLine {
  /** Its newline included, when it has one. */
  readonly bytes: Buffer;
  /** False for what stands behind the last newline: a line that was cut. */
  readonly whole: boolean;
  /** 1, 2, 3, … */
  readonly number: number;
}

const newline = 0x0a;
/** The largest record of any engine has 16 MiB. More without a newline is no export, and must not fill the memory. */
const longestLine = 20_000_000;

/**
 * The lines of a stream of bytes, one held in memory at a time.
 *
 * @throws {TransferError} `unreadable` for a line longer than any event
 */
export async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<RawLine, void, undefined> {
  let number = 0;
  let kept: Buffer[] = [];
  let keptBytes = 0;
  for await (const part of source) {
    const chunk = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const tail = chunk.subarray(start, end + 1);
      number += 1;
      yield { bytes: kept.length === 0 ? tail : Buffer.concat([...kept, tail]), whole: true, number };
      kept = [];
      keptBytes = 0;
      start = end + 1;
    }
    if (start === chunk.length) continue;
    kept.push(chunk.subarray(start));
    keptBytes += chunk.length - start;
    if (keptBytes > longestLine) throw new TransferError('unreadable', tooLong(number + 1));
  }
  if (keptBytes > 0) yield { bytes: Buffer.concat(kept), whole: false, number: number + 1 };
}

const tooLong = (number: number): string =>
  `Line ${number} has more than ${longestLine} bytes: this is no export of a store.`;
