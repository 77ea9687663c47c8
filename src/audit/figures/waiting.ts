import { endOfTime } from '../../projections/index/question.js';
import type { IndexSearch } from '../../projections/index/search.js';

/** What waits for a person. `inbound`: an app failed at it. `abandoned`: no further attempt. `unclear`: it may have left. */
export const letterKinds = ['inbound', 'abandoned', 'unclear'] as const;
export type LetterKind = (typeof letterKinds)[number];

/** What is not at its end, in all that is indexed. */
export interface Waiting {
  /** Messages that are received and not decided on. */
  readonly messages: number;
  /** Texts that are decided and not handed over. */
  readonly texts: number;
  readonly letters: Readonly<Record<LetterKind, Letters>>;
}

export interface Letters {
  readonly n: number;
  /** Since when the oldest of them waits: ISO, UTC. */
  readonly oldest?: string;
}

const facetsOf: Readonly<Record<LetterKind, { readonly direction: string; readonly status: string }>> = {
  inbound: { direction: 'in', status: 'failed' },
  abandoned: { direction: 'out', status: 'abandoned' },
  unclear: { direction: 'out', status: 'unclear' },
};

/** @param played - backends that do not count */
export const waitingOf = (search: IndexSearch, played: readonly string[]): Waiting => {
  const count = counterOf(search, played);
  return {
    messages: count('in', 'waiting'),
    texts: count('out', 'sent') + count('out', 'retrying'),
    letters: {
      inbound: lettersOf(search, 'inbound', count, played),
      abandoned: lettersOf(search, 'abandoned', count, played),
      unclear: lettersOf(search, 'unclear', count, played),
    },
  };
};

type Counter = (direction: string, status: string) => number;

/** Of all times at once: that is counted beforehand, so it takes as long however many there are. */
const counterOf = (search: IndexSearch, played: readonly string[]): Counter => {
  const counts = new Map<string, number>();
  search.counts({ without: { backend: played } }, [0, endOfTime], (_range, kind, n) => {
    const key = `${search.facetOf(kind, 'direction')} ${search.facetOf(kind, 'status')}`;
    counts.set(key, (counts.get(key) ?? 0) + n);
  });
  return (direction, status) => counts.get(`${direction} ${status}`) ?? 0;
};

const lettersOf = (
  search: IndexSearch,
  kind: LetterKind,
  count: Counter,
  played: readonly string[],
): Letters => {
  const { direction, status } = facetsOf[kind];
  const n = count(direction, status);
  if (n === 0) return { n };
  const question = { facets: { direction: [direction], status: [status] }, without: { backend: played } };
  const [oldest] = search.page(question, { order: 'oldest', limit: 1 });
  if (oldest === undefined) return { n };
  const { changedAt } = oldest.state as { readonly changedAt?: string };
  return { n, oldest: changedAt ?? new Date(oldest.at).toISOString() };
};

/** Where nothing is indexed. */
export const nothingWaits: Waiting = {
  messages: 0,
  texts: 0,
  letters: { inbound: { n: 0 }, abandoned: { n: 0 }, unclear: { n: 0 } },
};
