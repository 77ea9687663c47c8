import type { IndexQuestion } from '../projections/index/question.js';
import type { FoundState, IndexSearch } from '../projections/index/search.js';
import { questionOf } from '../projections/words/question.js';
import type { MessagesQuestion } from './ask.js';
import { type Cursor, cursorText } from './cursor.js';

/** The projection whose states are the messages. */
export const messagesProjection = 'messages';

/** A message as the projection `messages` knows it. Fields: projections/messages.js. */
export interface Message {
  readonly messageId: string;
  readonly direction: 'in' | 'out';
  readonly backend: string;
  readonly identity: string;
  readonly status: string;
  /** The time that everything goes by: in `receivedAt`, out `sentAt`. */
  readonly at: string;
  readonly text?: string;
  readonly app?: string;
  readonly [field: string]: unknown;
}

export interface PlainPage {
  readonly messages: readonly Message[];
  /** Where the page after this one begins; undefined when there is none. */
  readonly next: Cursor | undefined;
}

export interface MessagesPage {
  readonly messages: readonly Message[];
  /** To ask with for the page after this one; absent when there is none. */
  readonly next?: string;
  /** How many match in all, the other pages included. */
  readonly matching: number;
  /** There are more than that: they were not counted further. */
  readonly orMore: boolean;
}

/** To count all that a search finds would take longer than to find the first. */
const countedAtMost = 10_000;

export const pageOf = (search: IndexSearch, question: MessagesQuestion): MessagesPage => {
  const { messages, next } = pageWithCursor(search, question);
  // Where all of them are on this page nobody needs to look for more: what is rare takes long to find.
  const isAll = next === undefined && question.after === undefined;
  const { n, orMore } = isAll
    ? { n: messages.length, orMore: false }
    : search.count(indexQuestion(question), countedAtMost);
  return { messages, matching: n, orMore, ...(next === undefined ? {} : { next: cursorText(next) }) };
};

export const pageWithCursor = (search: IndexSearch, question: MessagesQuestion): PlainPage => {
  const { order, limit, after } = question;
  const place = after === undefined ? undefined : (search.placeOf(after.id) ?? after);
  const wish = { order, limit: limit + 1, ...(place === undefined ? {} : { after: place }) };
  const found = search.page(indexQuestion(question), wish);
  const last = found.length > limit ? found[limit - 1] : undefined;
  return {
    messages: found.slice(0, limit).map(messageOf),
    next: last && { at: last.at, nth: last.nth, id: last.partition },
  };
};

/** A question to the full text that nothing answers. */
const noWords = '""';

export const indexQuestion = (question: MessagesQuestion): IndexQuestion => {
  const { since, until, facets, leftOut, identity, correlation, words, slowerThan } = question;
  return {
    since: since === undefined ? undefined : Math.max(0, since),
    until: until === undefined ? undefined : Math.max(0, until),
    facets,
    ...(leftOut.length === 0 ? {} : { without: { backend: leftOut } }),
    keys: [
      ...(identity === undefined ? [] : [{ name: 'identity', value: identity }]),
      ...(correlation === undefined ? [] : [{ name: 'correlation', value: correlation, orPartition: true }]),
    ],
    words: words === undefined ? undefined : (questionOf(words) ?? noWords),
    tookAtLeast: slowerThan,
  };
};

const messageOf = ({ at, state }: FoundState): Message => ({
  ...(state as Message),
  at: new Date(at).toISOString(),
});
