// Telephone numbers, as far as one that is typed must be found among those that gateways told. No country's plan is known here.

const written = /^[(\s]*(?:\+|00)?[\d\s()./-]*\d[\d\s()./-]*$/;

/** One spelling of a number: digits alone. What is no number stays as it is. */
export const dialled = (identity: string): string => {
  const plain = identity.normalize('NFKC').trim();
  return written.test(plain) ? plain.replace(/\D/g, '').replace(/^00/, '') : identity;
};

/** Fewer digits are a service, or a word's. */
const fewest = 7;
/** A country's code, and a zero that some countries keep behind it. */
const longestCode = 4;

/** A number without its country, the zero apart that stands for that: `772000375` for `0772 000 375`. Undefined for any other. */
export const nationalPart = (identity: string): string | undefined => {
  const [, part = ''] = /^0([1-9]\d*)$/.exec(dialled(identity)) ?? [];
  return part.length >= fewest ? part : undefined;
};

/** Whether both may be one subscriber's: they differ in spelling, or in that one is without its country. */
export const isSameNumber = (one: string, other: string): boolean => {
  if (dialled(one) === dialled(other)) return true;
  const [ofOne, ofOther] = [nationalPart(one), nationalPart(other)];
  if (ofOne !== undefined && ofOther !== undefined) return ofOne === ofOther;
  if (ofOne !== undefined) return hasPart(other, ofOne);
  return ofOther !== undefined && hasPart(one, ofOther);
};

/** More digits than these are a number with its country, typed without its sign. */
const longestBare = 10;

/** What is typed may be a number without its country, with no zero to stand for that: `772 000 375`. Undefined where it is surely not. */
export const barePart = (identity: string): string | undefined => {
  if (/^[(\s]*(?:\+|00)/.test(identity.normalize('NFKC'))) return undefined;
  const digits = dialled(identity);
  return /^[1-9]\d+$/.test(digits) && digits.length >= fewest && digits.length <= longestBare
    ? digits
    : undefined;
};

/** Whether a number that is known may be the one that someone typed: as {@link isSameNumber}, and where the typed one begins without its country. */
export const isMeantBy = (typed: string, known: string): boolean => {
  const part = barePart(typed);
  return isSameNumber(typed, known) || (part !== undefined && hasPart(known, part));
};

const hasPart = (whole: string, part: string): boolean => {
  const digits = dialled(whole);
  const code = digits.length - part.length;
  return /^\d+$/.test(digits) && code > 0 && code <= longestCode && digits.endsWith(part);
};

/** How a number with its country may be written without it: of each length that one may have. */
export const nationalSpellings = (identity: string): readonly string[] => {
  const digits = dialled(identity);
  if (!/^[1-9]\d+$/.test(digits)) return [];
  return Array.from({ length: longestCode }, (_, code) => digits.slice(code + 1))
    .filter((part) => part.length >= fewest && !part.startsWith('0'))
    .map((part) => `0${part}`);
};
