import { PercentError, percentDecode } from './encoding/percent.js';
import { Refusal } from './refusal.js';

/** The largest text taken, in bytes: some 730 short messages. */
const maxTextBytes = 100 * 1024;
/** The longest identity taken, in bytes. It becomes part of a stream's name. */
const maxIdentityBytes = 256;

/** The values of each field as they came, still percent-encoded. */
export type Fields = ReadonlyMap<string, readonly string[]>;

/** The bytes of a value. */
export const bytesOf = (name: string, encoded: string): Buffer => {
  try {
    return percentDecode(encoded);
  } catch (error) {
    if (!(error instanceof PercentError)) throw error;
    throw new Refusal(400, `"${shown(name)}" is not percent-encoded: ${error.message}.`);
  }
};

/** The value as a text in UTF-8. */
export const textOf = (name: string, encoded: string): string => bytesOf(name, encoded).toString('utf8');

/** A query, or a form's body, cut at `&` and `=`. Nothing but the names is decoded. */
export const splitFields = (query: string): Fields => {
  const fields = new Map<string, string[]>();
  let start = 0;
  while (start < query.length) {
    const next = query.indexOf('&', start);
    const end = next < 0 ? query.length : next;
    if (end > start) addField(fields, query.slice(start, end));
    start = end + 1;
  }
  return fields;
};

const addField = (fields: Map<string, string[]>, pair: string): void => {
  const equals = pair.indexOf('=');
  const encodedName = equals < 0 ? pair : pair.slice(0, equals);
  const name = /[%+\u0080-\uffff]/.test(encodedName) ? textOf(encodedName, encodedName) : encodedName;
  const value = equals < 0 ? '' : pair.slice(equals + 1);
  const values = fields.get(name);
  if (values) values.push(value);
  else fields.set(name, [value]);
};

/** The one value of a field, still encoded; undefined without one. */
export const single = (fields: Fields, name: string): string | undefined => {
  const values = fields.get(name);
  if (values && values.length > 1)
    throw new Refusal(400, `"${shown(name)}" came ${values.length} times; it is expected once.`);
  return values?.[0];
};

/** The same, when nothing works without it. */
export const required = (fields: Fields, name: string): string => {
  const value = single(fields, name);
  if (value === undefined) throw new Refusal(400, missing(name, fields.keys()));
  return value;
};

/** What to say about a field that did not come. */
export const missing = (name: string, came: Iterable<string>): string => {
  const names = [...came].slice(0, 20).map((other) => `"${shown(other)}"`);
  return `Expected a field "${shown(name)}", which did not come; these came: ${names.join(', ') || 'none'}.`;
};

/** The value of a fact that a gateway may tell; undefined when it told nothing, so that '' is never taken for an id. */
export const told = (fields: Fields, name: string): string | undefined => {
  const value = single(fields, name);
  return value === undefined || value === '' ? undefined : textOf(name, value);
};

/** What came beside the known fields, by its name; of a repeated one all values. */
export const others = (fields: Fields, known: ReadonlySet<string>): [string, string][] => {
  const rest: [string, string][] = [];
  for (const [name, values] of fields)
    if (!known.has(name)) rest.push([name, values.map((value) => textOf(name, value)).join(', ')]);
  return rest;
};

/** @throws {Refusal} when it cannot name a conversation */
export const checkIdentity = (name: string, identity: string): string => {
  if (identity.trim() === '')
    throw new Refusal(400, `"${shown(name)}" is empty; expected the sender's number or name.`);
  if (Buffer.byteLength(identity) > maxIdentityBytes)
    throw new Refusal(
      400,
      `"${shown(name)}" is longer than ${maxIdentityBytes} bytes; expected a number or a name.`,
    );
  return identity;
};

/** @throws {Refusal} when a text of so many bytes is more than we take */
export const checkSize = (name: string, bytes: number): void => {
  if (bytes > maxTextBytes)
    throw new Refusal(413, `"${shown(name)}" has ${bytes} bytes; at most ${maxTextBytes} are taken.`);
};

/** A name from outside, short enough to be said in a sentence. */
const shown = (name: string): string => (name.length > 40 ? `${name.slice(0, 40)}…` : name);
