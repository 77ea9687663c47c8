import { setImmediate } from 'node:timers/promises';
import type { StatesFile } from '../projections/statesFile.js';
import type { EventStore } from '../store/port.js';
import type { MessagesQuestion, RangeWish } from './ask.js';
import { type Freshness, freshnessOf } from './freshness.js';
import { type Group, groupsOf } from './groups.js';
import { type MessagesPage, messagesProjection, pageOf, pageWithCursor } from './messages.js';

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
  /** Of a message that bears a time which is still to come: a clock was ahead. */
  readonly ahead?: string;
}

export interface GroupsAnswer {
  readonly groups: readonly Group[];
  readonly range: Range;
  readonly fresh: Freshness;
}

/** Where messages are asked for. */
export interface MessagesSource {
  /** Undefined when nothing has been indexed here. */
  readonly states: StatesFile | undefined;
  /** Why there are none, when it is not that nothing was. */
  readonly why?: string;
  readonly store: EventStore;
  readonly now: () => number;
}

const messagesTime = 'receivedAt of messages in, sentAt of messages out';

export const rangeOf = ({ since, until, zone }: RangeWish, by: string): Range => ({
  ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
  ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  zone: zone.name,
  by,
});

export const askMessages = async (
  { states, why, store, now }: MessagesSource,
  question: MessagesQuestion,
): Promise<MessagesAnswer> => {
  const fresh = await freshnessOf(states, messagesProjection, store, why);
  const range = rangeOf(question, messagesTime);
  const none = { messages: [], matching: 0, orMore: false, range, fresh };
  if (states === undefined || fresh.states === 'none') return none;
  return states.search(messagesProjection, (search) => {
    if (search === undefined) return none;
    const newest = search.page({}, { order: 'newest', limit: 1 })[0]?.at ?? 0;
    const ahead = newest > now() + clockAllowanceMs ? { ahead: new Date(newest).toISOString() } : {};
    return { ...pageOf(search, question), range, fresh, ...ahead };
  });
};

/** Clocks of machines that work together are not further apart. */
const clockAllowanceMs = 300_000;

/** @throws {TooManyGroups} */
export const askGroups = async (
  { states, why, store }: MessagesSource,
  question: MessagesQuestion,
): Promise<GroupsAnswer> => {
  const fresh = await freshnessOf(states, messagesProjection, store, why);
  const range = rangeOf(question, messagesTime);
  if (states === undefined || fresh.states === 'none') return { groups: [], range, fresh };
  return states.search(messagesProjection, (search) => ({
    groups: search === undefined ? [] : groupsOf(search, question),
    range,
    fresh,
  }));
};

/** All that match, not a page alone: read page by page, so that nobody who writes is held up. */
export async function* allMessages(
  source: MessagesSource,
  question: MessagesQuestion,
): AsyncGenerator<MessagesPage['messages'][number], void, undefined> {
  let after = question.after;
  for (;;) {
    const { messages, next } = await pageAfter(source, { ...question, after, limit: pageSize });
    yield* messages;
    if (next === undefined) return;
    after = next;
  }
}

const pageSize = 1_000;

const pageAfter = async ({ states }: MessagesSource, question: MessagesQuestion) => {
  // Between two pages others may work.
  await setImmediate();
  return (
    states?.search(messagesProjection, (search) => search && pageWithCursor(search, question)) ?? {
      messages: [],
      next: undefined,
    }
  );
};
