import test from 'ava';
import fc from 'fast-check';
import { percentEncode, percentEncodeText } from '../../src/backends/encoding/percent.js';
import { receive } from '../../src/backends/kannel/receive.js';

const read = (query: string) => receive({ method: 'GET', query, body: Buffer.alloc(0) });

// The rows of what a real Kannel sends, and their neighbours.
for (const [title, query, text] of [
  ['GSM', 'id=1&text=echo+hi&charset=UTF-8&coding=0', 'echo hi'],
  ['8-bit', 'id=1&text=ABC&charset=8-BIT&coding=1', 'ABC'],
  ['8-bit beyond ASCII', 'id=1&text=%ff%00A&charset=8-BIT&coding=1', 'ÿ\0A'],
  ['UCS-2', 'id=1&text=%04%1F%04%40%048%042&charset=UTF-16BE&coding=2', 'Прив'],
  ['UCS-2, label in lower case', 'id=1&text=%04%1F&charset=utf-16be&coding=2', 'П'],
  ['GSM label', 'id=1&text=%00%1be&charset=GSM&coding=0', '@€'],
  ['WINDOWS-1252', 'id=1&text=%80&charset=WINDOWS-1252&coding=0', '€'],
  ['ISO-8859-1', 'id=1&text=%e9&charset=ISO-8859-1&coding=0', 'é'],
  ['empty text', 'id=1&text=&charset=UTF-8&coding=0', ''],
  ['neither charset nor coding', 'id=1&text=%c3%a9', 'é'],
  ['coding without charset', 'id=1&text=%04%1F&coding=2', 'П'],
  ['control characters', 'id=1&text=%00%01%0a', '\0\u0001\n'],
] as const)
  test(`${title}: the text is read`, (t) => {
    t.like(read(query), { kind: 'message', identity: '1', text });
  });

test('all that Kannel tells is kept', (t) => {
  const inbound = read(
    'id=%2B256&text=a+b&charset=UTF-8&coding=0&raw=a++b&smsid=u-1&smsc=fake1&to=789&ts=2026-11-24+00:30:26&dcs=08&x=1&x=2',
  );
  t.deepEqual(inbound, {
    kind: 'message',
    identity: '+256',
    text: 'a b',
    gateway: {
      id: 'u-1',
      smsc: 'fake1',
      receiver: '789',
      charset: 'UTF-8',
      coding: '0',
      time: '2026-11-24 00:30:26',
      rawText: 'a  b',
      other: { dcs: '08', x: '1, 2' },
    },
  });
});

test('an empty fact is no fact, and a raw text that says the same is not kept', (t) => {
  t.deepEqual(read('id=1&text=a&raw=a&smsid=&to='), {
    kind: 'message',
    identity: '1',
    text: 'a',
    gateway: {},
  });
});

test('Hindi, which Kannel destroys in its squeezed text, is read from the raw one', (t) => {
  // As Kannel 1.4.5 sent "नमस्ते 你好†" and two spaces.
  const inbound = read(
    'id=123&text=(+.+8+M+%24+G%00+O%60Y%7D&charset=UTF-16BE&coding=2' +
      '&raw=%09(%09.%098%09M%09%24%09G%00+O%60Y%7D++',
  );
  t.like(inbound, { kind: 'message', text: 'नमस्ते 你好†' });
});

test('white space of UTF-16 is squeezed as Kannel squeezes ASCII', (t) => {
  const raw = percentEncode(Buffer.from(' a\n\n b ', 'utf16le').swap16());
  t.like(read(`id=1&text=x&charset=UTF-16BE&raw=${raw}`), { text: 'a b', gateway: { rawText: ' a\n\n b ' } });
});

test('bytes without a meaning are kept beside the text', (t) => {
  t.like(read('id=1&text=a%c3'), {
    kind: 'message',
    text: 'a\ufffd',
    gateway: { other: { textHex: '61c3' } },
  });
});

test('a field of any name is kept', (t) => {
  const inbound = read('id=1&text=a&__proto__=x');
  const other = inbound.kind === 'message' ? inbound.gateway?.other : undefined;
  t.deepEqual(Object.entries(other ?? {}), [['__proto__', 'x']]);
});

test('any text in UTF-8 and UTF-16BE arrives as it was sent', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      t.like(read(`id=1&text=${percentEncodeText(text)}`), { text });
      const utf16 = percentEncode(Buffer.from(text, 'utf16le').swap16());
      t.like(read(`id=1&text=${utf16}&charset=UTF-16BE&coding=2`), { text });
    }),
  );
});

for (const [query, status, reason] of [
  ['', 400, /"id".*came: none/],
  ['text=a', 400, /"id"/],
  ['id=1', 400, /"text".*came: "id"/],
  ['id=&text=a', 400, /"id" is empty/],
  ['id=+&text=a', 400, /"id" is empty/],
  ['id=1&id=2&text=a', 400, /"id" came 2 times/],
  ['id=1&text=a&text=b', 400, /"text" came 2 times/],
  ['id=1&text=ab%zz', 400, /"text".*"%zz" at character 3/],
  ['id=1&text=a&%zz=1', 400, /hexadecimal/],
  ['id=1&text=a&charset=klingon', 400, /"klingon".*UTF-8/],
  [`id=${'1'.repeat(257)}&text=a`, 400, /256 bytes/],
  [`id=1&text=${'a'.repeat(102_401)}`, 413, /102401 bytes.*102400/],
] as const)
  test(`?${query.slice(0, 40)} is refused with ${status} and a sentence`, (t) => {
    const inbound = read(query);
    t.like(inbound, { kind: 'rejected', status });
    t.regex(inbound.kind === 'rejected' ? inbound.reason : '', reason);
  });

test('no query makes it throw', (t) => {
  const piece = fc.constantFrom(
    'id',
    'text',
    'raw',
    'charset',
    '=',
    '&',
    '%',
    '%0',
    '%C3',
    '+',
    'GSM',
    'é',
    '\0',
  );
  fc.assert(
    fc.property(fc.string({ unit: piece }), (query) => {
      t.true(['message', 'rejected'].includes(read(query).kind));
    }),
  );
});
