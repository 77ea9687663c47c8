import { together } from '../apps/takes.js';
import type { AppOrigin, Takes, TraceEntry } from '../domain/events.js';

/** What apps answered when they were asked, in the order in which they were. */
export type Answers = readonly Pick<TraceEntry, 'phase' | 'app' | 'result' | 'text' | 'error'>[];

/** A decision, and the apps that there were. */
export interface Asked {
  readonly answers: Answers;
  readonly apps: readonly Pick<AppOrigin, 'name' | 'takes'>[];
  /** Not told: what phases made of the text. It is so of older decisions. */
  readonly isWithoutTexts?: boolean;
}

/** Phases in which the first app that says `true` has it. */
const taking = ['filter', 'handle', 'default'] as const;

/**
 * What came to be otherwise on the way to a decision, in sentences: which app took the message then and does not now, or the
 * other way round, and what the apps before made of the text.
 */
export const whyOf = (text: string, then: Asked, now: Asked): readonly string[] => [
  ...(then.isWithoutTexts === true ? [] : parsedOtherwise(then.answers, now.answers)),
  ...taking.flatMap((phase) => takenOtherwise(phase, text, then, now) ?? []),
];

const takenOtherwise = (
  phase: (typeof taking)[number],
  text: string,
  then: Asked,
  now: Asked,
): string | undefined => {
  const [was, is] = [takerOf(phase, then.answers), takerOf(phase, now.answers)];
  if (was === is) return undefined;
  const nowTakes = is === undefined ? '' : described(is, phase, textAt(now.answers, text), now);
  if (was === undefined) return `${phase}: ${nowTakes} takes it now`;
  const instead = is === undefined ? '' : `, ${nowTakes} does`;
  const before = described(was, phase, textAt(then.answers, text), then);
  if (!now.apps.some(({ name }) => name === was))
    return `${phase}: ${before} is not there any more${instead}`;
  const isAsked = now.answers.some((answer) => answer.phase === phase && answer.app === was);
  if (isAsked || is === undefined) return `${phase}: ${before} no longer takes it${instead}`;
  return `${phase}: ${nowTakes} takes it before ${was} is asked`;
};

const takerOf = (phase: string, answers: Answers): string | undefined =>
  answers.find((answer) => answer.phase === phase && answer.result === 'true')?.app;

/** The text that handlers get. */
const textAt = (answers: Answers, text: string): string =>
  answers.findLast((answer) => answer.phase === 'parse' && answer.text !== undefined)?.text ?? text;

/** `pattern /^stop$/i of consent`, where that is known. */
const described = (app: string, phase: string, text: string, { apps }: Asked): string => {
  const takes = phase === 'handle' ? apps.find(({ name }) => name === app)?.takes : undefined;
  const what = takes === undefined ? undefined : takenBy(takes, text);
  return what === undefined ? app : `${what} of ${app}`;
};

const takenBy = (takes: Takes, text: string): string | undefined => {
  const { keywords = [], patterns = [] } = together([takes]);
  const low = text.trim().toLowerCase();
  const keyword = keywords.find((word) => low.startsWith(word.toLowerCase()));
  if (keyword !== undefined) return `keyword ${JSON.stringify(keyword)}`;
  const pattern = patterns.find((written) => fits(written, text));
  return pattern === undefined ? undefined : `pattern ${pattern}`;
};

const fits = (written: string, text: string): boolean => {
  const [, source, flags = ''] = /^\/(.*)\/([a-z]*)$/su.exec(written) ?? [];
  if (source === undefined) return false;
  try {
    return new RegExp(`^(?:${source})`, flags.replace(/[giy]/g, '').concat('i')).test(text);
  } catch {
    return false;
  }
};

const parsedOtherwise = (then: Answers, now: Answers): readonly string[] => {
  const [was, is] = [parsedBy(then), parsedBy(now)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((app) => {
    const [before, after] = [was.get(app), is.get(app)];
    if (before === after) return [];
    return [`parse: ${app} made ${madeOf(before)}, now ${madeOf(after)}`];
  });
};

const madeOf = (text: string | undefined): string =>
  text === undefined ? 'nothing else of it' : `it ${JSON.stringify(text)}`;

const parsedBy = (answers: Answers): ReadonlyMap<string, string> =>
  new Map(
    answers.flatMap(({ phase, app, text }) => (phase === 'parse' && text !== undefined ? [[app, text]] : [])),
  );
