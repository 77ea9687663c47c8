import type { ExecutionContext } from 'ava';
import { v7 } from 'uuid';
import { Access } from '../../src/access/access.js';
import { Attempts } from '../../src/access/attempts.js';
import { Logins } from '../../src/access/logins.js';
import { Passwords, type Strength } from '../../src/access/passwords.js';
import { newSecret } from '../../src/access/secrets.js';
import { Tokens } from '../../src/access/tokens.js';
import { Users } from '../../src/access/users.js';
import type { Clock } from '../../src/domain/clock.js';
import type { EventStore } from '../../src/store/port.js';
import { logOf } from '../support/log.js';

/** Guessed in no time, and worked on in none: for tests. */
export const weak: Strength = { cost: 16, blockSize: 1, parallelization: 1 };

export const password = 'correct horse battery';

/** A clock whose time passes when a test says so. */
export class SteppedClock implements Clock {
  ms = Date.parse('2026-03-20T12:00:00Z');

  now = (): number => this.ms;
  steady = (): number => this.ms;
  sleep = (_ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, 5);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
}

/** What a process has of the room. */
export const processOn = async (t: ExecutionContext, store: EventStore, clock = new SteppedClock()) => {
  const passwords = new Passwords(weak);
  const needs = { store, newId: () => v7(), now: clock.now, newSecret, passwords };
  const access = new Access({ store, clock, log: logOf(t) });
  access.start();
  t.teardown(() => access.stop());
  await access.known;
  const users = new Users(needs);
  const logins = new Logins({
    ...needs,
    users,
    access,
    attempts: new Attempts(clock.steady),
    sessionMs: 12 * 3_600_000,
  });
  return { clock, access, logins, users, tokens: new Tokens(needs) };
};
