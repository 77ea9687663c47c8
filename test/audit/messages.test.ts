import test from 'ava';
import { askMessages } from '../../src/audit/answers.js';
import { noIndex } from '../../src/audit/messagesIndex.js';
import { AuditError } from '../../src/audit/reading.js';
import { conversationStream } from '../../src/domain/connection.js';
import { happened, phone, store } from '../projections/support/history.js';
import { fold, questionOf, received, reported, routed, sent, time, told } from './support.js';

const other = phone('256 701', 'http');
const history = [
  received('a', time(1, 8), 'report 3 malaria'),
  routed('a', time(1, 8, 20), 'handled', 'reports'),
  sent('b', time(1, 8, 20), 'Thank you', 'reports'),
  reported('b', time(1, 8, 6_020)),
  received('c', time(1, 23), 'what?'),
  routed('c', time(1, 23, 9_000), 'unhandled'),
  received('d', time(2), 'What? ', other),
  routed('d', time(2, 0, 10), 'unhandled', undefined, other),
  sent('e', time(3), 'Mosquito nets on Friday', 'bulk', other),
  happened(
    'MessageAbandoned',
    { messageId: 'e', code: 'rejected', detail: 'no', attempts: 1, abandonedAt: time(3, 1) },
    other,
  ),
];

test('messages are found by who, which way, what app, how they ended and what they say', async (t) => {
  const { ids } = await told(t, history);
  t.deepEqual(await ids(), ['e', 'd', 'c', 'b', 'a']);
  t.deepEqual(await ids({ order: 'oldest', limit: '2' }), ['a', 'b']);
  t.deepEqual(await ids({ identity: '+256-700' }), ['c', 'b', 'a']);
  t.deepEqual(await ids({ to: '256700' }), ['b']);
  t.deepEqual(await ids({ from: '0256701' }), []);
  t.deepEqual(await ids({ from: '256701' }), ['d']);
  t.deepEqual(await ids({ backend: 'http', direction: 'out' }), ['e']);
  t.deepEqual(await ids({ status: 'abandoned,delivered' }), ['e', 'b']);
  t.deepEqual(await ids({ outcome: 'unhandled' }), ['d', 'c']);
  t.deepEqual(await ids({ code: 'rejected' }), ['e']);
  t.deepEqual(await ids({ app: 'none' }), ['d', 'c']);
  t.deepEqual(await ids({ words: 'thank' }), ['b']);
  t.deepEqual(await ids({ words: 'mosq* friday' }), ['e']);
  t.deepEqual(await ids({ slowerThan: '5s' }), ['c', 'b']);
});

test('a number is found without its country, and the other way round', async (t) => {
  const whole = phone('+256772000375');
  const national = phone('0701 000 375');
  const { ids } = await told(t, [
    received('a', time(1), 'hi', whole),
    sent('b', time(2), 'hi', 'echo', whole),
    received('c', time(3), 'hi', national),
    received('d', time(4), 'hi', phone('+256772000376')),
  ]);
  t.deepEqual(await ids({ identity: '0772 000375' }), ['b', 'a']);
  t.deepEqual(await ids({ to: '0772000375' }), ['b']);
  t.deepEqual(await ids({ identity: '+256701000375' }), ['c']);
  t.deepEqual(await ids({ identity: '772 000375' }), ['b', 'a']);
  t.deepEqual(await ids({ to: '772000375' }), ['b']);
  t.deepEqual(await ids({ identity: '701000375' }), ['c']);
  t.deepEqual(await ids({ identity: '772000377' }), []);
});

test('a number that is known as it was typed is that one, and no other that ends so', async (t) => {
  const { ids } = await told(t, [
    received('a', time(1), 'hi', phone('+256772000375')),
    received('b', time(2), 'hi', phone('772000375')),
    received('c', time(3), 'hi', phone('+1256772000375')),
  ]);
  t.deepEqual(await ids({ identity: '772000375' }), ['b']);
  t.deepEqual(await ids({ identity: '256772000375' }), ['a']);
});

test('ranges go by the time of the message in the zone that is asked for, and are repeated as instants', async (t) => {
  const { messages, ids } = await told(t, history);
  t.deepEqual(await ids({ since: '2026-03-01', until: '2026-03-01' }), ['c', 'b', 'a']);
  t.deepEqual(await ids({ since: '2026-03-02', until: '2026-03-02', zone: 'Africa/Kampala' }), ['d', 'c']);
  t.deepEqual((await messages({ since: '2026-03-02', until: '2026-03-02', zone: 'Asia/Kathmandu' })).range, {
    since: '2026-03-01T18:15:00.000Z',
    until: '2026-03-02T18:15:00.000Z',
    zone: 'Asia/Kathmandu',
    by: 'receivedAt of messages in, sentAt of messages out',
  });
});

test('what played phones got is counted where it is asked for, and told else', async (t) => {
  const { groups } = await told(t, [
    ...history,
    received('x', time(5), 'hi', phone('1', 'tester')),
    sent('y', time(5), 'hi', 'echo', phone('1', 'tester')),
  ]);
  const counted = async (parts: Readonly<Record<string, string>>, played = ['tester', 'unused']) => {
    const answer = await groups(parts, played);
    return [answer.all.n, answer.leftOut];
  };
  t.deepEqual(await counted({ by: 'status' }), [history.length - 5, ['tester']]);
  t.deepEqual(await counted({ by: 'day', times: 'true' }), [history.length - 5, ['tester']]);
  t.deepEqual(await counted({ by: 'text' }), [history.length - 5, ['tester']]);
  t.deepEqual(await counted({ by: 'status', testers: 'true' }), [history.length - 3, undefined]);
  t.deepEqual(await counted({ by: 'status', backend: 'tester' }), [2, undefined]);
  t.deepEqual(await counted({ by: 'status', identity: '1' }), [2, undefined]);
  t.deepEqual(await counted({ by: 'status' }, ['unused']), [history.length - 3, undefined]);
});

test('what followed from a message has its correlation', async (t) => {
  const { events, states, messages, ids } = await told(t, []);
  const metadata = { $correlationId: 'job', schema: 1 };
  const data = { messageId: 'x', text: 'hi', sentAt: time(4) };
  const id = '00000000-0000-4000-8000-000000000001';
  await events.append(phone(), [{ id, type: 'MessageSent', data, metadata }]);
  t.deepEqual(await ids({ correlation: 'job' }), []);
  t.like((await messages()).fresh, { behind: 1, said: '1 event behind.' });
  await fold(events, states);
  t.deepEqual(await ids({ correlation: 'job' }), ['x']);
  t.deepEqual(await ids({ correlation: 'x' }), ['x']);
});

test('groups by identity name each as it is, so that it can be asked for', async (t) => {
  const odd = ['C:\\Temp\\New', 'c:\\temp\\new', '%41%2F', ' two  blanks ', 'tab\tline\nend'];
  const { groups } = await told(
    t,
    odd.map((identity, n) =>
      received(`m${n}`, time(6, 0, n), 'hi', conversationStream({ backend: 'http', identity })),
    ),
  );
  const named = (await groups({ by: 'identity' })).groups.map(({ values }) => values.identity ?? '');
  t.deepEqual(named.toSorted(), odd.toSorted());
});

test('groups by day and more, with the days on which nothing was', async (t) => {
  const { groups } = await told(t, history);
  const lines = async (parts: Record<string, string>) =>
    (await groups(parts)).groups.map(({ values, n }) => [...Object.values(values), n].join(' '));
  t.deepEqual(await lines({ by: 'day', until: '2026-03-04' }), [
    '2026-03-01 3',
    '2026-03-02 1',
    '2026-03-03 1',
    '2026-03-04 0',
  ]);
  t.deepEqual(await lines({ by: 'day,status', zone: 'Asia/Kolkata' }), [
    '2026-03-01 delivered 1',
    '2026-03-01 handled 1',
    '2026-03-02 unhandled 2',
    '2026-03-03 abandoned 1',
  ]);
  t.deepEqual(await lines({ by: 'text', outcome: 'unhandled' }), ['what? 2']);
  t.deepEqual(await lines({ by: 'identity' }), ['+256 700 3', '256 701 2']);
  t.deepEqual(await lines({ by: 'direction' }), ['in 3', 'out 2']);
  t.is((await lines({ by: 'hour', since: '2026-03-01', until: '2026-03-01' })).length, 24);
  t.deepEqual(await lines({ by: 'day', words: 'nothing' }), []);
  await t.throwsAsync(groups({ by: 'hour', since: '2020-01-01' }), {
    message: /more than 20,000 groups by hour/,
  });
});

test('how long it took: half, nine of ten and ninety-nine of a hundred', async (t) => {
  const many = Array.from({ length: 100 }, (_, n) => [
    received(`m${n}`, time(5)),
    routed(`m${n}`, time(5, 0, n + 1)),
  ]).flat();
  const { groups } = await told(t, many);
  t.deepEqual((await groups({ by: 'direction', times: 'true' })).groups, [
    { values: { direction: 'in' }, n: 100, times: { n: 100, p50: 50, p90: 90, p99: 99, longest: 100 } },
  ]);
});

test('signs alone are in no text that is found, with a sentence that says why', async (t) => {
  const { messages, groups, ids } = await told(t, [
    received('a', time(1), 'help !!!'),
    received('b', time(2), '!!!'),
  ]);
  for (const words of ['!!!', '"!?"', '%%', ' ']) {
    t.like(await messages({ words }), {
      messages: [],
      matching: 0,
      note: `There is no word and no number in “${words}”: signs by themselves are not looked for.`,
    });
    t.deepEqual((await groups({ words, by: 'direction' })).groups, []);
    t.deepEqual(await ids({ words, identity: '+256 700' }), []);
  }
  t.deepEqual(await ids({ words: 'help !!!' }), ['a']);
  t.false('note' in (await messages({ words: 'help !!!' })));
});

test('a question that cannot be understood names its part and says what it takes', (t) => {
  for (const [parts, message] of [
    [{ since: 'march' }, /since: expected a time \(2026-03-01.*got “march”/],
    [{ since: '2026-03-02', until: '2026-03-01' }, /until: expected a time after since/],
    [{ zone: 'Mars' }, /zone: expected a time zone/],
    [{ order: 'up' }, /order: expected newest or oldest/],
    [{ limit: '0' }, /limit: expected a number from 1 to 10000/],
    [{ after: 'x' }, /after: expected what the page before gave/],
    [{ by: 'year' }, /by: expected some of hour, day/],
    [{ by: 'day,hour' }, /by: expected one of/],
    [{ slowerThan: '5' }, /slowerThan: expected a duration/],
    [{ direction: 'up' }, /direction: expected some of in, out/],
    [{ to: '1', from: '2' }, /from: expected one of to and from/],
    [{ wrods: 'x' }, /wrods: expected one of/],
  ] as const)
    t.throws(() => questionOf(parts), { instanceOf: AuditError, message });
});

test('while the states are not complete each answer says so, and so does an empty one', async (t) => {
  const { events, states, source, messages } = await told(t, []);
  await store(events, history);
  t.like(await askMessages({ ...source, index: noIndex }, questionOf({})), {
    messages: [],
    fresh: { states: 'none' },
  });
  t.like((await messages()).fresh, { states: 'complete', behind: 10, said: '10 events behind.' });
  states.begin('messages', 'messages.js', 'another');
  t.regex((await messages()).fresh.said, /being rebuilt, 0 %: until then these are the former ones/);
  states.begin('messages', 'messages.js', 'other', { former: 'dropped' });
  const empty = await messages({ words: 'thank' });
  t.deepEqual(empty.messages, []);
  t.regex(empty.fresh.said, /being rebuilt, 0 %: what is not there yet is missing here/);
  states.setPhase('messages', 'stopped', 'messages.js:1: no');
  t.regex((await messages()).fresh.said, /stopped at 0 %.*messages\.js:1: no/);
});

test('a clock that was ahead is told of', async (t) => {
  const { messages } = await told(t, [received('late', '2031-01-01T00:00:00.000Z')]);
  t.is((await messages()).ahead, '2031-01-01T00:00:00.000Z');
});

test('whatever a number or a name consists of, it is found by itself and nothing else is', async (t) => {
  const odd = [
    'a:b',
    '50%',
    'x/../y',
    '#',
    '?q=1',
    'c:\\d',
    '..',
    ' blank ',
    '😀👍🏽',
    'עברית',
    'x\u001b[2Jy',
    "o'n",
    '"',
    '%3A',
    '‮abc',
  ];
  const { messages } = await told(
    t,
    odd.map((identity, n) =>
      received(`m${n}`, time(6, 0, n), 'hi', conversationStream({ backend: 'http', identity })),
    ),
  );
  for (const [n, identity] of odd.entries()) {
    const found = (await messages({ identity })).messages;
    t.deepEqual(
      found.map((message) => [message.messageId, message.identity]),
      [[`m${n}`, identity]],
    );
  }
});
