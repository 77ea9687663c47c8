// A user, folded from the events of its stream.
import type { PasswordHash, UserEvent } from '../domain/accessEvents.js';
import { isText, isTime, saysRole } from './said.js';
import type { Role } from './visitor.js';

/** A time in which a browser is logged in. */
export interface Session {
  readonly id: string;
  readonly sha256: string;
  readonly from: string;
  readonly openedAt: string;
  readonly endsAt: string;
}

export interface PasswordLink {
  readonly sha256: string;
  readonly endsAt: string;
}

export interface User {
  readonly name: string;
  readonly role: Role;
  readonly seesNumbers: boolean;
  /** Absent: nobody can log in with this name yet. */
  readonly password?: PasswordHash;
  /** The last of those that were opened, oldest first. They may have ended by time. */
  readonly sessions: readonly Session[];
  readonly links: readonly PasswordLink[];
  readonly addedAt: string;
  readonly addedBy: string;
}

/** More devices than anyone has: the oldest is logged out. */
const mostSessions = 20;
const mostLinks = 10;

/** The user after one more event; undefined: there is none. Never throws, and passes over what does not say what it should. */
export const evolveUser = (user: User | undefined, { type, data }: UserEvent): User | undefined => {
  if (type === 'UserAdded') return added(user, data);
  if (user === undefined) return undefined;
  switch (type) {
    case 'UserRoleChanged':
      return saysRole(data) ? { ...user, role: data.role, seesNumbers: data.seesNumbers === true } : user;
    case 'PasswordLinkMade':
      return isText(data.sha256) && isTime(data.endsAt)
        ? { ...user, links: [...user.links, { sha256: data.sha256, endsAt: data.endsAt }].slice(-mostLinks) }
        : user;
    case 'PasswordChanged':
      return isHash(data.password) ? { ...user, password: data.password, sessions: [], links: [] } : user;
    case 'UserRemoved':
      return undefined;
    case 'SessionOpened':
      return opened(user, data);
    case 'SessionClosed':
      return { ...user, sessions: user.sessions.filter(({ id }) => id !== data.session) };
    case 'SessionsClosed':
      return { ...user, sessions: [] };
  }
};

const added = (
  user: User | undefined,
  data: Extract<UserEvent, { type: 'UserAdded' }>['data'],
): User | undefined => {
  if (user !== undefined || !isText(data.name) || !saysRole(data)) return user;
  const { name, role, seesNumbers, by, addedAt } = data;
  return {
    name,
    role,
    seesNumbers: seesNumbers === true,
    sessions: [],
    links: [],
    addedAt: String(addedAt),
    addedBy: String(by),
  };
};

const opened = (user: User, data: Extract<UserEvent, { type: 'SessionOpened' }>['data']): User => {
  const { session, sha256, from, openedAt, endsAt } = data;
  if (![session, sha256, from].every(isText) || ![openedAt, endsAt].every(isTime)) return user;
  // What has ended when another begins need not be kept.
  const others = user.sessions.filter((other) => other.id !== session && other.endsAt > openedAt);
  const sessions = [...others, { id: session, sha256, from, openedAt, endsAt }].slice(-mostSessions);
  return { ...user, sessions };
};

/** More of it would keep a login busy for minutes. */
const mostCost = 2 ** 20;

const isHash = (password: PasswordHash | null | undefined): password is PasswordHash =>
  typeof password === 'object' &&
  password !== null &&
  password.algorithm === 'scrypt' &&
  isPowerOfTwo(password.cost) &&
  password.cost <= mostCost &&
  [password.blockSize, password.parallelization].every(
    (number) => Number.isSafeInteger(number) && number >= 1 && number <= 32,
  ) &&
  // What decodes to nothing would be the same as nothing.
  [password.salt, password.hash].every((text) => isText(text) && /^[\w-]{22,1000}$/.test(text));

const isPowerOfTwo = (number: number): boolean =>
  Number.isSafeInteger(number) && number >= 2 && (number & (number - 1)) === 0;
