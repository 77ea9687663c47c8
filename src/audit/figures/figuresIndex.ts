import type { StatesFile } from '../../projections/statesFile.js';
import { messagesProjection } from '../messages.js';
import { factsIn, type StatesFacts } from '../messagesIndex.js';
import { type AppDay, type AppFigures, appFiguresOf } from './apps.js';
import { type DayFigures, type DayWish, dayOf } from './day.js';
import { type Waiting, waitingOf } from './waiting.js';

/** The projection that counts what apps do. */
export const appsProjection = 'apps';

/** Which days of the apps. */
export interface AppsWish {
  /** Days in UTC, `2026-03-04`, both inclusive. */
  readonly from: string;
  readonly to: string;
  /** Backends that do not count. */
  readonly played: readonly string[];
}

export interface AppsAnswer {
  /** Messages that were decided on. */
  readonly messages: number;
  readonly apps: readonly AppFigures[];
}

/** What is counted, wherever it is asked. Undefined: nothing is yet. */
export interface FiguresIndex {
  /** @param played - backends that do not count */
  waiting(played: readonly string[]): Promise<Waiting | undefined>;
  day(wish: DayWish): Promise<DayFigures | undefined>;
  apps(wish: AppsWish): Promise<AppsAnswer>;
  /** How far the apps are counted. */
  appsFacts(): Promise<StatesFacts | undefined>;
}

/** Asked in this thread. */
export const figuresIn = (states: StatesFile): FiguresIndex => ({
  waiting: async (played) =>
    states.search(messagesProjection, (search) => search && waitingOf(search, played)),
  day: async (wish) => states.search(messagesProjection, (search) => search && dayOf(search, wish)),
  apps: async ({ from, to, played }) => {
    // Partitions are named `<day> <backend>`: a tilde comes after each backend.
    const days = states.partitions(appsProjection, { from, until: `${to}~` });
    return appFiguresOf(statesOf(days), played);
  },
  appsFacts: async () => factsIn(states, appsProjection),
});

function* statesOf(partitions: Iterable<{ readonly state: unknown }>): Generator<AppDay> {
  for (const { state } of partitions) yield state as AppDay;
}

/** Where nothing is counted. */
export const noFigures: FiguresIndex = {
  waiting: async () => undefined,
  day: async () => undefined,
  apps: async () => ({ messages: 0, apps: [] }),
  appsFacts: async () => undefined,
};
