import { randomUUID } from 'node:crypto';

/** What becomes of a text on its way to a phone of the tester. */
export const plays = ['delivered', 'failed', 'delayed', 'away', 'none'] as const;
export type Play = (typeof plays)[number];

export const isPlay = (word: string): word is Play => plays.some((play) => play === word);

/** The tester's own id of a message. It says what becomes of the answers to it, wherever and whenever they are handed over. */
export const idPlaying = (play: Play): string => `${play}-${randomUUID()}`;

/** Undefined for a message that leaves it to the configuration. */
export const playOf = (id: string | undefined): Play | undefined => {
  const [word = ''] = id?.split('-', 1) ?? [];
  return isPlay(word) ? word : undefined;
};
