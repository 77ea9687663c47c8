// GSM 03.38 (3GPP TS 23.038): the default alphabet and its extension table. One character is one septet, one of the
// extension is two: an escape and its code.

const escapeCode = 0x1b;

/** At each place the character of that code; the escape holds its place with itself. */
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

const extension: ReadonlyMap<number, string> = new Map([
  [0x0a, '\f'],
  [0x14, '^'],
  [0x28, '{'],
  [0x29, '}'],
  [0x2f, '\\'],
  [0x3c, '['],
  [0x3d, '~'],
  [0x3e, ']'],
  [0x40, '|'],
  [0x65, '€'],
]);

const septetsByChar: ReadonlyMap<string, readonly number[]> = new Map([
  ...Array.from(basic)
    .map((char, code): [string, number[]] => [char, [code]])
    .filter(([, [code]]) => code !== escapeCode),
  ...[...extension].map(([code, char]): [string, number[]] => [char, [escapeCode, code]]),
]);

/** How many septets a character takes; 0 when the alphabet does not have it. */
export const gsmCost = (char: string): number => septetsByChar.get(char)?.length ?? 0;

/** Whether the whole text can be said in GSM 03.38. */
export const fitsGsm = (text: string): boolean => {
  for (const char of text) if (!septetsByChar.has(char)) return false;
  return true;
};

/** One septet a byte. A character that the alphabet does not have becomes `?`. */
export const encodeGsm = (text: string): Buffer =>
  Buffer.from(Array.from(text).flatMap((char) => septetsByChar.get(char) ?? [0x3f]));

/** The text of bytes that hold one septet each. What has no meaning (above 0x7F, an unknown escape) becomes U+FFFD. */
export const decodeGsm = (bytes: Uint8Array): string => {
  let text = '';
  for (let at = 0; at < bytes.length; at += 1) {
    const code = bytes[at] ?? 0;
    if (code !== escapeCode) {
      text += basic[code] ?? '\ufffd';
      continue;
    }
    at += 1;
    text += extension.get(bytes[at] ?? escapeCode) ?? '\ufffd';
  }
  return text;
};
