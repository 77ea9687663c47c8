// Users and tokens as streams: which events are theirs, and what they come to.
import { type TokenEvent, tokenCategory, type UserEvent, userCategory } from '../domain/accessEvents.js';
import type { DomainEvent, RecordedEvent } from '../domain/event.js';
import { isNewer } from '../domain/understood.js';
import { tokenStream, userStream } from './names.js';
import { evolveToken, type Token } from './token.js';
import { evolveUser, type User } from './user.js';

export const accessCategories = [userCategory, tokenCategory];

const ofUsers: Readonly<Record<UserEvent['type'], true>> = {
  UserAdded: true,
  UserRoleChanged: true,
  PasswordLinkMade: true,
  PasswordChanged: true,
  UserRemoved: true,
  SessionOpened: true,
  SessionClosed: true,
  SessionsClosed: true,
};
const ofTokens: Readonly<Record<TokenEvent['type'], true>> = { TokenAdded: true, TokenRevoked: true };

export const accessTypes: readonly string[] = [...Object.keys(ofUsers), ...Object.keys(ofTokens)];

const isUserEvent = (event: DomainEvent): event is UserEvent =>
  Object.hasOwn(ofUsers, event.type) && event.data !== null;
const isTokenEvent = (event: DomainEvent): event is TokenEvent =>
  Object.hasOwn(ofTokens, event.type) && event.data !== null;

/** The user after one more event of the stream. One of a newer version changes nothing. */
export const userAfter = (user: User | undefined, event: RecordedEvent): User | undefined => {
  if (!isUserEvent(event) || isNewer(event)) return user;
  const next = evolveUser(user, event);
  // Another program's, which calls its streams as we do.
  return next === undefined || userStream(next.name) === event.stream ? next : user;
};

export const tokenAfter = (token: Token | undefined, event: RecordedEvent): Token | undefined => {
  if (!isTokenEvent(event) || isNewer(event)) return token;
  const next = evolveToken(token, event);
  return next === undefined || tokenStream(next.name) === event.stream ? next : token;
};
