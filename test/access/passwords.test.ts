import test from 'ava';
import { checkPassword, Passwords, strong } from '../../src/access/passwords.js';
import { weak } from './support.js';

test('a password is kept as what was made of it, with how it was made, and each time another', async (t) => {
  const passwords = new Passwords(weak);
  const [one, other] = [await passwords.hash('correct horse'), await passwords.hash('correct horse')];
  t.like(one, { algorithm: 'scrypt', ...weak });
  t.not(one.hash, other.hash);
  t.true(await passwords.matches('correct horse', one));
  t.false(await passwords.matches('correct horse ', one));
  t.false(await passwords.matches('', undefined));
});

test('what was made in another way than today still matches', async (t) => {
  const kept = await new Passwords(weak).hash('correct horse');
  t.true(await new Passwords({ ...weak, cost: 32 }).matches('correct horse', kept));
});

test('the strength of every day works', async (t) => {
  const passwords = new Passwords(strong);
  const kept = await passwords.hash('correct horse');
  t.true(await passwords.matches('correct horse', kept));
  t.false(await passwords.matches('correct horses', kept));
});

test('the same letter typed on another keyboard is the same', async (t) => {
  const passwords = new Passwords(weak);
  t.true(await passwords.matches('\u00e9t\u00e9 à la mer', await passwords.hash('e\u0301te\u0301 à la mer')));
});

test('more than fifty who wait at a time are told to come again', async (t) => {
  const passwords = new Passwords(weak);
  const all = await Promise.allSettled(Array.from({ length: 60 }, () => passwords.matches('x', undefined)));
  const refused = all.filter(({ status }) => status === 'rejected');
  t.is(refused.length, 8);
  t.false(await passwords.matches('x', undefined));
});

test('a password that is easily guessed is refused with a sentence', (t) => {
  for (const [password, message] of [
    ['short', /at least 10 characters/],
    ['anna-2026-1', /not the name/],
    ['aaaaaaaaaaaaaaa', /five different/],
    ['x1y2z3w4v5'.repeat(200), /at most 1000 bytes/],
  ] as const)
    t.throws(() => checkPassword(password, 'anna'), { message });
  t.notThrows(() => checkPassword('ሰላም ለዓለም ሁሉ', 'anna'));
});
