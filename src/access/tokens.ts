import type { TokenEvent } from '../domain/accessEvents.js';
import { isoTime } from '../domain/clock.js';
import { AccessError } from './accessError.js';
import { type ChangeNeeds, change } from './changes.js';
import { checkedTokenName, sameName, tokenStream } from './names.js';
import { type NewSecret, sha256Of } from './secrets.js';
import { tokenAfter } from './stored.js';
import { type Token, tokenText } from './token.js';
import type { Scope } from './visitor.js';

export interface TokenNeeds extends ChangeNeeds {
  readonly newSecret: NewSecret;
}

export interface NewToken {
  readonly scopes: readonly Scope[];
  readonly seesNumbers: boolean;
  /** ISO, UTC. */
  readonly endsAt: string;
}

/** What is done with tokens, each an event with who did it. */
export class Tokens {
  constructor(private readonly needs: TokenNeeds) {}

  /**
   * A token of a name that was revoked, or has ended, is followed by the new one.
   *
   * @returns its text, to be shown once: it is kept nowhere
   * @throws {AccessError}
   */
  async add(given: string, { scopes, seesNumbers, endsAt }: NewToken, by: string): Promise<string> {
    const name = checkedTokenName(given);
    if (scopes.length === 0) throw new AccessError('no-scope', 'A token has at least one scope.');
    const secret = this.needs.newSecret();
    const sha256 = sha256Of(secret);
    await this.#change(name, (token) => {
      const now = this.#now;
      if (endsAt <= now) throw new AccessError('bad-end', 'A token ends in the future.');
      if (token !== undefined && token.endsAt > now)
        throw new AccessError('taken', `There is a token ${name} already.`);
      const data = { name, scopes, seesNumbers, sha256, by, addedAt: now, endsAt };
      const revoked: TokenEvent[] =
        token === undefined ? [] : [{ type: 'TokenRevoked', data: { by, revokedAt: now } }];
      return [...revoked, { type: 'TokenAdded', data }];
    });
    return tokenText(name, secret);
  }

  /** @throws {AccessError} `unknown` */
  async revoke(given: string, by: string): Promise<void> {
    const name = sameName(given);
    await this.#change(name, (token) => {
      if (token === undefined) throw new AccessError('unknown', `There is no token ${name}.`);
      return [{ type: 'TokenRevoked', data: { by, revokedAt: this.#now } }];
    });
  }

  get #now(): string {
    return isoTime(this.needs.now());
  }

  #change(name: string, decide: (token: Token | undefined) => readonly TokenEvent[]): Promise<void> {
    return change(this.needs, tokenStream(name), tokenAfter, decide);
  }
}
