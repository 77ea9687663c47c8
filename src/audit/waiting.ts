import { messagesQuestion } from './ask.js';
import type { MessagesIndex } from './messagesIndex.js';

/** What is not at its end, in all that is indexed. */
export interface Waiting {
  /** Messages that are received and not decided on. */
  readonly messages: number;
  /** Texts that are decided and not handed over. */
  readonly texts: number;
  /** What waits for a person, by kind. */
  readonly letters: Readonly<Record<LetterKind, number>>;
}

/** `inbound`: an app failed at it. `abandoned`: no further attempt. `unclear`: it may have left. */
export const letterKinds = ['inbound', 'abandoned', 'unclear'] as const;
export type LetterKind = (typeof letterKinds)[number];

/** Counted beforehand: this takes as long however many there are. @param played - backends that do not count */
export const waitingIn = async (index: MessagesIndex, played: readonly string[]): Promise<Waiting> => {
  const surroundings = { now: 0, zone: 'UTC', played, called: (part: string) => part };
  const groups = await index.groups(messagesQuestion({ by: ['direction', 'status'] }, surroundings));
  const count = (direction: string, ...statuses: readonly string[]) =>
    groups
      .filter(({ values }) => values.direction === direction && statuses.includes(values.status ?? ''))
      .reduce((sum, { n }) => sum + n, 0);
  return {
    messages: count('in', 'waiting'),
    texts: count('out', 'sent', 'retrying'),
    letters: {
      inbound: count('in', 'failed'),
      abandoned: count('out', 'abandoned'),
      unclear: count('out', 'unclear'),
    },
  };
};
