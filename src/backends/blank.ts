/** What stands in place of a secret. */
export const blank = '•••';

/** So many characters together are hardly anything but the secret. */
const leastAnywhere = 8;

/**
 * A text without these secrets, also where they come escaped as in an address, in JSON or in HTML. A short one is blanked as a
 * whole word only: within words, as `u` in Authorization, it would tear the sentence, and tell by the gaps what it is.
 */
export const withoutSecrets = (text: string, secrets: readonly string[]): string =>
  [...new Set(secrets)]
    .filter((secret) => secret !== '')
    // The longer first: one may be a part of another.
    .sort((a, b) => b.length - a.length)
    .reduce((left, secret) => left.replaceAll(patternOf(secret), () => blank), text);

const wordBegins = '(?:(?<![\\p{L}\\p{N}])|(?<=%[\\da-fA-F]{2}|\\\\u[\\da-fA-F]{4}))';
const wordEnds = '(?![\\p{L}\\p{N}])';

const patternOf = (secret: string): RegExp => {
  const written = Array.from(secret, (char) => formsOf(char)).join('');
  return new RegExp(secret.length >= leastAnywhere ? written : wordBegins + written + wordEnds, 'gu');
};

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** How a character may be written, as a pattern. What is escaped several times is found too. */
const formsOf = (char: string): string => {
  if (/^[a-z\d]$/i.test(char)) return char;
  const code = char.codePointAt(0) ?? 0;
  const itself = `\\u{${code.toString(16)}}`;
  const bytes = [...Buffer.from(char)].map((byte) => `%(?:25)*${hex(byte, 2)}`).join('');
  const units = char.split('').map((unit) => `\\\\+u${hex(unit.charCodeAt(0), 4)}`);
  const entity = entities[char];
  const forms = [
    char === '\\' ? '\\\\+' : `\\\\*${itself}`,
    bytes,
    units.join(''),
    `&#0*${code};`,
    `&#[xX]0*${hex(code, 1)};`,
    ...(entity === undefined ? [] : [entity]),
    ...(char === ' ' ? ['\\+'] : []),
  ];
  return `(?:${forms.join('|')})`;
};

/** Its digits, whatever their case. */
const hex = (value: number, width: number): string =>
  value
    .toString(16)
    .padStart(width, '0')
    .replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
