import type { UserEvent } from '../domain/accessEvents.js';
import { isoTime } from '../domain/clock.js';
import type { Access } from './access.js';
import type { Attempts } from './attempts.js';
import { type ChangeNeeds, change } from './changes.js';
import { sameName, userStream } from './names.js';
import { checkPassword, type Passwords } from './passwords.js';
import { isSameText, type NewSecret, sha256Of } from './secrets.js';
import { userAfter } from './stored.js';
import { partsOfToken, type Token } from './token.js';
import type { Session, User } from './user.js';
import type { Users } from './users.js';
import type { Scope, Visitor } from './visitor.js';

export interface LoginNeeds extends ChangeNeeds {
  readonly access: Access;
  readonly attempts: Attempts;
  readonly passwords: Passwords;
  readonly users: Users;
  readonly newSecret: NewSecret;
  readonly sessionMs: number;
}

/** What a browser shows again with each request. */
export interface SessionKey {
  readonly name: string;
  readonly session: string;
  readonly secret: string;
}

export interface OpenedSession extends SessionKey {
  readonly endsAt: string;
}

export type LoginResult =
  | { readonly kind: 'in'; readonly session: OpenedSession }
  /** How many more tries are left. */
  | { readonly kind: 'wrong'; readonly left: number }
  | { readonly kind: 'waiting'; readonly waitMs: number };

/** Who comes in: with a password, a session, a token. */
export class Logins {
  constructor(private readonly needs: LoginNeeds) {}

  /** @param address - from which it is tried */
  async logIn(given: string, password: string, address: string): Promise<LoginResult> {
    const { attempts, access, passwords } = this.needs;
    const name = sameName(given);
    const attempt = attempts.begin(name, address);
    if (!attempt.allowed) return { kind: 'waiting', waitMs: attempt.waitMs };
    await access.lookUp(name);
    const kept = access.directory.user(name)?.password;
    const isRight = await passwords.matches(password, kept);
    const session = isRight ? await this.#open(name, kept?.hash, address) : undefined;
    if (session === undefined) return { kind: 'wrong', left: attempt.left };
    attempts.succeeded(name, address);
    return { kind: 'in', session };
  }

  async logOut({ name, session }: Pick<SessionKey, 'name' | 'session'>): Promise<void> {
    await this.#change(name, (user) =>
      user?.sessions.some(({ id }) => id === session)
        ? [{ type: 'SessionClosed', data: { session, by: name, closedAt: this.#now } }]
        : [],
    );
    await this.needs.access.written(userStream(name));
  }

  /**
   * By the user, who knows the one of now. All sessions are over with it, and another one begins.
   *
   * @throws {AccessError} `bad-password` for the next one
   */
  async changePassword(name: string, current: string, next: string, address: string): Promise<LoginResult> {
    const { attempts, users } = this.needs;
    checkPassword(next, name);
    const attempt = attempts.begin(name, address);
    if (!attempt.allowed) return { kind: 'waiting', waitMs: attempt.waitMs };
    const changed = await users.changePassword(name, current, next);
    const session = changed === undefined ? undefined : await this.#open(name, changed.hash, address);
    if (session === undefined) return { kind: 'wrong', left: attempt.left };
    attempts.succeeded(name, address);
    return { kind: 'in', session };
  }

  /** @throws {AccessError} `dead-link`, `bad-password` */
  async useLink(given: string, secret: string, password: string, address: string): Promise<LoginResult> {
    const name = sameName(given);
    const { hash } = await this.needs.users.useLink(name, secret, password);
    const session = await this.#open(name, hash, address);
    return session === undefined ? { kind: 'wrong', left: 0 } : { kind: 'in', session };
  }

  /** Undefined: it is over, or never was. */
  async visitorWithSession({ name, session, secret }: SessionKey): Promise<Visitor | undefined> {
    const { access } = this.needs;
    const known = () => access.directory.user(name)?.sessions.find(({ id }) => id === session);
    if (known() === undefined) await access.lookUp(name);
    const [user, found] = [access.directory.user(name), known()];
    return user !== undefined && this.#isGood(found, secret) ? visitorOfUser(user) : undefined;
  }

  /** Undefined: it is revoked, has ended, or never was. */
  visitorWithToken(text: string): Visitor | undefined {
    const { name, secret } = partsOfToken(text) ?? {};
    if (name === undefined || secret === undefined) return undefined;
    const token = this.needs.access.directory.token(name);
    return token !== undefined && this.#isGood(token, secret) ? visitorOfToken(token) : undefined;
  }

  #isGood(kept: Pick<Session | Token, 'sha256' | 'endsAt'> | undefined, secret: string): boolean {
    return kept !== undefined && isSameText(kept.sha256, sha256Of(secret)) && kept.endsAt > this.#now;
  }

  /** @param hash - that the password was compared with: with another one it is void */
  async #open(name: string, hash: string | undefined, from: string): Promise<OpenedSession | undefined> {
    const { newId, newSecret, now, sessionMs } = this.needs;
    const [session, secret, endsAt] = [newId(), newSecret(), isoTime(now() + sessionMs)];
    const data = { session, sha256: sha256Of(secret), from, openedAt: this.#now, endsAt };
    let isOpened = false;
    await this.#change(name, (user) => {
      isOpened = user !== undefined && user.password?.hash === hash;
      return isOpened ? [{ type: 'SessionOpened', data }] : [];
    });
    if (!isOpened) return undefined;
    await this.needs.access.written(userStream(name));
    return { name, session, secret, endsAt };
  }

  get #now(): string {
    return isoTime(this.needs.now());
  }

  #change(name: string, decide: (user: User | undefined) => readonly UserEvent[]): Promise<void> {
    return change(this.needs, userStream(name), userAfter, decide);
  }
}

const visitorOfUser = ({ name, role, seesNumbers }: User): Visitor => ({
  name,
  role,
  by: name,
  seesNumbers: seesNumbers || role !== 'viewer',
});

const visitorOfToken = ({ name, scopes, seesNumbers }: Token): Visitor => {
  const role = scopes.includes('admin') ? 'admin' : roleOfScopes(scopes);
  return { name, role, by: `token:${name}`, seesNumbers: seesNumbers || role !== 'viewer', scopes };
};

const roleOfScopes = (scopes: readonly Scope[]) => (scopes.includes('operate') ? 'operator' : 'viewer');
