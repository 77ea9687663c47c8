import type { SendErrorCode } from '../../domain/events.js';
import { codeOfStatus, type GatewayAnswer } from '../request.js';

/** What Kannel's sendsms says beside its status, where the status alone does not tell. From smsbox' own words. */
const phrases: readonly (readonly [status: number, words: RegExp, code: SendErrorCode])[] = [
  [403, /not routable|white- and\/or black-lists/i, 'rejected'],
  // The rest are settings of ours that no text gets past.
  [400, /sender missing/i, 'misconfigured'],
  [400, /^(account|alt-dcs|coding|compress|dlr-\w+|mclass|mwi|pid|rpi|validity) field/i, 'misconfigured'],
];

/** `accepted`, or why it was not. Kannel answers 202 to what it takes, with a body of `0: …` or `3: …`. */
export const judge = ({ status, body }: GatewayAnswer): 'accepted' | SendErrorCode => {
  if (status === 202) return 'accepted';
  if (status >= 200 && status < 300 && /^\s*[03]:/.test(body)) return 'accepted';
  const phrase = phrases.find(([of, words]) => of === status && words.test(body));
  if (phrase) return phrase[2];
  // sendsms has one address and no such answers of its own: whatever says 4xx there is not sendsms.
  const code = codeOfStatus(status);
  return code === 'rejected' && ![400, 413, 414, 431].includes(status) ? 'misconfigured' : code;
};
