import type { PasswordHash, UserEvent } from '../domain/accessEvents.js';
import { isoTime } from '../domain/clock.js';
import { AccessError } from './accessError.js';
import { type ChangeNeeds, change } from './changes.js';
import { checkedUserName, sameName, userStream } from './names.js';
import { checkPassword, type Passwords } from './passwords.js';
import { isSameText, type NewSecret, sha256Of } from './secrets.js';
import { userAfter } from './stored.js';
import type { PasswordLink, User } from './user.js';
import type { Role } from './visitor.js';

export interface UserNeeds extends ChangeNeeds {
  readonly newSecret: NewSecret;
  readonly passwords: Passwords;
}

export interface MadeLink {
  /** To be told to the user, and kept nowhere. */
  readonly secret: string;
  readonly endsAt: string;
}

export interface NewUser {
  readonly role: Role;
  readonly seesNumbers: boolean;
}

/** How long a link for setting the password works. */
export const linkMs = 60 * 60_000;

/** What is done with users, each an event with who did it. Each method throws {@link AccessError} for what cannot be. */
export class Users {
  constructor(private readonly needs: UserNeeds) {}

  /** @returns the name as it is kept */
  async add(given: string, { role, seesNumbers }: NewUser, by: string): Promise<string> {
    const name = checkedUserName(given);
    await this.#change(name, (user) => {
      if (user !== undefined) throw new AccessError('taken', `There is a user ${name} already.`);
      return [{ type: 'UserAdded', data: { name, role, seesNumbers, by, addedAt: this.#now } }];
    });
    return name;
  }

  async changeRole(name: string, { role, seesNumbers }: NewUser, by: string): Promise<void> {
    checkOther(name, by);
    await this.#changeKnown(name, (user) =>
      user.role === role && user.seesNumbers === seesNumbers
        ? []
        : [{ type: 'UserRoleChanged', data: { role, seesNumbers, by, changedAt: this.#now } }],
    );
  }

  async remove(name: string, by: string): Promise<void> {
    checkOther(name, by);
    await this.#changeKnown(name, () => [{ type: 'UserRemoved', data: { by, removedAt: this.#now } }]);
  }

  /** The user sets the password with it, once, within an hour. */
  async makeLink(name: string, by: string): Promise<MadeLink> {
    const link = this.#newLink(by);
    await this.#changeKnown(name, () => [link.event]);
    return link;
  }

  /** A link for an admin of this name who has no password yet, and is added if need be; undefined: the password is set. */
  async makeFirstLink(given: string, by: string): Promise<MadeLink | undefined> {
    const name = checkedUserName(given);
    const link = this.#newLink(by);
    let isNeeded = false;
    await this.#change(name, (user) => {
      isNeeded = user?.password === undefined;
      const data = { name, role: 'admin', seesNumbers: true, by, addedAt: this.#now };
      const added: UserEvent[] = user === undefined ? [{ type: 'UserAdded', data }] : [];
      return isNeeded ? [...added, link.event] : [];
    });
    return isNeeded ? link : undefined;
  }

  /** Of two with the same link at the same moment the second is told that it is used. */
  async useLink(name: string, secret: string, password: string): Promise<PasswordHash> {
    const known = sameName(name);
    // Before a password is worked on for nothing.
    this.#liveLink(await this.find(known), secret);
    checkPassword(password, known);
    const made = await this.needs.passwords.hash(password);
    await this.#change(known, (user) => {
      this.#liveLink(user, secret);
      return [this.#passwordChanged(made, known)];
    });
    return made;
  }

  /** Whether a link can be used: for what is said before a password is asked for. */
  async isLinkLive(name: string, secret: string): Promise<boolean> {
    return this.#liveLinkOf(await this.find(sameName(name)), secret) !== undefined;
  }

  async setPassword(name: string, password: string, by: string): Promise<void> {
    checkPassword(password, sameName(name));
    const made = await this.needs.passwords.hash(password);
    await this.#changeKnown(name, () => [this.#passwordChanged(made, by)]);
  }

  /** By the user. @returns what is kept of it; undefined: the one of now is another one */
  async changePassword(name: string, current: string, next: string): Promise<PasswordHash | undefined> {
    checkPassword(next, sameName(name));
    const known = (await this.find(name))?.password;
    if (!(await this.needs.passwords.matches(current, known))) return undefined;
    const made = await this.needs.passwords.hash(next);
    let isSame = false;
    await this.#changeKnown(name, ({ password }) => {
      isSame = password?.hash === known?.hash;
      return isSame ? [this.#passwordChanged(made, sameName(name))] : [];
    });
    return isSame ? made : undefined;
  }

  /** Logs out everywhere. */
  async closeSessions(name: string, by: string): Promise<void> {
    await this.#changeKnown(name, ({ sessions }) =>
      sessions.length === 0 ? [] : [{ type: 'SessionsClosed', data: { by, closedAt: this.#now } }],
    );
  }

  /** As the store says now, from beginning to end. */
  async find(name: string): Promise<User | undefined> {
    let found: User | undefined;
    await this.#change(sameName(name), (user) => {
      found = user;
      return [];
    });
    return found;
  }

  #newLink(by: string): MadeLink & { readonly event: UserEvent } {
    const secret = this.needs.newSecret();
    const madeAt = this.#now;
    const endsAt = isoTime(this.needs.now() + linkMs);
    return {
      secret,
      endsAt,
      event: { type: 'PasswordLinkMade', data: { sha256: sha256Of(secret), by, madeAt, endsAt } },
    };
  }

  #passwordChanged(password: PasswordHash, by: string): UserEvent {
    return { type: 'PasswordChanged', data: { password, by, changedAt: this.#now } };
  }

  #liveLink(user: User | undefined, secret: string): void {
    if (this.#liveLinkOf(user, secret) === undefined)
      throw new AccessError(
        'dead-link',
        'This link works no longer: it was used, or an hour is over. An admin makes a new one: threadless users link.',
      );
  }

  #liveLinkOf(user: User | undefined, secret: string): PasswordLink | undefined {
    const sha256 = sha256Of(secret);
    return user?.links.find((link) => isSameText(link.sha256, sha256) && link.endsAt > this.#now);
  }

  get #now(): string {
    return isoTime(this.needs.now());
  }

  #changeKnown(given: string, decide: (user: User) => readonly UserEvent[]): Promise<void> {
    const name = sameName(given);
    return this.#change(name, (user) => {
      if (user === undefined) throw new AccessError('unknown', `There is no user ${name}.`);
      return decide(user);
    });
  }

  #change(name: string, decide: (user: User | undefined) => readonly UserEvent[]): Promise<void> {
    return change(this.needs, userStream(name), userAfter, decide);
  }
}

/** So there is always one left who may do this. */
const checkOther = (name: string, by: string): void => {
  if (sameName(name) === by)
    throw new AccessError(
      'own-account',
      'Nobody changes the own role, or removes the own account: another admin does.',
    );
};
