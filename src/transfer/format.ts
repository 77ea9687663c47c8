import { crc32 } from 'node:zlib';
import type { RecordedEvent } from '../domain/event.js';

// One line a thing, JSON in UTF-8, each ended by a newline: the header, the events in the order of the store, the footer.
// Each line ends with the CRC-32 of its own bytes before `,"crc":`, so that a damaged one is found before it is used.

export const formatName = 'threadless-export';
/** Raised when an older reader would misunderstand a file. */
export const formatVersion = 1;

export interface Header {
  readonly format: typeof formatName;
  readonly version: number;
  /** When the export began: ISO, UTC. */
  readonly exportedAt: string;
  /** Version of the router that wrote it. */
  readonly router: string;
  /** Engine that the events come from. */
  readonly engine: string;
  /** How many streams were left out on purpose. */
  readonly omittedStreams: number;
}

export interface Footer {
  readonly events: number;
  /** Of all lines before, their newlines included. */
  readonly sha256: string;
}

/** A line as it was read, its own checksum proved. */
export type Line =
  | { readonly kind: 'header'; readonly header: Header }
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  | { readonly kind: 'footer'; readonly footer: Footer };

/** `,"crc":"01234567"}` */
const sealLength = 18;
const sealPattern = /^,"crc":"([0-9a-f]{8})"\}$/;

const hex = (crc: number): string => crc.toString(16).padStart(8, '0');

const sealed = (fields: object): string => {
  const open = JSON.stringify(fields).slice(0, -1);
  return `${open},"crc":"${hex(crc32(open))}"}\n`;
};

export const headerLine = (header: Header): string => sealed(header);

export const footerLine = ({ events, sha256 }: Footer): string => sealed({ events, sha256 });

export const eventLine = (event: RecordedEvent): string =>
  sealed({
    stream: event.stream,
    revision: event.revision.toString(),
    id: event.id,
    type: event.type,
    data: event.data,
    metadata: event.metadata,
    recordedAt: event.recordedAt,
    position: event.position,
  });

/**
 * @param line - without its newline
 * @returns undefined when it is not, byte for byte, a line that was written
 */
export const parseLine = (line: Buffer): Line | undefined => {
  const [, crc] = sealPattern.exec(line.toString('latin1', Math.max(0, line.length - sealLength))) ?? [];
  if (crc === undefined || crc !== hex(crc32(line.subarray(0, -sealLength)))) return undefined;
  try {
    return lineOf(JSON.parse(line.toString()));
  } catch {
    return undefined;
  }
};

type Fields = Readonly<Record<string, unknown>>;

const lineOf = (fields: Fields): Line | undefined => {
  if (isHeader(fields)) return { kind: 'header', header: fields };
  if (isFooter(fields)) return { kind: 'footer', footer: fields };
  if (isEvent(fields)) return { kind: 'event', event: eventOf(fields) };
  return undefined;
};

/** What a header of any version has. */
const isHeader = (fields: Fields): fields is Fields & Header =>
  fields.format === formatName && typeof fields.version === 'number';

const isFooter = (fields: Fields): fields is Fields & Footer =>
  typeof fields.events === 'number' && typeof fields.sha256 === 'string';

type StoredFields = Omit<RecordedEvent, 'revision'> & { readonly revision: string };

const textFields = ['stream', 'revision', 'id', 'type', 'recordedAt', 'position'] as const;

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const isEvent = (fields: Fields): fields is Fields & StoredFields =>
  textFields.every((name) => typeof fields[name] === 'string') &&
  isObject(fields.data) &&
  isObject(fields.metadata) &&
  Number.isSafeInteger((fields.metadata as Fields).schema);

const eventOf = (fields: StoredFields): RecordedEvent => ({
  stream: fields.stream,
  revision: BigInt(fields.revision),
  id: fields.id,
  type: fields.type,
  data: fields.data,
  metadata: fields.metadata,
  recordedAt: fields.recordedAt,
  position: fields.position,
});
