import { ContainerModule } from 'inversify';
import { Access } from '../../access/access.js';
import { Attempts } from '../../access/attempts.js';
import { Logins } from '../../access/logins.js';
import { Passwords } from '../../access/passwords.js';
import { newSecret } from '../../access/secrets.js';
import { Tokens } from '../../access/tokens.js';
import { Users } from '../../access/users.js';
import { accessPages } from '../../web/pages/access/accessPages.js';
import { formTokens } from '../../web/visitors/formTokens.js';
import { visitors } from '../../web/visitors/visitors.js';
import { isOpenIn } from '../addresses.js';
import { keys } from '../keys.js';
import { secretOf } from '../signingSecret.js';

/** Who there is, and who asks. */
export const access = new ContainerModule(({ bind }) => {
  bind(keys.access)
    .toResolvedValue(
      (store, clock, log) => new Access({ store, clock, log }),
      [keys.store, keys.clock, keys.log],
    )
    .inSingletonScope();
  bind(keys.passwords)
    .toResolvedValue(() => new Passwords(), [])
    .inSingletonScope();
  bind(keys.users)
    .toResolvedValue(
      (store, newId, clock, passwords) =>
        new Users({ store, newId, now: () => clock.now(), newSecret, passwords }),
      [keys.store, keys.newId, keys.clock, keys.passwords],
    )
    .inSingletonScope();
  bind(keys.tokens)
    .toResolvedValue(
      (store, newId, clock) => new Tokens({ store, newId, now: () => clock.now(), newSecret }),
      [keys.store, keys.newId, keys.clock],
    )
    .inSingletonScope();
  bind(keys.logins)
    .toResolvedValue(
      (config, store, newId, clock, known, passwords, users) =>
        new Logins({
          store,
          newId,
          now: () => clock.now(),
          newSecret,
          passwords,
          users,
          access: known,
          attempts: new Attempts(() => clock.steady()),
          sessionMs: config.access.sessionHours * 3_600_000,
        }),
      [keys.config, keys.store, keys.newId, keys.clock, keys.access, keys.passwords, keys.users],
    )
    .inSingletonScope();
  bind(keys.accessPages)
    .toResolvedValue(
      ({ pages, access: { sessionHours } }, known, users, tokens, logins, clock) =>
        accessPages({
          access: known,
          users,
          tokens,
          logins,
          title: pages.title,
          sessionHours,
          now: () => clock.now(),
        }),
      [keys.config, keys.access, keys.users, keys.tokens, keys.logins, keys.clock],
    )
    .inSingletonScope();
  bind(keys.formTokens)
    .toResolvedValue((config) => formTokens(secretOf(config)), [keys.config])
    .inSingletonScope();
  bind(keys.visitors)
    .toResolvedValue(
      (config, logins, tokens, known) =>
        visitors({
          isOpen: isOpenIn(config),
          logins,
          formTokens: tokens,
          isKnown: () => known.isKnown(),
        }),
      [keys.config, keys.logins, keys.formTokens, keys.access],
    )
    .inSingletonScope();
});
