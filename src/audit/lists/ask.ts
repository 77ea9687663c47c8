import { conversationTypes } from '../../domain/understood.js';
import type { IndexQuestion, KeyWish } from '../../projections/index/question.js';
import type { EventStore } from '../../store/port.js';
import { type Cursor, readCursor } from '../cursor.js';
import { type Folded, type Freshness, freshnessOf } from '../freshness.js';
import { type Asked, AuditError } from '../reading.js';
import type { ReadingRecord } from '../recorded.js';
import { emptyPage, type ListPage } from './list.js';
import type { Lists } from './lists.js';

/**
 * The lists that there are, by the projections that they are made of. The types are those that each of them folds, and no others: how far
 * behind it is, is counted by them.
 */
export const folded = {
  connections: {
    things: 'connections',
    projection: 'connections',
    filter: {
      types: conversationTypes.filter((type) => type !== 'RoutingFailed' && type !== 'MessageCancelled'),
      categories: ['conversation'],
    },
  },
  deadletters: {
    things: 'dead letters',
    projection: 'deadletters',
    filter: { types: conversationTypes, categories: ['conversation'] },
  },
  refused: {
    things: 'refused requests',
    projection: 'refused',
    filter: { types: ['InboundRejected', 'InboundRequeued', 'InboundDiscarded'], categories: ['inbound'] },
  },
  acts: {
    things: 'acts',
    projection: 'acts',
    filter: {
      types: [
        'MessageSent',
        'MessageRequeued',
        'MessageDiscarded',
        'InboundRequeued',
        'InboundDiscarded',
        'BackendPaused',
        'BackendResumed',
        'WebhookCallRequeued',
        'AuditAsked',
        'AuditAnswered',
        'UserAdded',
        'UserRoleChanged',
        'UserRemoved',
        'PasswordLinkMade',
        'PasswordChanged',
        'SessionOpened',
        'SessionClosed',
        'SessionsClosed',
        'TokenAdded',
        'TokenRevoked',
      ],
    },
  },
} as const satisfies Readonly<Record<string, Folded>>;
export type ListName = keyof typeof folded;

export interface ListSource {
  readonly lists: Lists;
  readonly store: EventStore;
  /** Events behind, for who must not be held up. */
  readonly countedAtMost?: number;
  /** Of who asks, where looks are recorded. */
  readonly record?: ReadingRecord;
}

export interface ListAsked {
  readonly question: IndexQuestion;
  readonly order?: 'newest' | 'oldest';
  readonly limit: number;
  /** What the page before gave for the next one. */
  readonly after?: string | undefined;
  readonly countedBy?: readonly string[];
}

export interface ListAnswer extends ListPage {
  readonly fresh: Freshness;
  /** Up to which place of the store it tells; absent when it is not complete. */
  readonly upTo?: string;
}

/** @throws {AuditError} for a page that there is not */
export const askList = async (source: ListSource, name: ListName, asked: ListAsked): Promise<ListAnswer> => {
  const id = await source.record?.asked(name, saidOf(asked));
  const answer = await found(source, name, asked);
  if (id !== undefined) await source.record?.answered(id, answer.items.length, true);
  return answer;
};

/** Part by part, as it is recorded. */
const saidOf = ({ question, after }: ListAsked): Asked => {
  const { facets = {}, keys = [], words, since, until } = question;
  const time = (ms: number | undefined) => (ms === undefined ? undefined : [new Date(ms).toISOString()]);
  return {
    ...facets,
    ...Object.fromEntries(keys.map(({ name, value }) => [name, [value]])),
    words: words === undefined ? undefined : [words],
    since: time(since),
    until: time(until),
    after: after === undefined ? undefined : [after],
  };
};

const found = async (
  { lists, store, countedAtMost }: ListSource,
  name: ListName,
  { question, order = 'newest', limit, after, countedBy = [] }: ListAsked,
): Promise<ListAnswer> => {
  const cursor = cursorIn(after);
  const { projection } = folded[name];
  // Asked before the list: what comes in between is in the list, and later than this place.
  const facts = await lists.statesFacts(projection).catch(() => undefined);
  const fresh = await freshnessOf(
    { facts: () => lists.statesFacts(projection) },
    store,
    countedAtMost,
    folded[name],
  );
  if (fresh.states === 'none') return { ...emptyPage, fresh };
  const page = await lists.list({ projection, question, order, limit, after: cursor, countedBy });
  const upTo = facts?.shown?.last?.position;
  return { ...page, fresh, ...(upTo === undefined ? {} : { upTo }) };
};

const cursorIn = (after: string | undefined): Cursor | undefined => {
  if (after === undefined) return undefined;
  return readCursor(after) ?? fail(after);
};

const fail = (after: string): never => {
  throw new AuditError('after', 'what the page before gave for the next one', after);
};

/** A list is asked for by these fields, each of them given once or several times. */
export const questionBy = (
  facets: Readonly<Record<string, readonly string[]>>,
  identity?: string,
): Pick<IndexQuestion, 'facets' | 'keys'> => {
  const keys: readonly KeyWish[] = identity === undefined ? [] : [{ name: 'identity', value: identity }];
  const given = Object.entries(facets).filter(([, values]) => values.length > 0);
  return { keys, ...(given.length === 0 ? {} : { facets: Object.fromEntries(given) }) };
};
