import { questionOf } from '../../projections/words/question.js';
import { askList, type ListAnswer, type ListSource, questionBy } from './ask.js';
import type { Listed } from './list.js';

/** Someone we talk to, as the projection `connections` knows them. */
export interface KnownConnection {
  readonly backend: string;
  readonly identity: string;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly received: number;
  readonly duplicates: number;
  readonly sent: number;
  /** Of the last text to them. */
  readonly delivery?: { readonly messageId: string; readonly status: string; readonly at?: string };
}

export interface ConnectionsAsked {
  readonly backend?: string | undefined;
  /** In any spelling. */
  readonly identity?: string | undefined;
  /** How an identity, or a word of it, begins. */
  readonly beginning?: string | undefined;
  /** Of the last text. */
  readonly status?: string | undefined;
  readonly order?: 'newest' | 'oldest';
  readonly limit: number;
  readonly after?: string | undefined;
}

export interface ConnectionsAnswer extends Omit<ListAnswer, 'items' | 'counts' | 'known' | 'upTo'> {
  readonly connections: readonly KnownConnection[];
  /** Backends that have connections. */
  readonly backends: readonly string[];
}

/** Who was heard of last comes first. @throws {AuditError} for a page that there is not */
export const askConnections = async (
  source: ListSource,
  { backend, identity, beginning, status, ...page }: ConnectionsAsked,
): Promise<ConnectionsAnswer> => {
  const facets = {
    ...(backend === undefined ? {} : { backend: [backend] }),
    ...(status === undefined ? {} : { 'delivery.status': [status] }),
  };
  const words = beginning === undefined ? undefined : questionOf(`${beginning.replace(/[*\s]+$/, '')}*`);
  const answer = await askList(source, 'connections', {
    question: { ...questionBy(facets, identity), words },
    countedBy: ['backend'],
    ...page,
  });
  const { items, known, matching, orMore, next, fresh } = answer;
  return {
    connections: items.map(connectionIn),
    backends: known.backend ?? [],
    matching,
    orMore,
    fresh,
    ...(next === undefined ? {} : { next }),
  };
};

const connectionIn = ({ at, state }: Listed): KnownConnection => {
  const known = state as Partial<KnownConnection>;
  const { backend = '', identity = '', firstSeenAt = at, lastSeenAt = at, delivery } = known;
  return {
    backend,
    identity,
    firstSeenAt,
    lastSeenAt,
    received: known.received ?? 0,
    duplicates: known.duplicates ?? 0,
    sent: known.sent ?? 0,
    ...(delivery === undefined ? {} : { delivery }),
  };
};
