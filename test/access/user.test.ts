import test from 'ava';
import fc from 'fast-check';
import { evolveUser, type User } from '../../src/access/user.js';
import type { UserEvent } from '../../src/domain/accessEvents.js';

const at = '2026-03-20T12:00:00.000Z';
const later = '2026-03-21T12:00:00.000Z';

const added = (role = 'viewer'): UserEvent => ({
  type: 'UserAdded',
  data: { name: 'anna', role, seesNumbers: false, by: 'ben', addedAt: at },
});
const hash = { algorithm: 'scrypt', cost: 16, blockSize: 1, parallelization: 1 } as const;
const password = { ...hash, salt: 'a'.repeat(22), hash: 'b'.repeat(43) };
const changed: UserEvent = { type: 'PasswordChanged', data: { password, by: 'anna', changedAt: at } };
const linked: UserEvent = {
  type: 'PasswordLinkMade',
  data: { sha256: 'c', by: 'ben', madeAt: at, endsAt: later },
};
const opened = (session: string, openedAt = at, endsAt = later): UserEvent => ({
  type: 'SessionOpened',
  data: { session, sha256: session, from: '127.0.0.1', openedAt, endsAt },
});
const removed: UserEvent = { type: 'UserRemoved', data: { by: 'ben', removedAt: at } };

const after = (...events: readonly UserEvent[]): User | undefined =>
  events.reduce<User | undefined>(evolveUser, undefined);

const sessionsAfter = (...events: readonly UserEvent[]) =>
  after(added(), ...events)?.sessions.map(({ id }) => id);

test('a password ends every session and every link', (t) => {
  t.like(after(added(), linked, opened('s')), { links: { length: 1 }, sessions: { length: 1 } });
  t.like(after(added(), linked, opened('s'), changed), { links: [], sessions: [], password });
});

test('a user is removed with everything, and may be added again', (t) => {
  t.is(after(added('admin'), changed, removed), undefined);
  const again = after(added('admin'), changed, removed, added());
  t.is(again?.role, 'viewer');
  t.is(again?.password, undefined);
});

test('one who is there is not added again', (t) => {
  t.is(after(added(), added('admin'))?.role, 'viewer');
});

test('sessions are closed one by one, or all', (t) => {
  t.deepEqual(
    sessionsAfter(opened('a'), opened('b'), {
      type: 'SessionClosed',
      data: { session: 'a', by: 'anna', closedAt: at },
    }),
    ['b'],
  );
  t.deepEqual(
    sessionsAfter(opened('a'), opened('b'), { type: 'SessionsClosed', data: { by: 'anna', closedAt: at } }),
    [],
  );
});

test('of sessions the last twenty are kept, and none that had ended when another began', (t) => {
  const many = Array.from({ length: 25 }, (_, n) => opened(`s${n}`));
  t.is(sessionsAfter(...many)?.length, 20);
  t.is(sessionsAfter(...many)?.[0], 's5');
  t.deepEqual(sessionsAfter(opened('old'), opened('new', later, '2026-03-22T12:00:00.000Z')), ['new']);
});

test('what is no password is not taken for one: everything would match it', (t) => {
  for (const wrong of [
    { ...password, hash: '' },
    { ...password, hash: '!!!!' },
    { ...password, cost: 3 },
    { ...password, cost: 2 ** 40 },
    { ...password, blockSize: 10_000 },
    { ...password, algorithm: 'none' },
    null,
    'text',
  ])
    t.is(
      after(added(), {
        type: 'PasswordChanged',
        data: { password: wrong as never, by: 'x', changedAt: at },
      })?.password,
      undefined,
    );
});

const anything = fc.constantFrom(
  'UserAdded',
  'UserRoleChanged',
  'PasswordLinkMade',
  'PasswordChanged',
  'UserRemoved',
  'SessionOpened',
  'SessionClosed',
  'SessionsClosed',
);

test('whatever is stored, folding does not throw, holds little, and makes no admin of nobody', (t) => {
  const event = fc.oneof(
    fc.constantFrom(added(), added('operator'), changed, linked, opened('s'), removed),
    fc.record({ type: anything, data: fc.dictionary(fc.string(), fc.jsonValue()) }),
    fc.record({
      type: anything,
      data: fc.record({
        name: fc.jsonValue(),
        role: fc.constantFrom('Admin', 'root', null, 1, ['admin']),
        password: fc.jsonValue(),
        session: fc.string(),
        sha256: fc.jsonValue(),
        endsAt: fc.jsonValue(),
      }),
    }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 100 }), (events) => {
      const user = after(...(events as UserEvent[]));
      t.true(user === undefined || user.role === 'viewer' || user.role === 'operator');
      t.true((user?.sessions.length ?? 0) <= 20 && (user?.links.length ?? 0) <= 10);
    }),
  );
  t.pass();
});
