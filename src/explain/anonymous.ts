// Makes a story one that can be shown to whoever mends it: numbers and names are replaced by made-up ones, the same by the same.
import { type Connection, connectionOf, conversationStream } from '../domain/connection.js';
import { inventNames } from './madeUpNames.js';

/** As short as a phone number can be: what is shorter is an amount, a code or a year. */
const phoneNumber = /(?:(?<![\p{L}\p{N}])|(?<=%2B))\+?\d(?:[\s().-]?\d){6,}(?![\p{L}\p{N}])/gu;
/** No number, though it has as many digits. */
const date = /(?<!\d)(\d{4}-\d\d-\d\d)(?!\d)/;
/** So many of its last digits say whose it is, whether it is written with its country or without. */
const telling = 8;

/** Of a fact or a contact, these fields hold someone's name. */
const nameField = /^(?:full|first|last|given|family|nick|sur)?_?-?name$/i;

/** Numbers that say nothing of anyone: places in the store. */
const ofNobody = new Set(['position', 'seen', 'sha256']);
/** Ids that others gave: long numbers as well, in which someone's may stand. */
const givenIds = new Set(['id', 'gatewayId', 'inResponseToGatewayId']);
/** Made-up people for those of one story. First whoever occurs is told, then texts and values are replaced. */
export class Pseudonyms {
  /** By the last digits. */
  readonly #numbers = new Map<string, string>();
  /** In lower case, in the order in which they were told. */
  readonly #words = new Set<string>();
  /** Identities that are no number and not made of words, in lower case: `100%`, `..`, `7711`. */
  readonly #odd = new Set<string>();
  #names: { readonly pattern: RegExp; readonly madeUp: ReadonlyMap<string, string> } | undefined;

  /** Someone of whom texts may speak. An identity that is no number is a name, or stands for itself. */
  person({ identity }: Connection): void {
    if (isNumber(identity)) {
      this.#numberFor(identity);
      return;
    }
    this.name(identity);
    const words = identity.toLowerCase().split(/[\s,]+/);
    if (!words.every((word) => this.#words.has(word))) this.#odd.add(identity.toLowerCase());
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
    this.#odd.delete(word);
    this.#names = undefined;
  }

  /** The name that a text begins with, in lower case. */
  firstNameOf(text: string): string | undefined {
    const start = text.trimStart();
    const found = start.matchAll(this.#invented.pattern).next().value;
    return found?.index === 0 ? found[0].toLowerCase() : undefined;
  }

  /** Everyone that a value tells of: by the name of a field, as a connection, by the name of a conversation's stream. */
  namesIn(value: unknown): void {
    if (typeof value === 'string') {
      const connection = connectionOf(value);
      if (connection !== undefined) this.person(connection);
    }
    if (typeof value !== 'object' || value === null) return;
    const { backend, identity } = value as Partial<Connection>;
    if (typeof backend === 'string' && typeof identity === 'string') this.person({ backend, identity });
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === 'string' && nameField.test(key)) this.name(inner);
      else this.namesIn(inner);
    }
  }

  text(text: string): string {
    return this.#withoutNames(text)
      .split(date)
      .map((part) => (date.test(part) ? part : part.replace(phoneNumber, (found) => this.#numberFor(found))))
      .join('');
  }

  connection({ backend, identity }: Connection): Connection {
    return { backend, identity: this.#oneFor(identity) ?? this.text(identity) };
  }

  /** The same value with every text in it replaced. */
  value<Value>(value: Value): Value {
    return this.#replaced(value) as Value;
  }

  #replaced(value: unknown, key = ''): unknown {
    if (typeof value === 'string') return this.#string(value, key);
    if (Array.isArray(value)) return value.map((inner) => this.#replaced(inner, key));
    if (typeof value !== 'object' || value === null || ofNobody.has(key)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [this.text(name), this.#replaced(inner, name)]),
    );
  }

  /** Ids of ours and times say nothing of anyone; the name of a stream is a connection, encoded. */
  #string(text: string, key: string): string {
    if (ofNobody.has(key) || /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text)) return text;
    const connection = connectionOf(text);
    if (connection !== undefined) return conversationStream(this.connection(connection));
    if (givenIds.has(key)) return this.#id(text);
    return (key === 'text' ? undefined : this.#oneFor(text)) ?? this.text(text);
  }

  /** In place of what is an identity as a whole. */
  #oneFor(text: string): string | undefined {
    const low = text.toLowerCase();
    return this.#odd.has(low) ? this.#invented.madeUp.get(low) : undefined;
  }

  #id(text: string): string {
    return this.#withoutNames(text).replace(/\d+/g, (digits) =>
      this.#numbers.has(digits.slice(-telling)) ? this.#numberFor(digits) : digits,
    );
  }

  #withoutNames(text: string): string {
    const { pattern, madeUp } = this.#invented;
    return madeUp.size === 0
      ? text
      : text.replace(pattern, (found) => madeUp.get(found.toLowerCase()) ?? found);
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

  get #invented() {
    this.#names ??= inventNames([...new Set([...this.#words, ...this.#odd])]);
    return this.#names;
  }
}

const isNumber = (identity: string): boolean => {
  const rest = identity.replace(phoneNumber, '');
  return rest !== identity && !date.test(identity) && !/[^\s().+-]/.test(rest);
};
