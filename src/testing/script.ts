import type { AnyApp } from '../apps/app.js';
import { Simulation, type SimulationOptions } from './simulation.js';

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

type Line =
  | {
      readonly kind: 'sends';
      readonly number: string;
      readonly text: string;
      readonly line: number;
      readonly at?: Date;
    }
  | { readonly kind: 'expects'; readonly number: string; readonly text: string; readonly line: number }
  | { readonly kind: 'expects silence'; readonly number: string; readonly line: number };

/**
 * Runs a transcript of messages and expected answers:
 *
 * ```
 * # a comment
 * 1112223333 > register Asha
 * 1112223333 < Thank you for registering, Asha!
 * 1112223333@202601021200 > hello       the time that the apps go by, UTC
 * 1112223333 <!                         no answer (any more)
 * ```
 *
 * Strict: answers must come in order, and none may be left over when the next message is sent or the script ends.
 *
 * @throws {ScriptError} at the first line that does not hold
 */
export const runScript = async (
  apps: readonly AnyApp[],
  script: string,
  options: SimulationOptions = {},
): Promise<Simulation> => {
  const simulation = new Simulation(apps, options);
  const waiting: { number: string; text: string; line: number }[] = [];
  for (const line of parseScript(script)) {
    if (line.kind === 'sends') {
      refuseLeftOver(waiting, line.line);
      const reaction = await simulation.receive(line.text, {
        from: line.number,
        ...(line.at ? { at: line.at } : {}),
      });
      if (reaction.error !== undefined)
        throw new ScriptError(line.line, `${reaction.app} failed: ${reaction.error}`);
      for (const { identity, text } of reaction.sent)
        waiting.push({ number: identity, text, line: line.line });
    } else expectNext(waiting, line);
  }
  refuseLeftOver(waiting);
  return simulation;
};

type Waiting = { number: string; text: string; line: number }[];

const expectNext = (waiting: Waiting, expected: Exclude<Line, { kind: 'sends' }>): void => {
  const index = waiting.findIndex(({ number }) => number === expected.number);
  const next = waiting[index];
  if (expected.kind === 'expects silence') {
    if (next !== undefined) {
      throw new ScriptError(
        expected.line,
        `expected no answer to ${expected.number}, got ${quote(next.text)}`,
      );
    }
    return;
  }
  if (next?.text !== expected.text) {
    const got = next === undefined ? 'no answer' : quote(next.text);
    throw new ScriptError(
      expected.line,
      `expected ${quote(expected.text)} to ${expected.number}, got ${got}`,
    );
  }
  waiting.splice(index, 1);
};

const refuseLeftOver = ([left]: Waiting, line?: number): void => {
  if (left === undefined) return;
  throw new ScriptError(
    line ?? left.line,
    `an answer to ${left.number} was not expected: ${quote(left.text)}`,
  );
};

const quote = (text: string): string => JSON.stringify(text);

const parseScript = (script: string): readonly Line[] =>
  script.split(/\r?\n/).flatMap((text, index) => {
    const trimmed = text.trim();
    return trimmed === '' || trimmed.startsWith('#') ? [] : [parseLine(trimmed, index + 1)];
  });

const parseLine = (text: string, line: number): Line => {
  const silence = /^(\S+)\s*<!$/.exec(text);
  if (silence?.[1] !== undefined) return { kind: 'expects silence', number: silence[1], line };
  const match = /^([^\s@<>]+)(?:@(\d{12}))?\s*([<>])\s?(.*)$/.exec(text);
  const [, number, date, direction, words] = match ?? [];
  if (number === undefined || words === undefined) {
    throw new ScriptError(
      line,
      `expected "NUMBER > text", "NUMBER < text" or "NUMBER <!", got ${quote(text)}`,
    );
  }
  if (direction === '<') return { kind: 'expects', number, text: words, line };
  return {
    kind: 'sends',
    number,
    text: words,
    line,
    ...(date === undefined ? {} : { at: parseDate(date, line) }),
  };
};

const parseDate = (digits: string, line: number): Date => {
  const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits) ?? [];
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:00.000Z`);
  if (Number.isNaN(date.getTime()))
    throw new ScriptError(line, `expected a date as YYYYMMDDHHMM, got ${digits}`);
  return date;
};
