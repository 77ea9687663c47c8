// Delivery reports: Kannel fills the escapes of the dlr-url that we gave it, and calls it.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { DeliveryStatus, GatewayFacts } from '../../domain/events.js';
import type { OutgoingText } from '../../outbound/gateway.js';
import type { BackendContext, Inbound, InboundRequest } from '../backend.js';
import { isWhole } from '../encoding/charset.js';
import { bytesOf, type Fields, others, required, single, splitFields, textOf, told } from '../fields.js';
import { Refusal, refusing } from '../refusal.js';

const statuses: ReadonlyMap<string, DeliveryStatus> = new Map([
  ['1', 'delivered'],
  ['2', 'failed'],
  ['4', 'buffered'],
  ['8', 'accepted'],
  ['16', 'rejected'],
  ['32', 'intermediate'],
]);

/** Kannel's escapes, by the names that they get in our address. */
const escapes = 'status=%d&answer=%A&smsc=%i&smsid=%I&foreign=%F&ts=%t&phone=%p';
const known = new Set([
  'message',
  'correlation',
  'identity',
  'signature',
  'status',
  'answer',
  'smsc',
  'smsid',
  'ts',
]);

/** 128 bits: as many as no one guesses, and the address stays short. */
const signatureBytes = 16;

/** Told to whoever brings a report on an address that another secret signed, or nobody did. */
export const notOurs = 'The signature is not ours; expected an address that this router gave out.';

/** What a report must give back. */
type Told = Pick<OutgoingText, 'messageId' | 'correlationId' | 'identity'>;

/** JSON keeps the parts apart whatever is in them. */
const signature = (secret: string, backend: string, { messageId, correlationId, identity }: Told): Buffer =>
  createHmac('sha256', secret)
    .update(JSON.stringify([backend, messageId, correlationId, identity]))
    .digest()
    .subarray(0, signatureBytes);

/**
 * The dlr-url of a text. The ids travel as base64url: percent-encoded ones would hold `%C3`, in which Kannel would
 * find its own escape `%C`. For the same reason a % of the base is doubled.
 */
export const createReportUrl = (backend: string, path: string, { publicUrl, secret }: BackendContext) => {
  const base = `${publicUrl}${path}dlr/`.replaceAll('%', '%%');
  return ({ messageId, correlationId, identity }: Told): string => {
    const told = {
      messageId: messageId.toWellFormed(),
      correlationId: correlationId.toWellFormed(),
      identity: identity.toWellFormed(),
    };
    const signed = signature(secret, backend, told).toString('base64url');
    return [
      `${base}?message=${base64url(told.messageId)}&correlation=${base64url(told.correlationId)}`,
      `identity=${base64url(told.identity)}&signature=${signed}&${escapes}`,
    ].join('&');
  };
};

const base64url = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

export const createReportReader = (backend: string, secret: string) =>
  refusing(({ query }: InboundRequest): Inbound => {
    const fields = splitFields(query);
    const messageId = identified(fields, 'message');
    const correlationId = identified(fields, 'correlation');
    const identity = identified(fields, 'identity');
    const given = Buffer.from(textOf('signature', single(fields, 'signature') ?? ''), 'base64url');
    const expected = signature(secret, backend, { messageId, correlationId, identity });
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new Refusal(403, notOurs);
    const code = textOf('status', required(fields, 'status'));
    const { text, damaged } = answerOf(fields);
    const gateway = factsOf(fields, damaged);
    const ids = { identity, messageId, correlationId };
    return { kind: 'report', ...ids, status: statusOf(code), code, ...text, gateway };
  });

const identified = (fields: Fields, name: string): string =>
  Buffer.from(textOf(name, required(fields, name)), 'base64url').toString('utf8');

const statusOf = (code: string): DeliveryStatus => {
  const status = statuses.get(code);
  if (status) return status;
  const found = JSON.stringify(code.slice(0, 40));
  throw new Refusal(400, `"status" is ${found}; expected Kannel's %d: ${[...statuses.keys()].join(', ')}.`);
};

/** The SMSC's words can be any bytes: read as UTF-8, and kept as they came when they are none. */
const answerOf = (fields: Fields): { text?: { text: string }; damaged?: Buffer } => {
  const encoded = single(fields, 'answer');
  if (encoded === undefined || encoded === '') return {};
  const bytes = bytesOf('answer', encoded);
  const text = bytes.toString('utf8');
  return isWhole(text) ? { text: { text } } : { text: { text }, damaged: bytes };
};

const factsOf = (fields: Fields, damaged: Buffer | undefined): GatewayFacts => {
  const id = told(fields, 'smsid');
  const smsc = told(fields, 'smsc');
  const time = told(fields, 'ts');
  const other = others(fields, known).filter(([, value]) => value !== '');
  if (damaged) other.push(['answerHex', damaged.toString('hex')]);
  return {
    ...(id !== undefined && { id }),
    ...(smsc !== undefined && { smsc }),
    ...(time !== undefined && { time }),
    ...(other.length > 0 && { other: Object.fromEntries(other) }),
  };
};
