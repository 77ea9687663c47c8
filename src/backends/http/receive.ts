// A text as a form, as JSON or in the query, in fields of configurable names.
import type { GatewayFacts } from '../../domain/events.js';
import type { Inbound, InboundRequest } from '../backend.js';
import { type Charset, charsetNamed, isWhole } from '../encoding/charset.js';
import { bytesOf, checkIdentity, checkSize, missing, single, splitFields } from '../fields.js';
import { Refusal, refusing } from '../refusal.js';
import type { HttpConfig } from './config.js';

interface Value {
  /** A text; from JSON anything. */
  readonly value: unknown;
  /** The bytes that the text was made from, when some of them mean nothing in their charset. */
  readonly damaged?: Buffer;
}

type Names = Pick<HttpConfig, 'incomingIdentity' | 'incomingText' | 'incomingId'>;

export const createReader = ({ incomingIdentity, incomingText, incomingId }: Names) =>
  refusing((request: InboundRequest): Inbound => {
    const values = collect(request);
    const identity = checkIdentity(incomingIdentity, textIn(values, incomingIdentity).value);
    const { value: text, damaged } = textIn(values, incomingText);
    checkSize(incomingText, Buffer.byteLength(text));
    const id = incomingId === undefined ? undefined : idIn(values, incomingId);
    const known = new Set([incomingIdentity, incomingText, incomingId]);
    const other = [...values].filter(([name]) => !known.has(name)).map(asText);
    if (damaged) other.push(['textHex', damaged.toString('hex')]);
    const gateway: GatewayFacts = {
      ...(id !== undefined && id !== '' && { id }),
      ...(other.length > 0 && { other: Object.fromEntries(other) }),
    };
    return { kind: 'message', identity, text, ...(Object.keys(gateway).length > 0 && { gateway }) };
  });

const collect = (request: InboundRequest): Map<string, Value> => {
  const values = formValues(request.query, utf8);
  for (const [name, value] of bodyValues(request)) {
    if (values.has(name))
      throw new Refusal(400, `"${name}" came in the query and in the body; it is expected once.`);
    values.set(name, value);
  }
  return values;
};

const bodyValues = ({ method, body, contentType = '' }: InboundRequest): Map<string, Value> => {
  if (method === 'GET' || body.length === 0) return new Map();
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim());
  switch (type.toLowerCase()) {
    case 'application/x-www-form-urlencoded':
      return formValues(body.toString('latin1'), charsetIn(parameters));
    case 'application/json':
      return jsonValues(body);
  }
  const found = type === '' ? 'none' : type.slice(0, 80);
  throw new Refusal(
    415,
    `The Content-Type is ${found}; expected application/x-www-form-urlencoded or application/json.`,
  );
};

const named = (label: string): Charset => {
  const charset = charsetNamed(label);
  if (charset) return charset;
  throw new Refusal(415, `No one here knows the charset "${label.slice(0, 40)}"; expected e.g. UTF-8.`);
};

const utf8 = named('UTF-8');

const charsetIn = (parameters: readonly string[]): Charset => {
  const parameter = parameters.find((part) => /^charset\s*=/i.test(part));
  const label = parameter?.slice(parameter.indexOf('=') + 1).replaceAll(/["'\s]/g, '');
  return label ? named(label) : utf8;
};

const formValues = (form: string, charset: Charset): Map<string, Value> => {
  const fields = splitFields(form);
  const values = new Map<string, Value>();
  for (const name of fields.keys()) {
    const bytes = bytesOf(name, single(fields, name) ?? '');
    const value = charset.decode(bytes);
    values.set(name, isWhole(value) ? { value } : { value, damaged: bytes });
  }
  return values;
};

const jsonValues = (body: Buffer): Map<string, Value> => {
  const parsed = parseJson(body);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new Refusal(400, 'The body is not a JSON object; expected one with a field for each value.');
  return new Map(Object.entries(parsed).map(([name, value]) => [name, { value }]));
};

const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 120) : '';
    throw new Refusal(400, `The body is not JSON in UTF-8: ${reason}.`);
  }
};

const textIn = (values: Map<string, Value>, name: string): { value: string; damaged?: Buffer } => {
  const found = values.get(name);
  if (!found) throw new Refusal(400, missing(name, values.keys()));
  const { value, damaged } = found;
  if (typeof value !== 'string')
    throw new Refusal(400, `"${name}" is ${kindOf(value)}; expected a text in quotes.`);
  return { value: value.toWellFormed(), ...(damaged && { damaged }) };
};

/** A number beyond 2^53 has lost digits: two messages would look like one. */
const idIn = (values: Map<string, Value>, name: string): string | undefined => {
  const value = values.get(name)?.value;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new Refusal(
    400,
    `"${name}" is ${kindOf(value)}; expected a text in quotes or a whole number below 2^53.`,
  );
};

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;

const asText = ([name, { value }]: [string, Value]): [string, string] => [
  name,
  typeof value === 'string' ? value : JSON.stringify(value),
];
