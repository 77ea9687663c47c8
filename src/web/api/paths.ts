import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import type { Connection } from '../../domain/connection.js';

const plain = /^[A-Za-z0-9+_-]$/;

/**
 * Any text as one part of a path, with nothing in it that a proxy would decode, collapse or split: what is not plain stands as `~` and two
 * hexadecimal digits for each byte.
 */
export const pathPart = (text: string): string =>
  Array.from(text.toWellFormed())
    .map((character) =>
      plain.test(character)
        ? character
        : [...Buffer.from(character)].map((byte) => `~${byte.toString(16).padStart(2, '0')}`).join(''),
    )
    .join('');

/** What {@link pathPart} made a part of, or a part as people write it by hand. */
export const textOfPart = (part: string): string => {
  if (!/~[0-9a-f]{2}/.test(part)) return part;
  const bytes = part
    .split(/(~[0-9a-f]{2})/)
    .map((piece) => (/^~[0-9a-f]{2}$/.test(piece) ? Buffer.from(piece.slice(1), 'hex') : Buffer.from(piece)));
  return Buffer.concat(bytes).toString('utf8');
};

/** Where conversations are read. For who may not see a number its path does not tell it either. */
export class ConversationPaths {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'conversation paths', 64));
  }

  /** @param seesNumbers - of the reader */
  of({ backend, identity }: Connection, seesNumbers: boolean): string {
    return `/conversations/${pathPart(backend)}/${seesNumbers ? pathPart(identity) : this.#sealed(backend, identity)}/`;
  }

  /** By the parts of such a path; undefined for a sealed one that is none of ours. */
  connection(backendPart: string, identityPart: string): Connection | undefined {
    const backend = textOfPart(backendPart);
    if (!identityPart.startsWith('~~')) return { backend, identity: textOfPart(identityPart) };
    const identity = this.#opened(backend, identityPart.slice(2));
    return identity === undefined ? undefined : { backend, identity };
  }

  /** An identity that may stand in an address of who may not see it. */
  seal(identity: string): string {
    return this.#sealed('', identity).slice(2);
  }

  /** Undefined for what is no such seal of ours. */
  open(seal: string): string | undefined {
    return this.#opened('', seal);
  }

  /** The same for the same conversation, so that a path can be kept. */
  #sealed(backend: string, identity: string): string {
    const start = this.#startOf(backend, identity);
    const cipher = createCipheriv('aes-256-gcm', this.#key.subarray(0, 32), start).setAAD(
      Buffer.from(backend),
    );
    const sealed = Buffer.concat([cipher.update(identity, 'utf8'), cipher.final()]);
    return `~~${Buffer.concat([start, cipher.getAuthTag(), sealed]).toString('base64url')}`;
  }

  #opened(backend: string, text: string): string | undefined {
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.length < 28) return undefined;
    const [start, tag, sealed] = [bytes.subarray(0, 12), bytes.subarray(12, 28), bytes.subarray(28)];
    const decipher = createDecipheriv('aes-256-gcm', this.#key.subarray(0, 32), start);
    try {
      decipher.setAAD(Buffer.from(backend)).setAuthTag(tag);
      return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }

  #startOf(backend: string, identity: string): Buffer {
    const hash = createHmac('sha256', this.#key.subarray(32)).update(`${backend}\0${identity}`).digest();
    return hash.subarray(0, 12);
  }
}
