// Percent-encoding between text and *bytes*. What the bytes mean is the charset's business: Kannel sends UTF-16BE
// (and others) percent-encoded, which every parser that assumes UTF-8 destroys.

/** Percent-encoding that is none. `at` counts characters from 0. */
export class PercentError extends Error {
  override readonly name = 'PercentError';
  readonly at: number;
  readonly found: string;

  constructor(encoded: string, at: number) {
    const found = encoded.slice(at, at + 3);
    super(`expected % and two hexadecimal digits, found ${JSON.stringify(found)} at character ${at + 1}`);
    this.at = at;
    this.found = found;
  }
}

const percent = 0x25;
const plus = 0x2b;
const space = 0x20;

const hexDigit = (code: number): number => {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : Number.NaN;
};

/**
 * The bytes of a form-encoded value: `%41` is a byte, `+` a space, any other character up to U+00FF the byte of its
 * number (that is how Node hands over raw bytes of a URL).
 *
 * @throws {PercentError}
 */
export const percentDecode = (encoded: string): Buffer => {
  const bytes = Buffer.allocUnsafe(encoded.length);
  let length = 0;
  for (let at = 0; at < encoded.length; at += 1) {
    let byte = encoded.charCodeAt(at);
    if (byte === percent) {
      byte = hexDigit(encoded.charCodeAt(at + 1)) * 16 + hexDigit(encoded.charCodeAt(at + 2));
      if (Number.isNaN(byte)) throw new PercentError(encoded, at);
      at += 2;
    } else if (byte === plus) {
      byte = space;
    } else if (byte > 0xff) {
      throw new PercentError(encoded, at);
    }
    bytes[length] = byte;
    length += 1;
  }
  return bytes.subarray(0, length);
};

const unreserved = /[A-Za-z0-9\-._~]/;

const encodedByte = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  return unreserved.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

/** Any bytes as a part of a URL or a form: everything but RFC 3986's unreserved characters is escaped. */
export const percentEncode = (bytes: Uint8Array): string => {
  let encoded = '';
  for (const byte of bytes) encoded += encodedByte[byte];
  return encoded;
};

/** The same for a text in UTF-8. A lone surrogate, which UTF-8 cannot say, becomes U+FFFD. */
export const percentEncodeText = (text: string): string => percentEncode(Buffer.from(text, 'utf8'));
