import { isCanonicalUuid } from '../serialise.js';

/** A UUID in 16 bytes. */
export const packUuid = (uuid: string): Uint8Array => Buffer.from(uuid.replaceAll('-', ''), 'hex');

export const unpackUuid = (bytes: Uint8Array): string => {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** An id that need not be a UUID. Upper case stays text: it has to come back as it was given. */
export const packId = (id: string): Uint8Array | string => (isCanonicalUuid(id) ? packUuid(id) : id);

export const unpackId = (value: unknown): string =>
  value instanceof Uint8Array ? unpackUuid(value) : String(value);
