import { ContainerModule } from 'inversify';
import { engines } from '../../backends/engines.js';
import { Web } from '../../web/server.js';
import { healthOf } from '../adapters/health.js';
import { keys } from '../keys.js';

export const web = new ContainerModule(({ bind }) => {
  bind(keys.web)
    .toResolvedValue(
      (
        { http, backends: configured, workers },
        backends,
        intake,
        routing,
        outbound,
        member,
        projections,
        roles,
        log,
        store,
      ) => {
        const mounted = roles.listen ? backends : [];
        return new Web({
          host: http.host,
          port: roles.healthPort ?? http.port,
          bodyLimit: http.bodyLimit,
          backends: mounted.map((backend) => ({
            backend,
            handling: configured.find(({ name }) => name === backend.name)?.common.handler ?? 'inline',
          })),
          prefixes: roles.listen ? [...new Set(engines.map(({ prefix }) => prefix))] : [],
          intake,
          health: healthOf(store, routing, outbound, member, projections, workers.takeoverMs),
          log,
        });
      },
      [
        keys.config,
        keys.backends,
        keys.intake,
        keys.routing,
        keys.outbound,
        keys.member,
        keys.projections,
        keys.roles,
        keys.log,
        keys.store,
      ],
    )
    .inSingletonScope();
});
