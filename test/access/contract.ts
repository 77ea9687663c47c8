import test, { type ExecutionContext } from 'ava';
import { AccessError, type AccessErrorCode } from '../../src/access/accessError.js';
import { newSecret } from '../../src/access/secrets.js';
import { eventually } from '../kannel/support/wait.js';
import type { Engine } from '../store/engine.js';
import { password, processOn } from './support.js';

/** No other test's, on a server that they share. */
const newName = () => `anna-${newSecret().replace(/\W|_/g, '').slice(0, 12)}`.toLowerCase();

const viewer = { role: 'viewer', seesNumbers: false } as const;
const operator = { role: 'operator', seesNumbers: false } as const;

const refusedWith = async (t: ExecutionContext, code: AccessErrorCode, work: Promise<unknown>) => {
  const error = await t.throwsAsync(work, { instanceOf: AccessError });
  t.is(error?.code, code);
};

/** What users, tokens and sessions promise on every engine. */
export const holdsOn = (name: string, engine: Engine): void => {
  const given = async (t: ExecutionContext) => {
    const store = await engine.open(t);
    return { store, anna: newName(), ...(await processOn(t, store)) };
  };
  const withPassword = async (t: ExecutionContext, user = viewer as typeof viewer | typeof operator) => {
    const parts = await given(t);
    await parts.users.add(parts.anna, user, 'ben');
    await parts.users.setPassword(parts.anna, password, 'ben');
    return parts;
  };

  test(`${name}: with name and password one is logged in, until one logs out`, async (t) => {
    const { anna, logins } = await withPassword(t, operator);
    const result = await logins.logIn(` ${anna.toUpperCase()}`, password, '127.0.0.1');
    if (result.kind !== 'in') return t.fail(result.kind);
    t.deepEqual(await logins.visitorWithSession(result.session), {
      name: anna,
      role: 'operator',
      by: anna,
      seesNumbers: true,
    });
    const wrong = { ...result.session, secret: newSecret() };
    t.is(await logins.visitorWithSession(wrong), undefined);
    await logins.logOut(result.session);
    t.is(await logins.visitorWithSession(result.session), undefined);
  });

  test(`${name}: a wrong password and an unknown name are told the same, and end in a pause`, async (t) => {
    const { anna, logins } = await withPassword(t);
    const tell = (who: string) => logins.logIn(who, 'wrong', '127.0.0.1');
    const nobody = newName();
    for (const left of [4, 3, 2, 1, 0]) {
      t.deepEqual(await tell(anna), { kind: 'wrong', left });
      t.deepEqual(await tell(nobody), { kind: 'wrong', left });
    }
    t.like(await tell(nobody), { kind: 'waiting' });
    t.like(await logins.logIn(anna, password, '127.0.0.1'), { kind: 'waiting' });
  });

  test(`${name}: of two with one link at the same moment one sets the password`, async (t) => {
    const { anna, users, logins } = await given(t);
    const link = await users.makeFirstLink(anna, 'the first start');
    t.truthy(link);
    const secret = link?.secret ?? '';
    const results = await Promise.allSettled(
      ['first of all passwords', 'second of all passwords'].map((text) => users.useLink(anna, secret, text)),
    );
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    t.deepEqual(
      refused.map((error) => (error as AccessError).code),
      ['dead-link'],
    );
    const first = results[0]?.status === 'fulfilled' ? 'first' : 'second';
    t.like(await logins.logIn(anna, `${first} of all passwords`, '127.0.0.1'), { kind: 'in' });
    t.is(await users.makeFirstLink(anna, 'the next start'), undefined);
    await refusedWith(t, 'dead-link', users.useLink(anna, secret, password));
  });

  test(`${name}: each of several first links works, and a link ends after an hour`, async (t) => {
    const { anna, clock, users } = await given(t);
    const first = await users.makeFirstLink(anna, 'one process');
    clock.ms += 60_000;
    const second = await users.makeFirstLink(anna, 'another process');
    clock.ms += 59 * 60_000;
    await refusedWith(t, 'dead-link', users.useLink(anna, first?.secret ?? '', password));
    t.true(await users.isLinkLive(anna, second?.secret ?? ''));
    t.false(await users.isLinkLive(anna, first?.secret ?? ''));
    await users.useLink(anna, second?.secret ?? '', password);
    t.is((await users.find(anna))?.role, 'admin');
  });

  test(`${name}: of many who add one name at the same moment one does`, async (t) => {
    const { anna, users } = await given(t);
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, (_, n) => users.add(anna, viewer, `admin ${n}`)),
    );
    t.is(results.filter(({ status }) => status === 'fulfilled').length, 1);
    const by = results.findIndex(({ status }) => status === 'fulfilled');
    t.is((await users.find(anna))?.addedBy, `admin ${by}`);
  });

  test(`${name}: a session ends by its time`, async (t) => {
    const { anna, clock, logins } = await withPassword(t);
    const result = await logins.logIn(anna, password, '127.0.0.1');
    if (result.kind !== 'in') return t.fail(result.kind);
    clock.ms += 12 * 3_600_000 - 1;
    t.truthy(await logins.visitorWithSession(result.session));
    clock.ms += 1;
    t.is(await logins.visitorWithSession(result.session), undefined);
  });

  test(`${name}: what is not possible is refused with a reason`, async (t) => {
    const { anna, users, tokens } = await withPassword(t);
    await refusedWith(t, 'taken', users.add(anna.toUpperCase(), viewer, 'ben'));
    for (const bad of ['', 'a b', 'token:x', '-x', 'development', 'x'.repeat(65), 'a/b'])
      await refusedWith(t, 'bad-name', users.add(bad, viewer, 'ben'));
    await refusedWith(t, 'unknown', users.remove(newName(), 'ben'));
    await refusedWith(t, 'bad-password', users.setPassword(anna, 'short', 'ben'));
    t.is(await users.changePassword(anna, 'not this one', 'another password'), undefined);
    await refusedWith(t, 'own-account', users.remove(anna, anna));
    await refusedWith(t, 'own-account', users.changeRole(anna, { role: 'admin', seesNumbers: true }, anna));
    await refusedWith(t, 'unknown', tokens.revoke(newName(), 'ben'));
    await refusedWith(
      t,
      'bad-end',
      tokens.add('shop', { scopes: ['read'], seesNumbers: false, endsAt: '2020-01-01T00:00:00.000Z' }, 'b'),
    );
  });

  test(`${name}: who changes the password is logged out everywhere else`, async (t) => {
    const { anna, logins } = await withPassword(t);
    const before = await logins.logIn(anna, password, '127.0.0.1');
    const next = 'another long password';
    t.like(await logins.changePassword(anna, 'not this one', next, '127.0.0.1'), { kind: 'wrong', left: 4 });
    const after = await logins.changePassword(anna, password, next, '127.0.0.1');
    if (before.kind !== 'in' || after.kind !== 'in') return t.fail();
    t.is(await logins.visitorWithSession(before.session), undefined);
    t.truthy(await logins.visitorWithSession(after.session));
    t.like(await logins.logIn(anna, password, '127.0.0.1'), { kind: 'wrong' });
    t.like(await logins.logIn(anna, next, '127.0.0.1'), { kind: 'in' });
  });

  test(`${name}: a token works until it is revoked or has ended, and its name is free then`, async (t) => {
    const { anna, clock, access, tokens, logins } = await given(t);
    const endsAt = '2026-03-21T12:00:00.000Z';
    const made = { scopes: ['read', 'send'], seesNumbers: false, endsAt } as const;
    const text = await tokens.add(anna, made, 'ben');
    await eventually(`${anna} to be known`, 10_000, () => access.directory.token(anna));
    t.deepEqual(logins.visitorWithToken(text), {
      name: anna,
      role: 'viewer',
      by: `token:${anna}`,
      seesNumbers: false,
      scopes: ['read', 'send'],
    });
    t.is(logins.visitorWithToken(`${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`), undefined);
    t.is(logins.visitorWithToken('nonsense'), undefined);
    await refusedWith(t, 'taken', tokens.add(anna, made, 'ben'));
    clock.ms += 24 * 3_600_000;
    t.is(logins.visitorWithToken(text), undefined);
    const next = await tokens.add(anna, { ...made, endsAt: '2026-04-01T00:00:00.000Z' }, 'ben');
    await eventually('the next to be known', 10_000, () => logins.visitorWithToken(next));
    await tokens.revoke(anna, 'ben');
    await eventually('it to be revoked', 10_000, () => access.directory.token(anna) === undefined);
    t.is(logins.visitorWithToken(next), undefined);
  });

  test(`${name}: what another process opens and closes holds here`, async (t) => {
    const { anna, store, clock, logins, users } = await withPassword(t);
    const other = await processOn(t, (await engine.beside?.(t, store)) ?? store, clock);
    const result = await other.logins.logIn(anna, password, '127.0.0.1');
    if (result.kind !== 'in') return t.fail(result.kind);
    t.truthy(await logins.visitorWithSession(result.session));
    await users.closeSessions(anna, anna);
    await eventually(
      'the other process to know',
      10_000,
      async () => (await other.logins.visitorWithSession(result.session)) === undefined,
    );
    await users.remove(anna, 'ben');
    await eventually('the other to know', 10_000, () => other.access.directory.user(anna) === undefined);
    t.like(await other.logins.logIn(anna, password, '127.0.0.1'), { kind: 'wrong' });
  });
};
