import { z } from 'zod';
import type { AppsDone, Day } from '../../audit/figures/figures.js';
import { appsTogether } from '../../audit/figures/installed.js';
import type { AppOrigin } from '../../domain/events.js';
import { type Zone, zoneOf } from '../../domain/zone.js';
import type { LaneStatus } from '../../outbound/laneStatus.js';
import type { LastStart } from '../../workers/lastStart.js';
import { appsAnswer, day, overviewAnswer } from './overviewSchemas.js';
import { Problem } from './problem.js';
import { type ApiRoute, apiRoute } from './route.js';

/** One that a person has paused waits for a person. */
export interface PausableLane extends LaneStatus {
  /** Who has paused it, of whom `reason` is; absent where it did so by itself. */
  readonly by?: string;
}

/** A lane of this process, or the name of one that another process works on. */
export type ToldLane = PausableLane | { readonly backend: string; readonly state: 'elsewhere' };

export interface ToldProjection {
  readonly name: string;
  readonly phase: string;
  /** How long the oldest event waits that it has not folded. */
  readonly lagMs: number;
  readonly fault?: string;
}

export interface OverviewNeeds {
  /** Whether messages are taken and decided on, as `/readyz` says. */
  isReady(): Promise<boolean>;
  day(zone: Zone): Promise<Day>;
  /** @param from - days in UTC, both inclusive */
  apps(from: string, to: string): Promise<AppsDone>;
  lanes(): readonly ToldLane[];
  /** None where another process runs them. */
  projections(): readonly ToldProjection[];
  lastStart(): Promise<LastStart | undefined>;
  /** In the order in which they are asked. */
  readonly installed: readonly AppOrigin[];
  readonly version: string;
  /** Where none is asked for. */
  readonly zone: Zone;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The day in UTC. */
export const dayOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

export const overviewRoutes = (needs: OverviewNeeds): readonly ApiRoute[] => [
  apiRoute({
    method: 'get',
    path: '/overview',
    summary: 'How it goes: messages by hour, how long answers took, what waits, the lanes, the last start.',
    tag: 'service',
    right: 'see',
    query: z.object({
      zone: z
        .string()
        .optional()
        .meta({ description: 'Of hours and of today: a place such as Africa/Kampala, or +05:45.' }),
    }),
    answers: { 200: { description: 'As it is now.', schema: overviewAnswer } },
    handle: async ({ query }) => ({
      status: 200,
      body: await overviewIn(needs, zoneAsked(needs, query.zone)),
    }),
  }),
  apiRoute({
    method: 'get',
    path: '/apps',
    summary: 'The apps in their order, with the hash of their code, and what they did in some days.',
    tag: 'service',
    right: 'see',
    query: z.object({
      from: day.optional().meta({ description: 'A day in UTC, the first that counts. Default: today.' }),
      to: day.optional().meta({ description: 'The last one. Default: today.' }),
    }),
    answers: { 200: { description: 'Those that run, and behind them those that did.', schema: appsAnswer } },
    handle: async ({ query: { from, to } }) => {
      const today = dayOf(needs.now());
      return { status: 200, body: await appsIn(needs, from ?? today, to ?? today) };
    },
  }),
];

const zoneAsked = ({ zone }: OverviewNeeds, name: string | undefined): Zone => {
  if (name === undefined) return zone;
  const known = zoneOf(name);
  if (known === undefined)
    throw new Problem(400, `zone: expected a place such as Africa/Kampala, or +05:45, got “${name}”.`);
  return known;
};

const overviewIn = async (needs: OverviewNeeds, zone: Zone) => {
  const [ready, { figures, fresh }, start] = await Promise.all([
    needs.isReady(),
    needs.day(zone),
    needs.lastStart(),
  ]);
  return {
    ready,
    zone: zone.name,
    fresh,
    ...figures,
    lanes: needs.lanes(),
    projections: needs.projections(),
    ...(start === undefined ? {} : { lastStart: start }),
  };
};

const appsIn = async (needs: OverviewNeeds, from: string, to: string) => {
  if (from > to) throw new Problem(400, `from: expected a day that is not after to, got ${from}.`);
  const { figures, fresh } = await needs.apps(from, to);
  return {
    from,
    to,
    version: needs.version,
    fresh,
    messages: figures?.messages ?? 0,
    apps: appsTogether(needs.installed, figures?.apps ?? []),
  };
};
