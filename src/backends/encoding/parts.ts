import { gsmCost } from './gsm0338.js';

/** How a text travels: 7-bit GSM 03.38, bytes, or UTF-16. */
export type Coding = 'gsm' | '8bit' | 'ucs2';

/** Units that fit one short message, and one part of several: the header that joins the parts takes six bytes. */
const limits: Readonly<Record<Coding, { readonly alone: number; readonly part: number }>> = {
  gsm: { alone: 160, part: 153 },
  '8bit': { alone: 140, part: 134 },
  ucs2: { alone: 70, part: 67 },
};

/** For `8bit` a character stands for a byte. What GSM 03.38 does not have costs the `?` that a gateway makes of it. */
const cost = (char: string, coding: Coding): number => (coding === 'gsm' ? gsmCost(char) || 1 : char.length);

/**
 * Cuts a text as gateways do: each part as long as it may be, and never within an escape sequence or a surrogate pair.
 * An empty text is one empty message.
 */
export const splitText = (text: string, coding: Coding): string[] => {
  const { alone, part } = limits[coding];
  const parts: string[] = [];
  let total = 0;
  let used = 0;
  let start = 0;
  let at = 0;
  for (const char of text) {
    const units = cost(char, coding);
    if (used + units > part) {
      parts.push(text.slice(start, at));
      start = at;
      used = 0;
    }
    used += units;
    total += units;
    at += char.length;
  }
  return total <= alone ? [text] : [...parts, text.slice(start)];
};

/** Into how many short messages a text is cut. */
export const countParts = (text: string, coding: Coding): number => splitText(text, coding).length;
