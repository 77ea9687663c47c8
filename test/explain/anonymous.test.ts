import test from 'ava';
import { conversationStream } from '../../src/domain/connection.js';
import { Pseudonyms } from '../../src/explain/anonymous.js';

test('a number is the same made-up one in any spelling, and looks as it was written', (t) => {
  const people = new Pseudonyms();
  const [whole, blanks, national] = [
    people.text('+256772000375'),
    people.text('call 256 772-000-375 now'),
    people.text('0772000375'),
  ];
  t.notRegex(`${whole} ${blanks} ${national}`, /72\D*000\D*375/);
  t.regex(whole, /^\+\d{12}$/);
  t.is(blanks.replace(/\D/g, ''), whole.slice(1));
  t.regex(blanks, /^call \d{3} \d{3}-\d{3}-\d{3} now$/);
  t.is(national.slice(-8), whole.slice(-8));
  t.not(people.text('+256772000376'), whole);
});

test('a name is the same made-up one wherever it occurs, as a word of its own', (t) => {
  const people = new Pseudonyms();
  people.namesIn({ data: { name: 'Grace Nakato', language: 'lg', age: 30 } });
  const text = people.text('Thank you, Grace! nakato is registered; gracefully.');
  t.notRegex(text, /Grace|nakato/);
  t.regex(text, /gracefully/);
  t.is(people.text('grace'), people.text('Grace'));
  t.not(people.text('Grace'), people.text('Nakato'));
});

test('a made-up name is none that someone bears', (t) => {
  const people = new Pseudonyms();
  people.namesIn([{ name: 'Asha' }, { firstName: 'Musa' }]);
  t.notRegex(people.text('Asha Musa'), /Asha|Musa/);
});

test('what says nothing of anyone stays: amounts, dates, times, ids, places', (t) => {
  const people = new Pseudonyms();
  const value = {
    text: 'report 3 malaria 2026-03-01 4500',
    receivedAt: '2026-03-01T08:00:00.123Z',
    messageId: '01a214aa-1111-7000-8000-000012345678',
    position: '123456789',
    revision: 12n,
  };
  t.deepEqual(people.value(value), value);
});

test('the name of a stream is replaced as the connection that it is', (t) => {
  const people = new Pseudonyms();
  const connection = people.connection({ backend: 'kannel', identity: '+256772000375' });
  t.is(
    people.value({ stream: 'conversation-kannel:%2B256772000375' }).stream,
    `conversation-kannel:${encodeURIComponent(connection.identity)}`,
  );
  t.is(connection.backend, 'kannel');
});

test('an identity that is no number is a name', (t) => {
  const people = new Pseudonyms();
  people.person({ backend: 'xmpp', identity: 'grace' });
  t.not(people.connection({ backend: 'xmpp', identity: 'grace' }).identity, 'grace');
});

test('a name is found within what a script without blanks writes, and not as a part of a word of another', (t) => {
  const people = new Pseudonyms();
  people.namesIn([{ name: '王芳' }, { name: 'สมชาย' }, { name: 'आशा' }]);
  t.notRegex(people.text('谢谢王芳，已收到。ขอบคุณคุณสมชายค่ะ'), /王芳|สมชาย/);
  t.notRegex(people.text('谢谢आशा，已收到'), /आशा/);
  t.regex(people.text('आशाएँ'), /आशाएँ/);
  t.notRegex(people.text('धन्यवाद, आशा।'), /आशा/);
});

test('a number is no name, whoever sent it as one', (t) => {
  const people = new Pseudonyms();
  people.namesIn({ name: '13 Grace' });
  t.regex(people.text('13 cases, Grace'), /^13 cases, (?!Grace)\w+$/);
});

for (const identity of [
  '100%',
  '..',
  '7711',
  'x',
  '3',
  '#',
  'a:b/c?d',
  'x\u001b[2Jy',
  '5% off',
  '😀',
  '2026-03-01',
  '12-34',
])
  test(`the identity ${JSON.stringify(identity)} is another one wherever it stands`, (t) => {
    const people = new Pseudonyms();
    const connection = { backend: 'a', identity };
    people.namesIn([{ stream: conversationStream(connection) }]);
    const shown = people.connection(connection);
    t.false(shown.identity.includes(identity));
    t.deepEqual(people.value({ to: connection, stream: conversationStream(connection), who: identity }), {
      to: shown,
      stream: conversationStream(shown),
      who: shown.identity,
    });
    // What in a text may be anything else stays there.
    if (identity.length < 2) return;
    t.is(people.text(`tell ${identity} that`), `tell ${shown.identity} that`);
    t.is(people.value({ id: `${identity} 1` }).id, `${shown.identity} 1`);
    t.false(people.text(`of ${conversationStream(connection)}`).includes(encodeURIComponent(identity)));
  });

test('someone is another one in the ids that a gateway gave, and no other id is touched', (t) => {
  const people = new Pseudonyms();
  people.person({ backend: 'a', identity: '+256772000375' });
  const { id, gatewayId } = people.value({ id: 'gw-256772000375-1', gatewayId: '1234567890123' });
  t.regex(id, /^gw-\d{12}-1$/);
  t.false(id.includes('772000375'));
  t.is(gatewayId, '1234567890123');
});

test('who is named by a connection anywhere is someone, too', (t) => {
  const people = new Pseudonyms();
  people.namesIn({ data: { from: { backend: 'b', identity: 'Okello Peter' }, name: 'half \ud83d' } });
  t.notRegex(people.text('from okello, Peter'), /okello|Peter/);
});
