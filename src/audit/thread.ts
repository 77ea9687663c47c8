// A thread that looks things up, so that a question which takes long holds up no message. From it the answer of each message to it, by
// its number. The file is opened for each question: it may have been made anew meanwhile.
import { existsSync, readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type Zone, zoneOf } from '../domain/zone.js';
import { StatesFile } from '../projections/statesFile.js';
import type { MessagesQuestion } from './ask.js';
import type { DayWish } from './figures/day.js';
import { type AppsWish, figuresIn, noFigures } from './figures/figuresIndex.js';
import { TooManyGroups } from './groups.js';
import { type Lists, noLists, StatesLists } from './lists/lists.js';
import { type MessagesIndex, noIndex, StatesIndex } from './messagesIndex.js';

/** A question as it can be handed over: a zone by its name. */
export interface PlainQuestion extends Omit<MessagesQuestion, 'zone'> {
  readonly zone: string;
}

export type QuestionName = Exclude<keyof MessagesIndex, 'facts'>;

export type AskedOfThread =
  | { readonly what: 'facts' | 'appsFacts' }
  | { readonly what: QuestionName; readonly question: PlainQuestion }
  | { readonly what: 'waiting'; readonly played: readonly string[] }
  | { readonly what: 'day'; readonly wish: Omit<DayWish, 'zone'> & { readonly zone: string } }
  | { readonly what: 'apps'; readonly wish: AppsWish }
  | AskedOfLists;

/** A list, by its method and what that is given. */
type AskedOfLists = {
  [Name in keyof Lists]: { readonly what: Name; readonly given: Parameters<Lists[Name]> };
}[keyof Lists];

export type ToThread =
  | ({ readonly kind: 'ask'; readonly number: number } & AskedOfThread)
  | { readonly kind: 'end' };

export interface FromThread {
  readonly number: number;
  readonly answer?: unknown;
  readonly failure?: { readonly kind: 'too-many-groups' | 'unreadable'; readonly message: string };
}

const path = workerData as string;

/** Where the processor is short, messages come first. A thread has a priority of its own on Linux alone. */
const giveWay = (): void => {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Elsewhere it is as important as the others.
  }
};
giveWay();

const answer = async (asked: AskedOfThread): Promise<unknown> => {
  const states = existsSync(path) ? await StatesFile.openReadOnly(path, { isChecked: false }) : undefined;
  try {
    return await found(states, asked);
  } finally {
    states?.close();
  }
};

const found = (states: StatesFile | undefined, asked: AskedOfThread): Promise<unknown> => {
  const index = states === undefined ? noIndex : new StatesIndex(states);
  const figures = states === undefined ? noFigures : figuresIn(states);
  const lists = states === undefined ? noLists : new StatesLists(states);
  switch (asked.what) {
    case 'facts':
      return index.facts();
    case 'appsFacts':
      return figures.appsFacts();
    case 'waiting':
      return figures.waiting(asked.played);
    case 'day':
      return figures.day({ ...asked.wish, zone: zoneNamed(asked.wish.zone) });
    case 'apps':
      return figures.apps(asked.wish);
    case 'statesFacts':
      return lists.statesFacts(...asked.given);
    case 'list':
      return lists.list(...asked.given);
    case 'state':
      return lists.state(...asked.given);
    case 'page':
    case 'plainPage':
    case 'groups':
    case 'strangers':
      return index[asked.what]({ ...asked.question, zone: zoneNamed(asked.question.zone) });
  }
};

const zoneNamed = (name: string): Zone => zoneOf(name) ?? { name: 'UTC', offsetAt: () => 0 };

parentPort?.on('message', (message: ToThread) => {
  if (message.kind === 'end') {
    parentPort?.close();
    return;
  }
  const { number } = message;
  answer(message).then(
    (found) => parentPort?.postMessage({ number, answer: found } satisfies FromThread),
    (error: Error) => {
      const kind = error instanceof TooManyGroups ? 'too-many-groups' : 'unreadable';
      parentPort?.postMessage({ number, failure: { kind, message: error.message } } satisfies FromThread);
    },
  );
});
