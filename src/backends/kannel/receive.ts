// What smsbox calls for each inbound message: our get-url, or the seed's, which has only the first line of these:
//   ?id=%p&text=%a&charset=%C&coding=%c
//   &raw=%b&smsid=%I&smsc=%i&to=%P&ts=%t&dcs=%O
import type { GatewayFacts } from '../../domain/events.js';
import type { Inbound, InboundRequest } from '../backend.js';
import { type Charset, charsetNamed, isWhole } from '../encoding/charset.js';
import {
  bytesOf,
  checkIdentity,
  checkSize,
  type Fields,
  others,
  required,
  single,
  splitFields,
  textOf,
  told,
} from '../fields.js';
import { Refusal, refusing } from '../refusal.js';

const known = new Set(['id', 'text', 'charset', 'coding', 'raw', 'smsid', 'smsc', 'to', 'ts']);

export const receive = refusing(({ query }: InboundRequest): Inbound => {
  const fields = splitFields(query);
  const identity = checkIdentity('id', textOf('id', required(fields, 'id')));
  const charset = charsetOf(told(fields, 'charset'), told(fields, 'coding'));
  const { text, rawText, damaged } = readText(fields, charset);
  const other = others(fields, known);
  if (damaged) other.push(['textHex', damaged.toString('hex')]);
  const gateway = factsOf(fields, rawText === text ? undefined : rawText, other);
  return { kind: 'message', identity, text, gateway };
});

/** The charset that Kannel names; without a name the one that its data coding implies. */
const charsetOf = (label: string | undefined, coding: string | undefined): Charset => {
  const name = label ?? (coding === '2' ? 'UTF-16BE' : coding === '1' ? '8-BIT' : 'UTF-8');
  const charset = charsetNamed(name);
  if (charset) return charset;
  throw new Refusal(
    400,
    `"charset" is ${JSON.stringify(name.slice(0, 40))}, which no one here knows; expected e.g. UTF-8 or UTF-16BE.`,
  );
};

interface ReadText {
  readonly text: string;
  readonly rawText?: string;
  /** The bytes as they came, when some of them mean nothing in their charset. The message is taken all the same. */
  readonly damaged?: Buffer;
}

/**
 * Kannel squeezes the white space of `%a` byte by byte. In a charset whose bytes are not ASCII's that destroys the
 * text: in UTF-16BE every character from U+0900 to U+0DFF (Hindi, Bengali, Tamil, …) begins with a byte of white space.
 * There the text is made from `%b`, with the white space of the characters squeezed.
 */
const readText = (fields: Fields, charset: Charset): ReadText => {
  const textBytes = readBytes('text', required(fields, 'text'));
  const raw = single(fields, 'raw');
  const rawBytes = raw === undefined || raw === '' ? undefined : readBytes('raw', raw);
  const rawText = rawBytes && charset.decode(rawBytes);
  const text =
    rawText === undefined || charset.asciiCompatible ? charset.decode(textBytes) : squeeze(rawText);
  const whole = isWhole(rawText ?? text);
  return {
    text,
    ...(rawText !== undefined && { rawText }),
    ...(!whole && { damaged: rawBytes ?? textBytes }),
  };
};

const readBytes = (name: string, encoded: string): Buffer => {
  const bytes = bytesOf(name, encoded);
  checkSize(name, bytes.length);
  return bytes;
};

/** What Kannel does with ASCII: words, with single spaces between them. */
const squeeze = (text: string): string => text.replaceAll(/[\t-\r ]+/g, ' ').replaceAll(/^ | $/g, '');

const factsOf = (fields: Fields, rawText: string | undefined, other: [string, string][]): GatewayFacts => {
  const facts: [keyof GatewayFacts, string | undefined][] = [
    ['id', told(fields, 'smsid')],
    ['smsc', told(fields, 'smsc')],
    ['receiver', told(fields, 'to')],
    ['charset', told(fields, 'charset')],
    ['coding', told(fields, 'coding')],
    ['time', told(fields, 'ts')],
    ['rawText', rawText],
  ];
  const present = Object.fromEntries(facts.filter(([, value]) => value !== undefined));
  // Object.fromEntries makes a field even of the name `__proto__`.
  return other.length > 0 ? { ...present, other: Object.fromEntries(other) } : present;
};
