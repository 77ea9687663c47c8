// Makes a story one that can be shown to whoever mends it: numbers and names are replaced by made-up ones, the same by the same.
import { type Connection, connectionOf, conversationStream } from '../domain/connection.js';

/** As short as a phone number can be: what is shorter is an amount, a code or a year. */
const phoneNumber = /(?:(?<![\p{L}\p{N}])|(?<=%2B))\+?\d(?:[\s().-]?\d){6,}(?![\p{L}\p{N}])/gu;
/** No number, though it has as many digits. */
const date = /(?<!\d)(\d{4}-\d\d-\d\d)(?!\d)/;
/** So many of its last digits say whose it is, whether it is written with its country or without. */
const telling = 8;

const madeUpNames =
  'Asha Musa Amina Kato Neema Okello Zuri Baraka Imani Juma Lulu Tendo Wanjiru Otieno Halima Daudi'.split(
    ' ',
  );
/** Of a fact or a contact, these fields hold someone's name. */
const nameField = /^(?:full|first|last|given|family|nick|sur)?_?-?name$/i;

/** Scripts that set no blanks between words: a name stands within what is written there. */
const blankless =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Script=Tibetan}ー';
const withoutBlanks = new RegExp(`^[${blankless}]+$`, 'u');
/** Before and after a name of another script: not within a word, though it may stand in the midst of one of these. */
const [noWordBefore, noWordAfter] = [
  `(?<!(?![${blankless}])[\\p{L}\\p{N}])`,
  `(?!(?![${blankless}])[\\p{L}\\p{M}\\p{N}])`,
];

/** Numbers that say nothing of anyone: places in the store, ids that a gateway gave. */
const ofNobody = new Set(['position', 'seen', 'id', 'gatewayId', 'inResponseToGatewayId', 'sha256']);

/** Made-up people for those of one story. First whoever occurs is told, then texts and values are replaced. */
export class Pseudonyms {
  /** By the last digits. */
  readonly #numbers = new Map<string, string>();
  /** In lower case, in the order in which they were told. */
  readonly #words = new Set<string>();
  #names: { readonly pattern: RegExp; readonly madeUp: ReadonlyMap<string, string> } | undefined;

  /** Someone of whom texts may speak. An identity that is no number is a name. */
  person({ identity }: Connection): void {
    if (!/^\+?[\d\s().-]+$/.test(identity)) this.name(identity);
  }

  name(name: string): void {
    // A number is no name, though someone may have been asked for one and have sent that.
    for (const word of name.toLowerCase().split(/[\s,]+/))
      if (word.length > 1 && /\p{L}/u.test(word)) this.#words.add(word);
    this.#names = undefined;
  }

  /** A word that stays, though it is someone's name as well: others go by it. */
  keep(word: string): void {
    this.#words.delete(word);
    this.#names = undefined;
  }

  /** The name that a text begins with, in lower case. */
  firstNameOf(text: string): string | undefined {
    if (this.#words.size === 0) return undefined;
    this.#names ??= this.#inventNames();
    const start = text.trimStart();
    const found = start.matchAll(this.#names.pattern).next().value;
    return found?.index === 0 ? found[0].toLowerCase() : undefined;
  }

  /** Every name that a value tells by the name of a field. */
  namesIn(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === 'string' && nameField.test(key)) this.name(inner);
      else this.namesIn(inner);
    }
  }

  text(text: string): string {
    const withoutNumbers = text
      .split(date)
      .map((part) => (date.test(part) ? part : part.replace(phoneNumber, (found) => this.#numberFor(found))))
      .join('');
    if (this.#words.size === 0) return withoutNumbers;
    this.#names ??= this.#inventNames();
    const { pattern, madeUp } = this.#names;
    return withoutNumbers.replace(pattern, (found) => madeUp.get(found.toLowerCase()) ?? found);
  }

  connection({ backend, identity }: Connection): Connection {
    return { backend, identity: this.text(identity) };
  }

  /** The same value with every text in it replaced. */
  value<Value>(value: Value): Value {
    return this.#replaced(value) as Value;
  }

  #replaced(value: unknown): unknown {
    if (typeof value === 'string') return this.#string(value);
    if (Array.isArray(value)) return value.map((inner) => this.#replaced(inner));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        this.text(key),
        ofNobody.has(key) ? inner : this.#replaced(inner),
      ]),
    );
  }

  /** Ids and times say nothing of anyone; the name of a stream is a connection, encoded. */
  #string(text: string): string {
    if (/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text)) return text;
    const connection = connectionOf(text);
    return connection === undefined ? this.text(text) : conversationStream(this.connection(connection));
  }

  /** In the same spelling: signs and blanks stay where they were. */
  #numberFor(found: string): string {
    const digits = found.replace(/\D/g, '');
    const last = digits.slice(-telling);
    const tail = this.#numbers.get(last) ?? String(55_500_001 + this.#numbers.size).slice(-last.length);
    this.#numbers.set(last, tail);
    // No country's number begins with 99.
    const madeUp = '9'.repeat(digits.length - last.length) + tail;
    let next = 0;
    return found.replace(/\d/g, () => madeUp[next++] ?? '0');
  }

  #inventNames() {
    const free = madeUpNames.filter((name) => !this.#words.has(name.toLowerCase()));
    const words = [...this.#words];
    const madeUp = new Map(words.map((word, index) => [word, nameOf(free, index)]));
    // The longest first: no word begins with another one then.
    const all = words.sort((a, b) => b.length - a.length);
    const written = all.map((word) => {
      const name = escaped(word);
      return withoutBlanks.test(word) ? name : `${noWordBefore}${name}${noWordAfter}`;
    });
    return { madeUp, pattern: new RegExp(written.join('|'), 'giu') };
  }
}

const nameOf = (free: readonly string[], index: number): string => {
  const round = Math.floor(index / free.length);
  return `${free[index % free.length] ?? 'Name'}${round === 0 ? '' : round + 1}`;
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
