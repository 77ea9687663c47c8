import { createHash } from 'node:crypto';
import type { RecordedEvent } from '../domain/event.js';
import { TransferError } from './errors.js';
import { type Footer, formatVersion, type Header, type Line, parseLine } from './format.js';
import { linesOf, type RawLine } from './lines.js';

/** An event of an export, and where it stands there. */
export interface Entry {
  readonly event: RecordedEvent;
  /** Number of its line, counted from 1. */
  readonly line: number;
  /** Length of its line: never less than what its data and metadata take in a store. */
  readonly bytes: number;
}

/**
 * The events of an export, each proved by its line's checksum before it is handed out. The whole is proved when the
 * iteration ends: by the footer's count and checksum, and by there being nothing behind it.
 *
 * @throws {TransferError} `unreadable`, `altered` or `truncated`, with the number of the line
 */
export async function* readExport(source: AsyncIterable<Uint8Array>): AsyncGenerator<Entry, void, undefined> {
  const hash = createHash('sha256');
  let events = 0;
  let last: RawLine | undefined;
  let footer: Footer | undefined;
  for await (const raw of linesOf(source)) {
    if (footer !== undefined) throw altered(raw.number, 'stands behind the footer, which is the last line');
    const line = proved(raw);
    switch (line.kind) {
      case 'header':
        break;
      case 'event':
        events += 1;
        yield { event: line.event, line: raw.number, bytes: raw.bytes.length };
        break;
      case 'footer':
        footer = line.footer;
        checkFooter(footer, raw.number, events, hash.copy().digest('hex'));
    }
    hash.update(raw.bytes);
    last = raw;
  }
  if (last === undefined) throw new TransferError('truncated', 'There is nothing in it: not even a header.');
  if (footer === undefined) throw truncated(`after line ${last.number}, without the footer`);
}

const proved = (raw: RawLine): Line => {
  const line = parseLine(raw.whole ? raw.bytes.subarray(0, -1) : raw.bytes);
  if (raw.number === 1) checkHeader(line, raw);
  // A cut between a line and its newline is a cut, though nothing of the line is missing.
  if (!raw.whole) throw truncated(`in the middle of line ${raw.number}`);
  if (line === undefined || (line.kind === 'header' && raw.number > 1)) {
    throw altered(raw.number, 'is not as it was written');
  }
  return line;
};

const checkHeader = (line: Line | undefined, { whole }: RawLine): void => {
  if (line === undefined && !whole) throw truncated('in the middle of line 1, if it is an export at all');
  if (line?.kind !== 'header') {
    throw new TransferError('unreadable', 'Line 1 is not the header of an export (or it was altered).');
  }
  const { version, router }: Header = line.header;
  if (version > formatVersion) {
    throw new TransferError(
      'unreadable',
      `The export is of version ${version} of the format, written by threadless-router ${router}; this one reads up to version ${formatVersion}. Use a newer router.`,
    );
  }
};

const checkFooter = (footer: Footer, number: number, events: number, sha256: string): void => {
  if (footer.events !== events) {
    throw altered(number, `(the footer) tells of ${footer.events} events, and ${events} stand before it`);
  }
  if (footer.sha256 !== sha256) {
    throw altered(
      number,
      `(the footer) has another checksum than the lines before it, though each of them is whole: some were exchanged or moved`,
    );
  }
};

const altered = (line: number, how: string): TransferError =>
  new TransferError('altered', `The export was altered: line ${line} ${how}.`);

const truncated = (where: string): TransferError =>
  new TransferError('truncated', `The export is not complete: it ends ${where}.`);
