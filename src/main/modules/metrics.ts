import { ContainerModule } from 'inversify';
import { Metrics } from '../../metrics/metrics.js';
import { laneLife } from '../../outbound/laneStatus.js';
import { momentOf } from '../adapters/moment.js';
import { playedIn } from '../config/config.js';
import { keys } from '../keys.js';

export const metrics = new ContainerModule(({ bind }) => {
  bind(keys.metrics)
    .toResolvedValue(
      (config, apps, clock) =>
        new Metrics({
          backends: config.backends.map(({ name }) => name),
          played: playedIn(config.backends),
          apps: apps.map(({ app }) => app.name),
          laneStates: Object.keys(laneLife),
          now: () => clock.now(),
        }),
      [keys.config, keys.apps, keys.clock],
    )
    .inSingletonScope();
  bind(keys.exposition)
    .toResolvedValue(
      (metrics, config, store, outbound, webhooks, member, projections, auditIndex, health, clock) => ({
        contentType: metrics.contentType,
        text: async () =>
          metrics.text(
            await momentOf({
              config,
              store,
              outbound,
              webhooks,
              member,
              projections,
              auditIndex,
              health,
              clock,
            }),
          ),
      }),
      [
        keys.metrics,
        keys.config,
        keys.store,
        keys.outbound,
        keys.webhooks,
        keys.member,
        keys.projections,
        keys.auditIndex,
        keys.health,
        keys.clock,
      ],
    )
    .inSingletonScope();
});
