import { questionOf } from '../projections/words/question.js';
import type { EventStore } from '../store/port.js';
import type { MessagesQuestion } from './ask.js';
import { type Freshness, freshnessOf } from './freshness.js';
import type { Group } from './groups.js';
import type { Message, MessagesPage } from './messages.js';
import type { MessagesIndex } from './messagesIndex.js';
import type { RangeWish } from './reading.js';
import type { Stranger } from './values.js';

/** What every answer repeats: by which time it goes, and between which instants. */
export interface Range {
  /** Inclusive: ISO, UTC. Absent: from the beginning. */
  readonly since?: string;
  /** Exclusive. Absent: to the end. */
  readonly until?: string;
  readonly zone: string;
  readonly by: string;
}

export interface MessagesAnswer extends MessagesPage {
  readonly range: Range;
  readonly fresh: Freshness;
  /** The time of the newest message, when that is still to come: a clock was ahead. */
  readonly ahead?: string;
  /** Where nothing was found: what was asked for that nothing has. */
  readonly unknown?: readonly Stranger[];
  /** Where nothing can be found: why, in a sentence. */
  readonly note?: string;
}

export interface GroupsAnswer {
  readonly groups: readonly Group[];
  /** Those that are beyond the limit included. */
  readonly all: { readonly groups: number; readonly n: number };
  /** Backends that have messages and are not counted: their phones are played. */
  readonly leftOut?: readonly string[];
  /** Where nothing was found: what was asked for that nothing has. */
  readonly unknown?: readonly Stranger[];
  /** Where nothing can be found: why, in a sentence. */
  readonly note?: string;
  readonly range: Range;
  readonly fresh: Freshness;
}

/** Where messages are asked for. */
export interface MessagesSource {
  readonly index: MessagesIndex;
  readonly store: EventStore;
  readonly now: () => number;
  /** Events behind, for who must not be held up: {@link freshnessOf}. */
  readonly countedAtMost?: number;
}

const messagesTime = 'receivedAt of messages in, sentAt of messages out';

export const rangeOf = ({ since, until, zone }: RangeWish, by: string): Range => ({
  ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
  ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  zone: zone.name,
  by,
});

/** Clocks of machines that work together are not further apart. */
const clockAllowanceMs = 300_000;

export const askMessages = async (
  { index, store, now, countedAtMost }: MessagesSource,
  question: MessagesQuestion,
): Promise<MessagesAnswer> => {
  const fresh = await freshnessOf(index, store, countedAtMost);
  const range = rangeOf(question, messagesTime);
  if (fresh.states === 'none') return { messages: [], matching: 0, orMore: false, range, fresh };
  const { newest, ...page } = await index.page(question);
  const isAhead = newest !== undefined && Date.parse(newest) > now() + clockAllowanceMs;
  const unknown = page.messages.length === 0 ? await unknownIn(index, question) : {};
  return { ...page, range, fresh, ...unknown, ...noteOn(question), ...(isAhead ? { ahead: newest } : {}) };
};

/** @throws {TooManyGroups} */
export const askGroups = async (
  { index, store, countedAtMost }: MessagesSource,
  question: MessagesQuestion,
): Promise<GroupsAnswer> => {
  const fresh = await freshnessOf(index, store, countedAtMost);
  const range = rangeOf(question, messagesTime);
  const groups = fresh.states === 'none' ? [] : await index.groups(question);
  const n = groups.reduce((sum, group) => sum + group.n, 0);
  const unknown = n === 0 && fresh.states !== 'none' ? await unknownIn(index, question) : {};
  return {
    groups: groups.slice(0, question.maxGroups),
    all: { groups: groups.length, n },
    // Where nothing is known, nobody was left out.
    ...(fresh.states === 'none' ? {} : await leftOutIn(index, question)),
    range,
    fresh,
    ...unknown,
    ...noteOn(question),
  };
};

/** Whoever asks for signs alone is to know why there is none. */
const noteOn = ({ words }: MessagesQuestion): { readonly note?: string } =>
  words === undefined || questionOf(words) !== undefined
    ? {}
    : { note: `There is no word and no number in “${words}”: signs by themselves are not looked for.` };

/** Only what would have been counted is worth a word. */
const leftOutIn = async (
  index: MessagesIndex,
  question: MessagesQuestion,
): Promise<Pick<GroupsAnswer, 'leftOut'>> => {
  if (question.leftOut.length === 0) return {};
  const strangers = await index.strangers({ ...question, facets: { backend: question.leftOut } });
  const leftOut = question.leftOut.filter((name) => !strangers.some(({ value }) => value === name));
  return leftOut.length === 0 ? {} : { leftOut };
};

const unknownIn = async (
  index: MessagesIndex,
  question: MessagesQuestion,
): Promise<{ readonly unknown?: readonly Stranger[] }> => {
  const unknown = await index.strangers(question);
  return unknown.length === 0 ? {} : { unknown };
};

const pageSize = 1_000;

/** All that match, not a page alone: read page by page, so that nobody who writes is held up. */
export async function* allMessages(
  { index }: MessagesSource,
  question: MessagesQuestion,
): AsyncGenerator<Message, void, undefined> {
  let after = question.after;
  for (;;) {
    const { messages, next } = await index.plainPage({ ...question, after, limit: pageSize });
    yield* messages;
    if (next === undefined) return;
    after = next;
  }
}
