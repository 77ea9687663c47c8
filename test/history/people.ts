import type { Connection } from '../../src/domain/connection.js';
import { allPhrases, type Phrases } from './apps/phrases.js';
import { backends } from './backends.js';
import type { Random } from './random.js';

/** Someone who writes. */
export interface Person {
  readonly connection: Connection;
  readonly phrases: Phrases;
  readonly name: string;
  /** Messages that are still to come of them. */
  left: number;
}

/** Identities that have a meaning elsewhere: in addresses, file names, SQL, terminals, spreadsheets. */
export const hostileIdentities: readonly string[] = [
  'a:b:c',
  '100%',
  '%41%2F',
  '../../etc/passwd',
  '..',
  'C:\\temp\\new',
  '#channel?x=1&y=2',
  ' two  blanks ',
  "o'brien; DROP TABLE events;--",
  '=HYPERLINK("http://example.org")',
  '👩🏽‍⚕️ nurse',
  'مريم',
  '\u202egnihtyreve',
  'x\u001b[2Jy',
  'tab\tline\nend',
  '\u009b31m',
  'nul\u0000byte',
  '__proto__',
  '你好 世界',
  '𠮷',
];

const mostActive = 1_500;
/** Of whom all is still known after their last message: later reports and people's decisions are still to come. */
const mostGone = 3_000;

/** Those who write at a time. Who has said everything goes, and another comes: so memory does not grow with the history. */
export class People {
  readonly #random: Random;
  readonly #active: Person[] = [];
  readonly #gone: Person[] = [];
  readonly #isForgotten: (person: Person) => void;
  #count = 0;

  /** @param isForgotten - called with each person of whom nothing more will come */
  constructor(random: Random, isForgotten: (person: Person) => void) {
    this.#random = random;
    this.#isForgotten = isForgotten;
  }

  /** Someone who writes now: a new person as long as few are there. */
  someone(): Person {
    const random = this.#random;
    if (this.#count < hostileIdentities.length) return this.#arrive();
    const isNew = this.#active.length < mostActive && random.isOneIn(8);
    return isNew || this.#active.length === 0 ? this.#arrive() : random.pick(this.#active);
  }

  /** Another person of the same backend, if there is one. */
  other({ connection }: Person): Person | undefined {
    const { backend } = connection;
    const candidate = this.#active.length === 0 ? undefined : this.#random.pick(this.#active);
    return candidate?.connection.backend === backend ? candidate : undefined;
  }

  some(count: number): readonly Person[] {
    const picked = Array.from({ length: count }, () => this.someone());
    return [...new Set(picked)];
  }

  /** One message less is to come of this person. */
  wrote(person: Person): void {
    person.left -= 1;
    const place = person.left > 0 ? -1 : this.#active.indexOf(person);
    if (place < 0) return;
    const last = this.#active.pop();
    if (last !== undefined && last !== person) this.#active[place] = last;
    this.#gone.push(person);
    const forgotten = this.#gone.length > mostGone ? this.#gone.shift() : undefined;
    if (forgotten !== undefined) this.#isForgotten(forgotten);
  }

  #arrive(): Person {
    const random = this.#random;
    const phrases = allPhrases[this.#count % allPhrases.length] ?? random.pick(allPhrases);
    const person = {
      connection: this.#connection(),
      phrases,
      name: random.pick(phrases.names),
      left: 1 + Math.ceil(random.around(random.isOneIn(50) ? 600 : 10)),
    };
    this.#count += 1;
    this.#active.push(person);
    return person;
  }

  #connection(): Connection {
    const nth = this.#count;
    const { name: backend } = backends[nth % 7] ?? backends[0] ?? this.#random.pick(backends);
    const hostile = hostileIdentities[nth];
    if (hostile !== undefined)
      return { backend: nth % 3 === 0 ? 'my-kannel-backend' : 'chat', identity: hostile };
    const country = this.#random.pick(['+256', '+255', '+250', '+251', '+91', '+880', '+66', '+86', '+7']);
    return { backend, identity: `${country}7${String(nth).padStart(8, '0')}` };
  }
}
