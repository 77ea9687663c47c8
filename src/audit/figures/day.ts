import type { Zone } from '../../domain/zone.js';
import type { IndexSearch } from '../../projections/index/search.js';
import { Durations, type Quantiles } from '../spread.js';
import { bucketsOf } from '../time/buckets.js';
import { type Waiting, waitingOf } from './waiting.js';

/** How it goes: of the last 24 hours, of today, and what waits now. */
export interface DayFigures {
  /** As the clocks of the zone cut them, oldest first; the last one is not over. */
  readonly hours: readonly HourFigures[];
  readonly today: HourFigures;
  readonly took: TookFigures;
  readonly waiting: Waiting;
}

export interface HourFigures {
  /** ISO, UTC. */
  readonly since: string;
  readonly in: number;
  readonly out: number;
}

/** How long it took today, in milliseconds. Absent: nothing of it is known. */
export interface TookFigures {
  /** Of messages and texts from this time on: later than the day's begin where there are many. ISO, UTC. */
  readonly since: string;
  /** Received to decided. */
  readonly answered?: Quantiles;
  /** Of the newest texts. Decided to taken by the gateway. */
  readonly handedOver?: Quantiles;
  /** Of the same. Taken by the gateway to reported as delivered. */
  readonly delivered?: Quantiles;
}

export interface DayWish {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly zone: Zone;
  /** Backends that do not count. */
  readonly played: readonly string[];
}

const hourMs = 3_600_000;
/** So many are looked at one by one, at most: more would take longer than whoever asks waits. */
const [walkedAtMost, readAtMost] = [20_000, 500];

export const dayOf = (search: IndexSearch, { now, zone, played }: DayWish): DayFigures => {
  // Up to the next quarter of an hour: clocks differ a little, and up to there it is counted beforehand.
  const until = Math.ceil((now + 1) / 900_000) * 900_000;
  const hours = bucketsOf(zone, 'hour', now - 23 * hourMs, until) ?? [];
  const days = bucketsOf(zone, 'day', now - 26 * hourMs, until) ?? [];
  const begin = days.at(-1)?.since ?? now;
  const first = startOf(zone, hours[0]?.since ?? now);
  const ofToday = bucketsOf(zone, 'hour', begin, until) ?? [];
  const cutsOf = (pieces: readonly { readonly since: number }[]) => pieces.map(({ since }) => since);
  const today = countsOf(search, played, [...cutsOf(ofToday), until]);
  return {
    hours: countsOf(search, played, [first, ...cutsOf(hours).slice(1), until]),
    today: {
      since: new Date(begin).toISOString(),
      in: sum(today.map((hour) => hour.in)),
      out: sum(today.map((hour) => hour.out)),
    },
    took: tookSince(search, played, fewSince(today, begin), until),
    waiting: waitingOf(search, played),
  };
};

/** Where the clocks of the zone began the hour. */
const startOf = (zone: Zone, instant: number): number => {
  const offset = zone.offsetAt(instant);
  return Math.floor((instant + offset) / hourMs) * hourMs - offset;
};

const countsOf = (
  search: IndexSearch,
  played: readonly string[],
  cuts: readonly number[],
): readonly HourFigures[] => {
  const hours = cuts.slice(0, -1).map((since) => ({ since: new Date(since).toISOString(), in: 0, out: 0 }));
  search.counts({ without: { backend: played } }, cuts, (range, kind, n) => {
    const hour = hours[range];
    const direction = search.facetOf(kind, 'direction');
    if (hour !== undefined && (direction === 'in' || direction === 'out')) hour[direction] += n;
  });
  return hours;
};

/** The begin of the last hours that are few enough together; of the last one at least. */
const fewSince = (hours: readonly HourFigures[], begin: number): number => {
  let [n, since] = [0, begin];
  for (const hour of hours.toReversed()) {
    n += hour.in + hour.out;
    if (n > walkedAtMost && since !== begin) return since;
    since = Date.parse(hour.since);
  }
  return since;
};

const tookSince = (
  search: IndexSearch,
  played: readonly string[],
  since: number,
  until: number,
): TookFigures => {
  const range = { since, until, without: { backend: played } };
  const [answered, handedOver, delivered] = [new Durations(), new Durations(), new Durations()];
  let walked = 0;
  for (const { took } of search.walk({ ...range, facets: { direction: ['in'] } })) {
    if (took !== undefined) answered.add(took);
    walked += 1;
    if (walked >= walkedAtMost) break;
  }
  const texts = { ...range, facets: { direction: ['out'] } };
  for (const { state } of search.page(texts, { order: 'newest', limit: readAtMost })) {
    const { sentAt, dispatchedAt, deliveredAt } = state as Readonly<Record<string, string | undefined>>;
    addBetween(handedOver, sentAt, dispatchedAt);
    addBetween(delivered, dispatchedAt, deliveredAt);
  }
  return {
    since: new Date(since).toISOString(),
    ...named('answered', answered),
    ...named('handedOver', handedOver),
    ...named('delivered', delivered),
  };
};

const addBetween = (durations: Durations, from: string | undefined, to: string | undefined): void => {
  if (from !== undefined && to !== undefined) durations.add(Date.parse(to) - Date.parse(from));
};

const named = <Name extends string>(name: Name, durations: Durations): { [key in Name]?: Quantiles } => {
  const quantiles = durations.quantiles();
  return (quantiles === undefined ? {} : { [name]: quantiles }) as { [key in Name]?: Quantiles };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
