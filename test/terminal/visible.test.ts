import test from 'ava';
import fc from 'fast-check';
import { rendered, styled, widthOf } from '../../src/terminal/print.js';
import { visible, visibleJson, visibleLines, visibleLog } from '../../src/terminal/visible.js';

/** What a terminal acts upon: C0, DEL, C1, and what turns the direction of text. */
const acts = {
  test: (text: string) =>
    Array.from(text).some((character) => {
      const code = character.codePointAt(0) ?? 0;
      const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
      const turns = [0x61c, 0x200e, 0x200f].includes(code) || (code >= 0x2028 && code <= 0x202e);
      return isControl || turns || (code >= 0x2066 && code <= 0x2069);
    }),
};

for (const [text, shown] of [
  ['x\u001b[2Jy', 'x␛[2Jy'],
  ['a\nb\tc\r', 'a␊b␉c␍'],
  ['\u0000\u007f', '␀␡'],
  ['\u009b31m', '<U+009B>31m'],
  ['abc\u202etxt.exe', 'abc<U+202E>txt.exe'],
  ['\u2066x\u2069', '<U+2066>x<U+2069>'],
  ['\ud800', '\ufffd'],
  ['Ärzte 👩‍⚕️ नमस्ते مرحبا', 'Ärzte 👩‍⚕️ नमस्ते مرحبا'],
] as const) {
  test(`a person sees ${JSON.stringify(text)} as ${shown}`, (t) => {
    t.is(visible(text), shown);
  });
}

test('nothing that a terminal acts upon is left of any text', (t) => {
  const text = fc.string({ unit: 'binary', maxLength: 200 });
  fc.assert(fc.property(text, (any) => !acts.test(visible(any))));
  fc.assert(fc.property(text, (any) => !acts.test(rendered(any, false).replace(/[\n\t]/g, ''))));
  t.pass();
});

test('lines keep their breaks and tabs, and nothing else', (t) => {
  t.is(visibleLines('a\tb\nc\u001bd\r'), 'a\tb\nc␛d␍');
});

test('JSON stays JSON of the same value', (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
      const whole = { value, text: text.toWellFormed() };
      const shown = visibleJson(JSON.stringify(whole));
      return !acts.test(shown) && JSON.stringify(JSON.parse(shown)) === JSON.stringify(whole);
    }),
  );
  t.pass();
});

test('styles are there where there are colours, and a value cannot bring any', (t) => {
  const line = `${styled('failed', 'attention')} ${visible('\u001b[31mred')}`;
  t.is(rendered(line, true), '\u001b[33mfailed\u001b[0m ␛[31mred');
  t.is(rendered(line, false), 'failed ␛[31mred');
  t.is(widthOf(styled('failed', 'attention')), 6);
});

test('a line of the log for people shows what its texts hold', (t) => {
  const line = JSON.stringify({ msg: 'a\u001b[2J\\u001b\u009b\u202e', err: { stack: 'x\n  at y' } });
  t.deepEqual(JSON.parse(visibleLog(line)), {
    msg: 'a␛[2J\\u001b<U+009B><U+202E>',
    err: { stack: 'x\n  at y' },
  });
});
