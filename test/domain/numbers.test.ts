import test from 'ava';
import fc from 'fast-check';
import {
  dialled,
  isMeantBy,
  isSameNumber,
  nationalPart,
  nationalSpellings,
} from '../../src/domain/numbers.js';

test('a number is the same in any spelling, with and without its country', (t) => {
  for (const other of [
    '+256772000375',
    '256772000375',
    '00256772000375',
    '+256 772 000-375',
    '(+256) 772/000.375',
    '0772000375',
    '0772 000 375',
  ]) {
    t.true(isSameNumber('+256 772000375', other), other);
    t.true(isSameNumber('0772-000375', other), other);
  }
});

test('other numbers are others, and what is no number is itself alone', (t) => {
  // Of two countries, the same behind them.
  t.false(isSameNumber('+256772000375', '+254772000375'));
  t.false(isSameNumber('0772000375', '0772000376'));
  // A code has so many digits, and a short number is a service's.
  t.false(isSameNumber('0772000375', '+123456772000375'));
  t.false(isSameNumber('0800', '256800'));
  t.false(isSameNumber('alice', 'alice '));
  t.true(isSameNumber('alice', 'alice'));
  t.false(isSameNumber('0772000375x', '0772000375'));
  t.is(nationalPart('+256772000375'), undefined);
  t.is(nationalPart('00256772000375'), undefined);
  t.is(nationalPart('0772 000 375'), '772000375');
});

test('a number may be typed without its country and without a zero for it, but not with a sign that it is whole', (t) => {
  for (const known of ['+256772000375', '256 772 000375', '0772000375', '772000375'])
    t.true(isMeantBy('772 000-375', known), known);
  t.false(isMeantBy('772000375', '+256772000376'));
  t.false(isMeantBy('+772000375', '+256772000375'));
  t.false(isMeantBy('00772000375', '+256772000375'));
  // With its country, typed without its sign; a service's.
  t.false(isMeantBy('256772000375', '+1256772000375'));
  t.false(isMeantBy('772000', '+256772000'));
  t.false(isMeantBy('772000375', '+123456772000375'));
  t.true(isMeantBy('alice', 'alice'));
});

test('the ways to write a number without its country are those that are the same', (t) => {
  // With many zeros, which are told apart least.
  const digits = fc.stringMatching(/^[1-9][0-9]{7,14}$/).map((text) => text.replace(/(?!^)[2-5]/g, '0'));
  fc.assert(
    fc.property(digits, (number) => {
      const spellings = nationalSpellings(number);
      t.true(spellings.every((spelling) => isSameNumber(number, spelling)));
      for (let code = 1; code < number.length; code += 1) {
        const spelling = `0${number.slice(code)}`;
        t.is(isSameNumber(number, spelling), spellings.includes(dialled(spelling)), spelling);
      }
    }),
  );
});
