import type { People, Person } from './people.js';
import type { Random, Weights } from './random.js';

/** What a person may write, by how often. */
export const subjects = {
  greeting: 10,
  registration: 10,
  'registration in two': 4,
  report: 26,
  'alarming report': 3,
  'report without a number': 1,
  'report in own digits': 2,
  advice: 10,
  survey: 4,
  relay: 3,
  chatter: 12,
  'long chatter': 2,
  stop: 1,
  ping: 4,
  spam: 2,
  symbols: 2,
  emoji: 2,
  blanks: 1,
  bell: 0.3,
  empty: 0.2,
} as const satisfies Weights<string>;

export type Subject = keyof typeof subjects;

/** Where the digits of a language begin, if they are not 0 to 9. */
const zeros: Readonly<Record<string, number>> = {
  ar: 0x0660,
  hi: 0x0966,
  bn: 0x09e6,
  ta: 0x0be6,
  th: 0x0e50,
};

const inDigitsOf = (language: string, count: number): string => {
  const zero = zeros[language];
  if (zero === undefined) return String(count);
  return String(count).replaceAll(/\d/g, (digit) => String.fromCharCode(zero + Number(digit)));
};

/** What this person writes on a subject, one text after the other. */
export const textsOn = (
  subject: Subject,
  person: Person,
  people: People,
  random: Random,
): readonly string[] => {
  const { phrases, name } = person;
  const { register, report, ask, survey, greeting, things, chatter } = phrases;
  const word = random.isOneIn(2) ? report : report.toUpperCase();
  const thing = random.pick(things);
  const few = 1 + random.below(30);
  switch (subject) {
    case 'greeting':
      return [greeting];
    case 'registration':
      return [`${register} ${name}`];
    case 'registration in two':
      return [register, name];
    case 'report':
      return [`${word} ${thing} ${few}`];
    case 'alarming report':
      return [`${word} ${thing} ${40 + random.below(900)}`];
    case 'report without a number':
      return [`${report} ${thing}`];
    case 'report in own digits':
      return [`${report} ${thing} ${inDigitsOf(phrases.language, few)}`];
    case 'advice':
      return [ask];
    case 'survey':
      return [survey, random.pick(chatter), inDigitsOf(phrases.language, few), '👍🏾'];
    case 'relay': {
      const to = people.other(person)?.connection.identity;
      return to === undefined || /[\n]/.test(to) ? [greeting] : [`@${to.trim()}\n${random.pick(chatter)}`];
    }
    case 'chatter':
      return [random.pick(chatter)];
    case 'long chatter':
      return [Array.from({ length: 6 + random.below(20) }, () => random.pick(chatter)).join(' ')];
    case 'stop':
      return random.isOneIn(4) ? ['STOP'] : ['stop', greeting, 'start'];
    case 'ping':
      return ['ping'];
    case 'spam':
      return [random.pick(['WIN a phone today', 'promo: 50% off!', 'http://example.org/?a=1#b'])];
    case 'symbols':
      return [random.pick(['???', '12.5 + 7%', '"', "'", '*123#', '...', '-'])];
    case 'emoji':
      return [random.pick(['👩‍👩‍👧‍👦❤️', '😀😀😀', '🇺🇬 1️⃣', '👍🏾'])];
    case 'blanks':
      return [`  ${report}\t ${thing}   ${few}\u200b `];
    case 'bell':
      return [`${greeting}\u0007\u001b[31m!`];
    case 'empty':
      return [''];
  }
};
