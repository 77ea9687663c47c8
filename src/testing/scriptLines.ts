import type { DomainEvent } from '../domain/event.js';

/** A transcript that the apps did not keep to: which line, what was expected, what came. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';

  constructor(
    readonly line: number,
    message: string,
  ) {
    super(`line ${line}: ${message}`);
  }
}

/** Someone of a transcript; without a backend, on that of the simulation. */
export interface Connected {
  readonly identity: string;
  readonly backend?: string;
}

export type Line = { readonly whom: Connected; readonly line: number } & (
  | { readonly kind: 'sends'; readonly text: string; readonly at?: Date }
  | { readonly kind: 'expects'; readonly text: string }
  | { readonly kind: 'expects silence' }
  | { readonly kind: 'remembers'; readonly app: string; readonly fact: DomainEvent }
  | { readonly kind: 'had'; readonly received: number; readonly sent: number; readonly since?: Date }
);

/** @throws {ScriptError} for a line that is none of a transcript */
export const parseScript = (script: string): readonly Line[] => {
  const lines: Line[] = [];
  for (const [index, text] of script.split(/\r?\n/).entries()) {
    const trimmed = text.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const last = lines.at(-1);
    if (trimmed.startsWith('|') && last !== undefined && 'text' in last)
      lines[lines.length - 1] = { ...last, text: `${last.text}\n${trimmed.slice(1).replace(/^ /, '')}` };
    else lines.push(parseLine(trimmed, index + 1));
  }
  return lines;
};

/** Who, when, which way, and what. An identity that holds more than these signs is a string of JSON. */
const pattern =
  /^("(?:[^"\\]|\\.)*"|[^\s@<>=]+?)(?:\(([\w.-]+)\))?(?:@(\d{12}(?:\d\d)?(?:\.\d{3})?))?\s*(<!$|>>(?=\s*")|<<(?=\s*")|[<>=])\s?(.*)$/s;

const parseLine = (text: string, line: number): Line => {
  const [, who, backend, date, sign, words = ''] = pattern.exec(text) ?? [];
  if (who === undefined) throw new ScriptError(line, `${expectedForms}, got ${JSON.stringify(text)}`);
  const whom = {
    identity: who.startsWith('"') ? parseText(who, line) : who,
    ...(backend ? { backend } : {}),
  };
  switch (sign) {
    case '<!':
      return { kind: 'expects silence', whom, line };
    case '=':
      return {
        whom,
        line,
        ...(parseCounts(words, line) ?? { kind: 'remembers', ...parseFact(words, line) }),
      };
    case '<':
      return { kind: 'expects', whom, line, text: words };
    case '<<':
      return { kind: 'expects', whom, line, text: parseText(words, line) };
    default: {
      const said = sign === '>>' ? parseText(words, line) : words;
      return { kind: 'sends', whom, line, text: said, ...(date ? { at: parseDate(date, line) } : {}) };
    }
  }
};

const expectedForms = 'expected "NUMBER > text", "NUMBER < text" or "NUMBER <!"';

const parseText = (json: string, line: number): string => {
  const text = parseJson(json, line);
  if (typeof text === 'string') return text;
  throw new ScriptError(line, `expected a string of JSON, got ${json}`);
};

const counts = /^\s*(\d{1,9}) received, (\d{1,9}) sent(?:, since (\d{12}(?:\d\d)?(?:\.\d{3})?))?\s*$/;

const parseCounts = (text: string, line: number) => {
  const [, received, sent, since] = counts.exec(text) ?? [];
  if (received === undefined) return undefined;
  const first = since === undefined ? {} : { since: parseDate(since, line) };
  return { kind: 'had' as const, received: Number(received), sent: Number(sent), ...first };
};

const parseFact = (text: string, line: number): { readonly app: string; readonly fact: DomainEvent } => {
  const [, app, type, json] = /^\s*([\w-]+)\.(\w+)\s+(.*)$/s.exec(text) ?? [];
  if (app === undefined || type === undefined || json === undefined)
    throw new ScriptError(
      line,
      `expected "NUMBER = app.Fact {…}" or "NUMBER = 2 received, 1 sent", got ${JSON.stringify(text)}`,
    );
  return { app, fact: { type, data: parseJson(json, line) as object } };
};

const parseJson = (json: string, line: number): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    throw new ScriptError(line, `expected JSON, got ${json}`);
  }
};

const parseDate = (digits: string, line: number): Date => {
  const [, year, month, day, hour, minute, second = '00', fraction = '.000'] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(\.\d{3})?$/.exec(digits) ?? [];
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}Z`);
  if (Number.isNaN(date.getTime()))
    throw new ScriptError(line, `expected a date as YYYYMMDDHHMM, got ${digits}`);
  return date;
};
