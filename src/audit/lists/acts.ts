import { readTime, timesTaken } from '../../domain/times.js';
import type { Zone } from '../../domain/zone.js';
import { AuditError } from '../reading.js';
import { askList, type ListAnswer, type ListSource, questionBy } from './ask.js';
import type { Listed } from './list.js';

/** What someone did, as the projection `acts` knows it: fields as projections/acts.js lists them. */
export interface Act {
  /** Of the event that tells it. */
  readonly id: string;
  readonly type: string;
  readonly by: string;
  readonly at: string;
  readonly why?: string;
  /** To which conversation. */
  readonly backend?: string;
  readonly identity?: string;
  readonly [field: string]: unknown;
}

export interface ActsAsked {
  readonly by?: readonly string[];
  readonly type?: readonly string[];
  /** What was done to the conversations with this one. */
  readonly identity?: string | undefined;
  /** As typed. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly zone: Zone;
  readonly now: number;
  readonly order?: 'newest' | 'oldest';
  readonly limit: number;
  readonly after?: string | undefined;
}

export interface ActsAnswer extends Omit<ListAnswer, 'items' | 'counts' | 'known' | 'upTo'> {
  readonly acts: readonly Act[];
  /** Who has done anything, and what has been done. */
  readonly known: { readonly by: readonly string[]; readonly type: readonly string[] };
  readonly range: { readonly since?: string; readonly until?: string; readonly zone: string };
}

/** @throws {AuditError} for what is asked wrongly */
export const askActs = async (
  source: ListSource,
  { by = [], type = [], identity, since, until, zone, now, ...page }: ActsAsked,
): Promise<ActsAnswer> => {
  const [from, to] = [instantOf('since', since, zone, now), instantOf('until', until, zone, now)];
  const answer = await askList(source, 'acts', {
    question: { ...questionBy({ by, type }, identity), since: from, until: to },
    countedBy: ['by', 'type'],
    ...page,
  });
  const { items, known, matching, orMore, next, fresh } = answer;
  return {
    acts: items.map(actIn),
    known: { by: known.by ?? [], type: known.type ?? [] },
    matching,
    orMore,
    fresh,
    range: {
      ...(from === undefined ? {} : { since: new Date(from).toISOString() }),
      ...(to === undefined ? {} : { until: new Date(to).toISOString() }),
      zone: zone.name,
    },
    ...(next === undefined ? {} : { next }),
  };
};

const instantOf = (
  end: 'since' | 'until',
  given: string | undefined,
  zone: Zone,
  now: number,
): number | undefined => {
  if (given === undefined) return undefined;
  const time = readTime(given, end, zone, now);
  if (time === undefined) throw new AuditError(end, timesTaken, given);
  return Math.max(0, time);
};

const actIn = ({ id, at, state }: Listed): Act => {
  const { type = '', by = '', ...act } = state as Partial<Act>;
  return { ...act, id, at, type, by };
};
