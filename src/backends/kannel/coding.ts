import { SendError } from '../../outbound/gateway.js';
import { type WritableCharset, writableCharset } from '../encoding/charset.js';
import { fitsGsm, gsmCost } from '../encoding/gsm0338.js';
import { type Coding, countParts } from '../encoding/parts.js';
import type { KannelConfig } from './config.js';

/** A text as sendsms takes it. */
export interface EncodedText {
  readonly bytes: Buffer;
  readonly coding: Coding;
  /** Value of sendsms' `coding`. */
  readonly number: 0 | 1 | 2;
  /** Value of sendsms' `charset`; bytes have none. */
  readonly charset?: string;
  readonly parts: number;
}

type Policy = Pick<KannelConfig, 'coding' | 'charset' | 'encodeErrors'>;

/** @throws {SendError} `rejected`, when the policy does not let the text go as it is */
export const createEncoder = ({ coding, charset, encodeErrors }: Policy): ((text: string) => EncodedText) => {
  if (coding !== 'auto') {
    const label = charset ?? (coding === 1 ? 'ISO-8859-1' : 'UTF-8');
    return encoderFor(coding, label, encodeErrors);
  }
  // Nothing can be missing from these two, so the policy has nothing to decide.
  const gsm = encoderFor(0, 'UTF-8', 'replace');
  const ucs2 = encoderFor(2, charset ?? 'UTF-8', 'replace');
  return (text) => (fitsGsm(text) ? gsm(text) : ucs2(text));
};

const codings = { 0: 'gsm', 1: '8bit', 2: 'ucs2' } as const;

const encoderFor = (number: 0 | 1 | 2, label: string, policy: Policy['encodeErrors']) => {
  const charset = writableCharset(label);
  if (!charset) throw new TypeError(`unknown charset ${label}: the schema lets none through`);
  const coding = codings[number];
  const fits = fitter(coding, charset);
  const lost = new Intl.ListFormat('en', { type: 'disjunction' }).format(
    coding === 'gsm' ? [label, 'GSM 03.38'] : [label],
  );
  return (text: string): EncodedText => {
    const whole = text.toWellFormed();
    const kept = fitsWhole(whole, coding, charset) ? whole : keep(whole, fits, policy, lost);
    const bytes = charset.encode(kept);
    const counted = coding === '8bit' ? bytes.toString('latin1') : kept;
    const parts = countParts(counted, coding);
    return { bytes, coding, number, parts, ...(coding !== '8bit' && { charset: label }) };
  };
};

/** Whether a character arrives: the charset has it, and with 7-bit coding also the alphabet that Kannel turns it into. */
const fitter = (coding: Coding, charset: WritableCharset): ((char: string) => boolean) => {
  const inCharset = (char: string): boolean => charset.decode(charset.encode(char)) === char;
  return coding === 'gsm' ? (char) => gsmCost(char) > 0 && inCharset(char) : inCharset;
};

/** The same for a whole text at once, because nearly every text fits. */
const fitsWhole = (text: string, coding: Coding, charset: WritableCharset): boolean =>
  (coding !== 'gsm' || fitsGsm(text)) && charset.decode(charset.encode(text)) === text;

const keep = (
  text: string,
  fits: (char: string) => boolean,
  policy: Policy['encodeErrors'],
  alphabet: string,
): string => {
  let kept = '';
  for (const char of text) {
    if (fits(char)) kept += char;
    else if (policy === 'replace') kept += '?';
    else if (policy === 'strict') {
      throw new SendError('rejected', `${JSON.stringify(char)} is not in ${alphabet}`);
    }
  }
  if (kept === '' && text !== '') throw new SendError('rejected', `none of the text is in ${alphabet}`);
  return kept;
};
