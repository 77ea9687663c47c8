import { setImmediate } from 'node:timers/promises';
import type { Mark, ProjectionStatus, StatesFile } from '../projections/statesFile.js';
import { type MessagesQuestion, openFacets } from './ask.js';
import { type Group, groupsOf } from './groups.js';
import { type MessagesPage, messagesProjection, type PlainPage, pageOf, pageWithCursor } from './messages.js';
import type { Stranger } from './values.js';

/** How far the states of the messages are. */
export interface StatesFacts {
  readonly status: ProjectionStatus;
  /** Where those stand that are being made. */
  readonly made: Mark | undefined;
  /** Where those stand that are shown. */
  readonly shown: Mark | undefined;
}

export interface CountedPage extends MessagesPage {
  /** Of the newest message of all. */
  readonly newest: string | undefined;
}

/** What is indexed of messages, wherever it is asked. */
export interface MessagesIndex {
  /** Undefined when nothing was indexed yet. @throws {UnreadableIndex} */
  facts(): Promise<StatesFacts | undefined>;
  page(question: MessagesQuestion): Promise<CountedPage>;
  /** A page alone: how many there are in all is not counted. */
  plainPage(question: MessagesQuestion): Promise<PlainPage>;
  /** @throws {TooManyGroups} */
  groups(question: MessagesQuestion): Promise<readonly Group[]>;
  /** The values of facets that are asked for and occur in no message at all. */
  strangers(question: MessagesQuestion): Promise<readonly Stranger[]>;
}

/** There is a file of states, and it cannot be read. */
export class UnreadableIndex extends Error {
  override readonly name = 'UnreadableIndex';
  readonly code = 'unreadable-index';
}

/** How far a projection is. */
export const factsIn = (states: StatesFile, projection: string): StatesFacts | undefined => {
  const status = states.status(projection);
  return status && { status, made: states.mark(projection), shown: states.shownMark(projection) };
};

/** Asked in this thread. */
export class StatesIndex implements MessagesIndex {
  constructor(private readonly states: StatesFile) {}

  async facts(): Promise<StatesFacts | undefined> {
    return factsIn(this.states, messagesProjection);
  }

  async page(question: MessagesQuestion): Promise<CountedPage> {
    return this.states.search(messagesProjection, (search) => {
      if (search === undefined) return { messages: [], matching: 0, orMore: false, newest: undefined };
      const newest = search.page({}, { order: 'newest', limit: 1 })[0];
      return { ...pageOf(search, question), newest: newest && new Date(newest.at).toISOString() };
    });
  }

  async plainPage(question: MessagesQuestion): Promise<PlainPage> {
    // Between two pages others may work.
    await setImmediate();
    return this.states.search(messagesProjection, (search) =>
      search === undefined ? { messages: [], next: undefined } : pageWithCursor(search, question),
    );
  }

  async groups(question: MessagesQuestion): Promise<readonly Group[]> {
    return this.states.search(messagesProjection, (search) =>
      search === undefined ? [] : groupsOf(search, question),
    );
  }

  async strangers({ facets }: MessagesQuestion): Promise<readonly Stranger[]> {
    return this.states.search(messagesProjection, (search) =>
      openFacets.flatMap((part) => {
        const known = search?.valuesOf(part) ?? [];
        return (facets[part] ?? []).flatMap((value) =>
          value === '' || known.includes(value) ? [] : [{ part, value, known }],
        );
      }),
    );
  }
}

/** Where nothing was indexed. */
export const noIndex: MessagesIndex = {
  facts: async () => undefined,
  page: async () => ({ messages: [], matching: 0, orMore: false, newest: undefined }),
  plainPage: async () => ({ messages: [], next: undefined }),
  groups: async () => [],
  strangers: async () => [],
};

/** Where what was indexed cannot be read. */
export const unreadableIndex = (why: string): MessagesIndex => ({
  ...noIndex,
  facts: async () => {
    throw new UnreadableIndex(why);
  },
});
