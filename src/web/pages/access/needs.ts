import type { Access } from '../../../access/access.js';
import { AccessError } from '../../../access/accessError.js';
import type { Logins } from '../../../access/logins.js';
import type { Tokens } from '../../../access/tokens.js';
import type { Users } from '../../../access/users.js';
import type { Answer } from '../route.js';

export interface AccessPagesNeeds {
  readonly access: Pick<Access, 'directory' | 'isKnown' | 'written'>;
  readonly users: Users;
  readonly tokens: Tokens;
  readonly logins: Logins;
  /** Of the service. */
  readonly title: string;
  readonly sessionHours: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What cannot be done is said at the head of the page from which it was asked. */
export const orSaid = async (path: string, work: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    return { kind: 'elsewhere', path, said: { tone: 'bad', text: error.message } };
  }
};

const minutesOf = (ms: number): string => {
  const minutes = Math.ceil(ms / 60_000);
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
};

export const waitingText = (waitMs: number): string =>
  `Too many wrong tries. Please wait ${minutesOf(waitMs)}, then try again.`;

export const leftText = (left: number): string =>
  left === 0
    ? 'No try is left: please wait 15 minutes.'
    : `${left} ${left === 1 ? 'try is' : 'tries are'} left, then 15 minutes of waiting.`;
