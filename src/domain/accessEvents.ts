// Users and tokens. As in events.ts, names and fields are a contract; docs/events.md describes each for people.
import type { DomainEvent } from './event.js';

/** A password as it is kept: what was made of it, and how. */
export interface PasswordHash {
  readonly algorithm: 'scrypt';
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
  /** Base64url. */
  readonly salt: string;
  /** Base64url. */
  readonly hash: string;
}

export type UserAdded = DomainEvent<
  'UserAdded',
  {
    readonly name: string;
    readonly role: string;
    readonly seesNumbers: boolean;
    readonly by: string;
    readonly addedAt: string;
  }
>;

export type UserRoleChanged = DomainEvent<
  'UserRoleChanged',
  { readonly role: string; readonly seesNumbers: boolean; readonly by: string; readonly changedAt: string }
>;

/** A link with which the user sets the password. With the password all links are over. */
export type PasswordLinkMade = DomainEvent<
  'PasswordLinkMade',
  { readonly sha256: string; readonly by: string; readonly madeAt: string; readonly endsAt: string }
>;

/** All sessions are over with it. */
export type PasswordChanged = DomainEvent<
  'PasswordChanged',
  { readonly password: PasswordHash; readonly by: string; readonly changedAt: string }
>;

export type UserRemoved = DomainEvent<'UserRemoved', { readonly by: string; readonly removedAt: string }>;

export type SessionOpened = DomainEvent<
  'SessionOpened',
  {
    readonly session: string;
    readonly sha256: string;
    /** The address from which the user came. */
    readonly from: string;
    readonly openedAt: string;
    readonly endsAt: string;
  }
>;

export type SessionClosed = DomainEvent<
  'SessionClosed',
  { readonly session: string; readonly by: string; readonly closedAt: string }
>;

/** Of all of them. */
export type SessionsClosed = DomainEvent<
  'SessionsClosed',
  { readonly by: string; readonly closedAt: string }
>;

/** In `user-<name>`. */
export type UserEvent =
  | UserAdded
  | UserRoleChanged
  | PasswordLinkMade
  | PasswordChanged
  | UserRemoved
  | SessionOpened
  | SessionClosed
  | SessionsClosed;

export type TokenAdded = DomainEvent<
  'TokenAdded',
  {
    readonly name: string;
    readonly scopes: readonly string[];
    readonly seesNumbers: boolean;
    readonly sha256: string;
    readonly by: string;
    readonly addedAt: string;
    readonly endsAt: string;
  }
>;

export type TokenRevoked = DomainEvent<'TokenRevoked', { readonly by: string; readonly revokedAt: string }>;

/** In `token-<name>`. */
export type TokenEvent = TokenAdded | TokenRevoked;

export const userCategory = 'user';
export const tokenCategory = 'token';

const blank = '•••';
const secretFields = ['password', 'sha256'];

/**
 * The same event, as it may be shown: from what is kept of a password a weak one could be guessed. By the stream and not by the
 * type, so that it holds for what a newer version writes, too.
 */
export const withoutHashes = <Event extends { readonly stream: string; readonly data: object }>(
  event: Event,
): Event => {
  const { stream, data } = event;
  if (!stream.startsWith(`${userCategory}-`) && !stream.startsWith(`${tokenCategory}-`)) return event;
  if (data === null || !secretFields.some((field) => Object.hasOwn(data, field))) return event;
  const shown = Object.entries(data).map(([field, value]) => [
    field,
    secretFields.includes(field) ? blank : value,
  ]);
  return { ...event, data: Object.fromEntries(shown) };
};
