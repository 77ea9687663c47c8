import type { DomainEvent } from '../domain/event.js';
import type { Context, PhaseResult } from './app.js';
import type { IncomingMessage } from './message.js';
import { isThenable, type Steps, settle } from './steps.js';
import { takesOf, taking, together } from './takes.js';

type Handle<State, Fact extends DomainEvent> = (
  message: IncomingMessage<Fact>,
  context: Context<State>,
) => PhaseResult;

export interface KeywordHandler<State, Fact extends DomainEvent> {
  /** Nothing stands after the keyword. */
  help(message: IncomingMessage<Fact>, context: Context<State>): PhaseResult;
  /** `rest` is what stands after the keyword, over several lines if so. Return `false` (exactly) to pass the message on. */
  handle(rest: string, message: IncomingMessage<Fact>, context: Context<State>): PhaseResult;
}

export interface KeywordOptions {
  /** `false`: as in RapidSMS, no word boundary and the first alternative that fits, so `reg` takes "regular". Default `true`. */
  readonly strict?: boolean;
}

/**
 * A `handle` phase for messages that begin with a word.
 *
 * @param keyword - alternatives separated by `|`, e.g. `register|reg|join`; upper and lower case are the same
 */
export const keyword = <State = undefined, Fact extends DomainEvent = DomainEvent>(
  keyword: string,
  handler: KeywordHandler<State, Fact>,
  { strict = true }: KeywordOptions = {},
): Handle<State, Fact> => {
  const start = keywordPattern(keyword, strict);
  const handle: Handle<State, Fact> = (message, context) => {
    const match = start.exec(message.text);
    if (match === null) return undefined;
    const rest = message.text.slice(match[0].length);
    const result = rest === '' ? handler.help(message, context) : handler.handle(rest, message, context);
    return unlessPassedOn(result);
  };
  return taking(handle, { keywords: wordsOf(keyword) });
};

const wordsOf = (keyword: string): string[] => keyword.split('|').map((word) => word.trim());

const keywordPattern = (keyword: string, strict: boolean): RegExp => {
  const words = wordsOf(keyword);
  if (words.includes('')) throw new TypeError(`A keyword must not be empty: got ${JSON.stringify(keyword)}.`);
  if (strict) words.sort((a, b) => b.length - a.length);
  const alternatives = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|');
  return new RegExp(`^\\s*(?:${alternatives})${strict ? '(?:[\\s,;:]+|$)' : '[\\s,;:]*'}`, 'iu');
};

/**
 * A `handle` phase for messages that fit a pattern from their start on. The groups are handed to `handle`, those that did
 * not take part as undefined. The pattern is anchored at the start, and upper and lower case are the same.
 */
export const pattern = <State = undefined, Fact extends DomainEvent = DomainEvent>(
  pattern: RegExp | string,
  handle: (
    groups: readonly (string | undefined)[],
    message: IncomingMessage<Fact>,
    context: Context<State>,
  ) => PhaseResult,
): Handle<State, Fact> => {
  const anchored = anchoredPattern(pattern);
  const whole: Handle<State, Fact> = (message, context) => {
    const match = anchored.exec(message.text);
    if (match === null) return undefined;
    return unlessPassedOn(handle(match.slice(1), message, context));
  };
  return taking(whole, { patterns: [String(typeof pattern === 'string' ? anchored : pattern)] });
};

const anchoredPattern = (pattern: RegExp | string): RegExp => {
  const source = typeof pattern === 'string' ? pattern : pattern.source;
  // g and y would make the pattern remember where the last message ended.
  const flags = typeof pattern === 'string' ? '' : pattern.flags.replace(/[gy]/g, '');
  return new RegExp(`^(?:${source})`, flags.includes('i') ? flags : `${flags}i`);
};

/** Several handlers as one `handle` phase: the first that takes the message ends it. */
export const firstOf = <State = undefined, Fact extends DomainEvent = DomainEvent>(
  ...handlers: readonly Handle<State, Fact>[]
): Handle<State, Fact> =>
  taking(
    (message: IncomingMessage<Fact>, context: Context<State>) =>
      settle(firstThatTakes(handlers, message, context)),
    together(handlers.map(takesOf)),
  );

function* firstThatTakes<State, Fact extends DomainEvent>(
  handlers: readonly Handle<State, Fact>[],
  message: IncomingMessage<Fact>,
  context: Context<State>,
): Steps<PhaseResult> {
  for (const handle of handlers) {
    const answer = handle(message, context);
    if ((isThenable(answer) ? yield answer : answer) === true) return true;
  }
  return undefined;
}

/** A handler whose words fitted has handled the message, unless it says `false`. */
const unlessPassedOn = (result: PhaseResult): PhaseResult =>
  result instanceof Promise ? result.then((value) => value !== false) : result !== false;
