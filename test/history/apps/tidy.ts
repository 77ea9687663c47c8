import type { App } from '../../../src/apps/app.js';
import { failure } from './failure.js';

// The invisible characters that phones and web forms add: they would stand in the way of every word.
const invisible = /[\u200b-\u200f\u2060\ufeff]/g;

/** Digits of other scripts by where their zero stands. */
const zeros = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0be6, 0x0e50, 0xff10];
const otherDigit =
  /[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0be6-\u0bef\u0e50-\u0e59\uff10-\uff19]/g;

const asAscii = (digit: string): string => {
  const code = digit.charCodeAt(0);
  const zero = zeros.findLast((start) => start <= code) ?? code;
  return String(code - zero);
};

/** Makes texts readable for the other apps, and tells each person once how to stop the texts. */
export default {
  name: 'tidy',

  parse: (message) => {
    if (message.text.includes('\u0007')) throw failure('RangeError', 'a bell is no text', 'tidy', 25);
    message.text = message.text
      .replaceAll(invisible, '')
      .replaceAll(otherDigit, asAscii)
      .replaceAll(/[ \t]+/g, ' ')
      .trim();
  },

  outgoing: (message, { conversation }) => {
    if (conversation.sent === 0 && message.app !== undefined) message.text += '\nSTOP = 🛑';
  },
} satisfies App;
