import test from 'ava';
import fc from 'fast-check';
import { firstOf, keyword, pattern } from '../../src/apps/handlers.js';
import { IncomingMessage } from '../../src/apps/message.js';
import { takesOf } from '../../src/apps/takes.js';
import { contextStub, messageBody } from './support.js';

const takenBy = (words: string, text: string, strict = true): string | undefined => {
  let taken: string | undefined;
  const note = (rest: string) => {
    taken = rest;
  };
  const handle = keyword(words, { help: () => note('HELP'), handle: (rest) => note(rest) }, { strict });
  const result = handle(new IncomingMessage(messageBody(text)), contextStub());
  return result === true ? taken : undefined;
};

for (const [text, rest] of [
  ['report 3 malaria', '3 malaria'],
  ['REPORT 3', '3'],
  ['  report 3', '3'],
  ['report,3', '3'],
  ['report;3', '3'],
  ['report: 3', '3'],
  ['report\n3 malaria\n2 measles', '3 malaria\n2 measles'],
  ['report', 'HELP'],
  ['report  ', 'HELP'],
  ['report :;', 'HELP'],
  ['reporting 3', undefined],
  ['my report 3', undefined],
  ['', undefined],
] as const) {
  test(`the keyword "report" on ${JSON.stringify(text)} hands over ${rest ?? 'nothing'}`, (t) => {
    t.is(takenBy('report', text), rest);
  });
}

test('the longest alternative is tried first', (t) => {
  t.is(takenBy('lang|language', 'language en'), 'en');
  t.is(takenBy('lang|language', 'lang en'), 'en');
});

test('a whole word is asked for, unless the old behaviour is', (t) => {
  t.is(takenBy('reg', 'regular'), undefined);
  t.is(takenBy('reg', 'regular', false), 'ular');
  t.is(takenBy('lang|language', 'language en', false), 'uage en');
});

test('a keyword is taken literally, whatever characters it has', (t) => {
  t.is(takenBy('a+b', 'a+b 1'), '1');
  t.is(takenBy('a+b', 'aab 1'), undefined);
  t.is(takenBy('привет', 'ПРИВЕТ мир'), 'мир');
});

test('an empty keyword is refused', (t) => {
  t.throws(() => keyword('reg||join', { help: () => {}, handle: () => {} }), { instanceOf: TypeError });
});

test('a handler that says false passes the message on', (t) => {
  const handle = keyword('reg', { help: () => false, handle: () => false });
  t.is(handle(new IncomingMessage(messageBody('reg x')), contextStub()), false);
});

test('whatever follows the keyword is handed over whole', (t) => {
  const rest = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !/^[\s,;:]/.test(text));
  fc.assert(fc.property(rest, (text) => takenBy('echo', `echo ${text}`) === text));
  t.pass();
});

test('a pattern is anchored at the start, ignores case and hands over its groups', (t) => {
  const seen: (readonly (string | undefined)[])[] = [];
  const handle = pattern(/(\d+) (\w+)( now)?/, (groups) => {
    seen.push(groups);
  });
  t.is(handle(new IncomingMessage(messageBody('3 Malaria')), contextStub()), true);
  t.is(handle(new IncomingMessage(messageBody('about 3 malaria')), contextStub()), undefined);
  t.deepEqual(seen, [['3', 'Malaria', undefined]]);
});

test('a global pattern does not remember where the last message ended', (t) => {
  const handle = pattern(/ping/g, () => {});
  t.is(handle(new IncomingMessage(messageBody('ping')), contextStub()), true);
  t.is(handle(new IncomingMessage(messageBody('ping')), contextStub()), true);
});

test('of several handlers the first that takes the message ends it', async (t) => {
  const asked: string[] = [];
  const handler = (name: string, answer: boolean) => () => {
    asked.push(name);
    return answer;
  };
  const handle = firstOf(handler('a', false), handler('b', true), handler('c', true));
  t.is(await handle(new IncomingMessage(messageBody('x')), contextStub()), true);
  t.deepEqual(asked, ['a', 'b']);
});

test('a handle phase says which keywords and patterns it is made of', (t) => {
  const one = keyword('report| rep', { help: () => undefined, handle: () => undefined });
  const other = pattern(/^stop$/u, () => undefined);
  t.deepEqual(takesOf(one), { keywords: ['report', 'rep'] });
  t.deepEqual(takesOf(other), { patterns: ['/^stop$/u'] });
  t.deepEqual(takesOf(pattern('a|b', () => undefined)), { patterns: ['/^(?:a|b)/i'] });
  t.deepEqual(takesOf(firstOf(one, other, () => undefined)), {
    keywords: ['report', 'rep'],
    patterns: ['/^stop$/u'],
  });
  t.is(
    takesOf(() => undefined),
    undefined,
  );
});
