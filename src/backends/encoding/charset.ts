import { TextDecoder } from 'node:util';
import iconv from 'iconv-lite';
import { decodeGsm, encodeGsm } from './gsm0338.js';
import { systemDecode, systemKnows } from './systemIconv.js';

/** A charset by one of its labels. Decoding never fails: what has no meaning becomes U+FFFD. */
export interface Charset {
  readonly name: string;
  /**
   * True when the bytes 00 to 7F mean what they mean in ASCII. Only then does cutting at the bytes of white space, as
   * gateways do, leave the text whole.
   */
  readonly asciiCompatible: boolean;
  decode(bytes: Buffer): string;
}

/** One that we can write too. */
export interface WritableCharset extends Charset {
  /** What the charset does not have becomes what its encoder makes of it, usually `?`. */
  encode(text: string): Buffer;
}

const utf8: WritableCharset = {
  name: 'UTF-8',
  asciiCompatible: true,
  decode: (bytes) => bytes.toString('utf8'),
  encode: (text) => Buffer.from(text, 'utf8'),
};

const utf16be: WritableCharset = {
  name: 'UTF-16BE',
  asciiCompatible: false,
  decode: (bytes) => {
    const even = bytes.length & ~1;
    const text = Buffer.from(bytes.subarray(0, even)).swap16().toString('utf16le').toWellFormed();
    return even === bytes.length ? text : `${text}\ufffd`;
  },
  encode: (text) => Buffer.from(text.toWellFormed(), 'utf16le').swap16(),
};

/** Bytes that are no text: one character each, U+0000 to U+00FF, so that none is lost. */
const octets: WritableCharset = {
  name: '8-BIT',
  asciiCompatible: true,
  decode: (bytes) => bytes.toString('latin1'),
  encode: (text) => Buffer.from(text, 'latin1'),
};

const gsm: WritableCharset = { name: 'GSM', asciiCompatible: false, decode: decodeGsm, encode: encodeGsm };

/** Labels as {@link normalised}. Gateways say UCS-2 and mean big endian; iconv-lite reads it as little endian. */
const own: ReadonlyMap<string, WritableCharset> = new Map([
  ['utf8', utf8],
  ['utf16be', utf16be],
  ['ucs2', utf16be],
  ['ucs2be', utf16be],
  ['iso10646ucs2', utf16be],
  ['unicode', utf16be],
  ['csunicode', utf16be],
  ['8bit', octets],
  ['binary', octets],
  ['gsm', gsm],
  ['gsm7', gsm],
  ['gsm7bit', gsm],
  ['gsm0338', gsm],
]);

/** iconv-lite takes them for charsets, but they turn bytes into their own notation. */
const notations = new Set(['base64', 'hex']);

const normalised = (label: string): string => label.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

const whiteSpaceAndLetters = Buffer.from('\t\n\v\f\r AZaz09', 'latin1');

const isAsciiCompatible = (decode: Charset['decode']): boolean =>
  decode(whiteSpaceAndLetters) === whiteSpaceAndLetters.toString('latin1');

const fromIconv = (name: string): WritableCharset | undefined => {
  if (notations.has(name) || !iconv.encodingExists(name)) return undefined;
  // A byte order mark stays in the text: it counts as white space, and what came is kept as it came.
  const decode = (bytes: Buffer): string =>
    iconv.decode(bytes, name, { stripBOM: false, defaultEncoding: 'utf16be' }).toWellFormed();
  return {
    name,
    asciiCompatible: isAsciiCompatible(decode),
    decode,
    encode: (text) => iconv.encode(text.toWellFormed(), name),
  };
};

/** What Node knows of the WHATWG encoding standard: more labels than iconv-lite, and ISO-2022-JP. It only reads. */
const standardDecoder = (label: string): TextDecoder | undefined => {
  try {
    return new TextDecoder(label, { ignoreBOM: true });
  } catch {
    return undefined;
  }
};

const fromStandard = (decoder: TextDecoder): Charset => {
  const decode = (bytes: Buffer): string => decoder.decode(bytes);
  return { name: decoder.encoding, asciiCompatible: isAsciiCompatible(decode), decode };
};

const systemCharsets = new Map<string, Charset>();

/** Kept, since to find out what it does with ASCII takes a call of the program. */
const fromSystem = (name: string): Charset => {
  const known = systemCharsets.get(name);
  if (known !== undefined) return known;
  const decode = (bytes: Buffer): string => systemDecode(name, bytes);
  const charset = { name, asciiCompatible: isAsciiCompatible(decode), decode };
  systemCharsets.set(name, charset);
  return charset;
};

const writable = (label: string): WritableCharset | undefined => {
  const name = normalised(label);
  return own.get(name) ?? fromIconv(name);
};

/** The charset of a label, whatever its case and punctuation; undefined when no one knows it. */
export const charsetNamed = (label: string): Charset | undefined => {
  const known = writable(label);
  if (known !== undefined) return known;
  const decoder = standardDecoder(label);
  if (decoder !== undefined) return writable(decoder.encoding) ?? fromStandard(decoder);
  return systemKnows(label) ? fromSystem(label.toLowerCase()) : undefined;
};

/** The same, of those that we can write. */
export const writableCharset = (label: string): WritableCharset | undefined =>
  writable(label) ?? writable(standardDecoder(label)?.encoding ?? '');

/** Whether every byte had a meaning. A real U+FFFD counts as lost, which errs on the side of keeping the bytes. */
export const isWhole = (text: string): boolean => !text.includes('\ufffd');
