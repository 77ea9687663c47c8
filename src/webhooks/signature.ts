// Signatures as Standard Webhooks (standardwebhooks.com) describes them, so that receivers may use its libraries.
import { createHmac } from 'node:crypto';
import type { Call } from './calls.js';

const prefix = 'whsec_';
/** Bytes of a secret. */
const [least, most] = [24, 64];

/** Whether it is `whsec_` and the base64 of 24 to 64 bytes. */
export const isSecret = (text: string): boolean => {
  if (!text.startsWith(prefix)) return false;
  const encoded = text.slice(prefix.length);
  const { length } = Buffer.from(encoded, 'base64');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) && length >= least && length <= most;
};

const keyOf = (secret: string): Buffer => Buffer.from(secret.slice(prefix.length), 'base64');

/** What makes a call ours. Given several secrets, each signs: a receiver knows the old one or the new one. */
export const signatureHeaders = (
  secrets: readonly string[],
  { id, body }: Pick<Call, 'id' | 'body'>,
  atMs: number,
): Readonly<Record<string, string>> => {
  const seconds = String(Math.floor(atMs / 1_000));
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', keyOf(secret)).update(`${id}.${seconds}.`).update(body);
    return `v1,${hmac.digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signatures.join(' ') };
};
