import test from 'ava';
import { shortenedNumber } from '../../src/access/numbers.js';
import { type Zone, zoneOf } from '../../src/domain/zone.js';
import { Formats, languageOf } from '../../src/web/pages/formats.js';
import { tabsOf } from '../../src/web/pages/tabs.js';
import { linesOf } from '../../src/web/pages/tester/lines.js';

const now = Date.parse('2026-03-04T11:32:07Z');
const at = (zone: string, language = 'en-GB') => new Formats(language, zoneOf(zone) as Zone, now);

for (const [iso, said] of [
  ['2026-03-04T11:32:06.900Z', 'now'],
  ['2026-03-04T11:31:37Z', '30 s ago'],
  ['2026-03-04T10:58:12Z', '33 min ago'],
  ['2026-03-04T09:40:31Z', '1 h 51 min ago'],
  ['2026-03-03T11:00:00Z', 'Tue 3 March, 14:00'],
  ['2025-03-03T11:00:00Z', 'Mon 3 March 2025, 14:00'],
  ['2026-03-04T11:40:00Z', 'Wed 4 March, 14:40'],
  ['no time', 'no time'],
] as const) {
  test(`${iso} is “${said}” in Kampala at half past two`, (t) => {
    t.is(at('Africa/Kampala').since(iso).replaceAll(',', '').replaceAll('  ', ' '), said.replaceAll(',', ''));
  });
}

for (const [zone, said] of [
  ['UTC', 'UTC'],
  ['+05:45', 'UTC+05:45'],
  ['Asia/Kathmandu', 'Asia/Kathmandu (UTC+05:45)'],
  ['Africa/Kampala', 'Africa/Kampala (UTC+3)'],
] as const) {
  test(`the zone ${zone} is said as ${said}`, (t) => {
    t.is(at(zone).zoneSaid, said);
  });
}

test('numbers and durations are written in the language of the browser', (t) => {
  t.is(at('UTC', 'de').number(12_345.6), '12.345,6');
  t.is(at('UTC').duration(0.31), '0.3 ms');
  t.is(at('UTC').duration(6_040), '6 s');
  t.is(at('UTC').duration(90_000_000), '25 h');
  t.is(at('UTC').duration(4 * 86_400_000), '4 days');
});

test('a browser may ask for any language, or for none', (t) => {
  t.is(languageOf(['xx-nonsense-!', '*', 'sw-TZ', 'en']), 'sw-TZ');
  t.is(languageOf([]), 'en-GB');
});

test('a number is shortened to what one knows it by', (t) => {
  t.is(shortenedNumber('+256772000375'), '+256 7… 375');
  t.is(shortenedNumber('0772000375'), '077… 375');
  t.is(shortenedNumber('8228'), '…');
  t.false(shortenedNumber('🙏🙏🙏🙏🙏🙏🙏🙏').includes('\uFFFD'));
});

test('a line is a text, or a number and a text, as spreadsheets write them', (t) => {
  const { lines, empty } = linesOf(
    '\uFEFFecho a, b\r\n+256 772 000 375,"say ""hi"", you"\n\n1234, visit\n12, no number\n',
    '9',
  );
  t.deepEqual(lines, [
    { identity: '9', text: 'echo a, b' },
    { identity: '+256772000375', text: 'say "hi", you' },
    { identity: '1234', text: 'visit' },
    { identity: '9', text: '12, no number' },
  ]);
  t.is(empty, 1);
});

test('tabs are ordered, renamed, hidden and added; a page that is not there is in no menu', (t) => {
  const present = new Set(['/', '/messages/', '/httptester/']);
  const wishes = [
    { page: 'tester', title: 'Try it' },
    { title: 'Our wiki', href: 'https://wiki.example/' },
    { page: 'messages', hidden: true },
    { page: 'replay' },
  ];
  t.deepEqual(
    tabsOf(wishes, present).map(({ title }) => title),
    ['Try it', 'Our wiki', 'Overview'],
  );
  t.deepEqual(
    tabsOf([], present).map(({ title }) => title),
    ['Overview', 'Messages', 'Tester'],
  );
});
