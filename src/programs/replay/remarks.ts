import type { Answer, RehearsedReaction } from '../../replay/question.js';
import type { Gathered } from './gather.js';
import type { MadeUp } from './madeUp.js';

export interface Rehearsed {
  readonly gathered: Gathered;
  /** With all that was told of each message, … */
  readonly asTheyWere: Answer;
  /** … with what a transcript says of it, … */
  readonly plain: Answer;
  /** … and of made-up people. */
  readonly shown: MadeUp;
  /** Messages that are left out, since an app fails on them. */
  readonly failing: number;
}

/** Messages that are named, at most. */
const named = 5;

/** What whoever keeps a test should know, in sentences. */
export const remarksOn = ({ gathered, asTheyWere, plain, shown, failing }: Rehearsed): readonly string[] => {
  const calls = [...new Set(shown.answer.noted.map(({ app = 'some app', call }) => `${call} (${app})`))];
  const otherwise = gathered.differing(asTheyWere.reactions);
  const untold = gathered.scenes.flatMap(({ decision }, nth) =>
    isSame(asTheyWere.reactions[nth], plain.reactions[nth]) ? [] : [decision.message.messageId],
  );
  return [
    ...(failing === 0 ? [] : [`Left out, since an app fails on them today: ${messages(failing)}.`]),
    ...(shown.isOther
      ? [
          'With made-up numbers and names apps answer otherwise than they did: --keep leaves them as they are.',
        ]
      : []),
    ...(shown.kept.length === 0
      ? []
      : [
          `Left as they are, though someone bears them as names, since apps go by them: ${shown.kept.join(', ')}.`,
        ]),
    ...(calls.length === 0
      ? []
      : [
          `Apps reach out, go by clock or chance, or change what all code goes by, so the test may not pass elsewhere: ${calls.join(', ')}.`,
        ]),
    ...(untold.length === 0
      ? []
      : [
          `Answered otherwise in the test, since apps go by what a transcript does not say (the id, when it was received, what the gateway told): ${listed(untold)}.`,
        ]),
    ...(otherwise.length === 0 || !gathered.isTangled
      ? []
      : ['Conversations wrote to each other at the same moment: in a transcript one of them comes first.']),
    ...(otherwise.length === 0
      ? []
      : [`Answered otherwise than they were then: ${listed(otherwise)}. The test says what holds today.`]),
  ];
};

const messages = (count: number): string => `${count} message${count === 1 ? '' : 's'}`;

const listed = (ids: readonly string[]): string => {
  const more = ids.length > named ? ` and ${ids.length - named} more` : '';
  return `${messages(ids.length)} (${ids.slice(0, named).join(', ')}${more})`;
};

const isSame = (one: RehearsedReaction | undefined, other: RehearsedReaction | undefined): boolean =>
  JSON.stringify(one?.sent) === JSON.stringify(other?.sent);
