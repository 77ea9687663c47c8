import type { Connection } from '../domain/connection.js';

/** How exactly a transcript tells times. */
export type Precision = 'none' | 'minutes' | 'seconds' | 'milliseconds';

const digitsOf: Readonly<Record<Precision, number>> = { none: 0, minutes: 12, seconds: 14, milliseconds: 18 };

const digits = (at: number, count: number): string =>
  new Date(at)
    .toISOString()
    .replace(/[-T:Z]/g, '')
    .slice(0, count);

/** Writes the lines that `runScript` reads. @param backend - of those who need not be named with theirs */
export class ScriptWriter {
  constructor(
    private readonly backend: string,
    private readonly precision: Precision,
  ) {}

  remembers(whom: Connection, type: string, data: object): readonly string[] {
    return [`${this.#who(whom)} = ${type} ${JSON.stringify(data)}`];
  }

  /** @param since - when the first came: milliseconds since 1970 */
  had(whom: Connection, received: number, sent: number, since?: number): readonly string[] {
    const first = since === undefined ? '' : `, since ${digits(since, digitsOf.milliseconds)}`;
    return [`${this.#who(whom)} = ${received} received, ${sent} sent${first}`];
  }

  /** @param at - milliseconds since 1970 */
  sends(whom: Connection, text: string, at: number): readonly string[] {
    return this.#says(`${this.#who(whom)}${this.#when(at)}`, '>', text);
  }

  expects(whom: Connection, text: string): readonly string[] {
    return this.#says(this.#who(whom), '<', text);
  }

  expectsSilence(whom: Connection): readonly string[] {
    return [`${this.#who(whom)} <!`];
  }

  #who({ backend, identity }: Connection): string {
    const isPlain = /^[^\s@<>=()"#|]+$/.test(identity);
    return `${isPlain ? identity : JSON.stringify(identity)}${backend === this.backend ? '' : `(${backend})`}`;
  }

  #when(at: number): string {
    const count = digitsOf[this.precision];
    return count === 0 ? '' : `@${digits(at, count)}`;
  }

  #says(who: string, sign: '<' | '>', text: string): readonly string[] {
    const [first = '', ...more] = text.split('\n');
    const isPlain = [first, ...more].every(
      (line) => line === line.trim() && !/\p{Cc}|\p{Zl}|\p{Zp}/u.test(line),
    );
    if (!isPlain || first === '' || (sign === '<' && first === '!') || /^[<>]\s*"/.test(first))
      return [`${who} ${sign}${sign} ${JSON.stringify(text)}`];
    return [`${who} ${sign} ${first}`, ...more.map((line) => `| ${line}`.trimEnd())];
  }
}
