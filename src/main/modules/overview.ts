import { ContainerModule } from 'inversify';
import { Figures } from '../../audit/figures/figures.js';
import type { Outbound } from '../../outbound/outbound.js';
import type { Projections } from '../../projections/process/projections.js';
import type { EventStore } from '../../store/port.js';
import { type OverviewNeeds, overviewRoutes } from '../../web/api/overview.js';
import { appsPage } from '../../web/pages/apps/apps.js';
import { overviewPage } from '../../web/pages/overview/overview.js';
import { readLastStart } from '../../workers/lastStart.js';
import type { Node } from '../../workers/node.js';
import { projectionMoments } from '../adapters/moment.js';
import { type Config, playedIn, zoneIn } from '../config/config.js';
import { keys } from '../keys.js';
import { version } from '../version.js';

/** An answer may be late, a message may not: each event that is counted is read in the thread that takes messages. */
const countedAtMost = 100;

export const overview = new ContainerModule(({ bind }) => {
  bind(keys.figures)
    .toResolvedValue(
      (store, auditIndex, { backends }, clock) =>
        new Figures({
          store,
          get index() {
            return auditIndex.current;
          },
          get figures() {
            return auditIndex.figures;
          },
          played: playedIn(backends),
          now: () => clock.now(),
          countedAtMost,
        }),
      [keys.store, keys.auditIndex, keys.config, keys.clock],
    )
    .inSingletonScope();
  bind(keys.overviewPages)
    .toResolvedValue(
      (figures, store, config, apps, outbound, projections, clock, health, node) => {
        const needs: OverviewNeeds = {
          isReady: async () => (await health.readiness()).ready,
          day: (zone) => figures.day(zone),
          apps: (from, to) => figures.apps(from, to),
          lanes: () => lanesOf(config, outbound),
          projections: () => projectionsOf(projections, clock.now()),
          lastStart: lastStartOf(store, node, config.node),
          installed: apps.map(({ origin }) => origin),
          version,
          zone: zoneIn(config.pages.zone),
          now: () => clock.now(),
        };
        return { pages: [overviewPage(needs), appsPage(needs)], api: overviewRoutes(needs) };
      },
      [
        keys.figures,
        keys.store,
        keys.config,
        keys.apps,
        keys.outbound,
        keys.projections,
        keys.clock,
        keys.health,
        keys.node,
      ],
    )
    .inSingletonScope();
});

/** Read once a start: nobody else writes of this node. */
const lastStartOf = (store: EventStore, node: Node, name: string): OverviewNeeds['lastStart'] => {
  let known:
    | { readonly run: string | undefined; readonly start: ReturnType<typeof readLastStart> }
    | undefined;
  return () => {
    const run = node.decider?.run;
    if (known === undefined || known.run !== run) known = { run, start: readLastStart(store, name) };
    const { start } = known;
    start.catch(() => {
      known = undefined;
    });
    return start;
  };
};

/** Those that another process works on are told by their names. */
const lanesOf = ({ backends }: Config, outbound: Outbound): ReturnType<OverviewNeeds['lanes']> => {
  const own = outbound.status();
  return backends.map(
    ({ name }) =>
      own.find(({ backend }) => backend === name) ?? ({ backend: name, state: 'elsewhere' } as const),
  );
};

const projectionsOf = (projections: Projections, now: number): ReturnType<OverviewNeeds['projections']> => {
  const faults = new Map(projections.statuses().map(({ name, fault }) => [name, fault]));
  return projectionMoments(projections, now).map((moment) => {
    const fault = faults.get(moment.name);
    return { ...moment, ...(fault === undefined ? {} : { fault }) };
  });
};
