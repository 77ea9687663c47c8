import { ContainerModule } from 'inversify';
import { engines } from '../../backends/engines.js';
import { Web } from '../../web/server.js';
import { healthOf } from '../health.js';
import { keys } from '../keys.js';

export const web = new ContainerModule(({ bind }) => {
  bind(keys.web)
    .toResolvedValue(
      ({ http, backends: configured }, backends, intake, store, routing, outbound, roles, clock, log) =>
        new Web({
          host: http.host,
          port: http.port,
          bodyLimit: http.bodyLimit,
          backends: backends.map((backend) => ({
            backend,
            handling: configured.find(({ name }) => name === backend.name)?.common.handler ?? 'inline',
          })),
          prefixes: [...new Set(engines.map(({ prefix }) => prefix))],
          intake,
          health: healthOf(store, routing, outbound, roles, clock),
          log,
        }),
      [
        keys.config,
        keys.backends,
        keys.intake,
        keys.store,
        keys.routing,
        keys.outbound,
        keys.roles,
        keys.clock,
        keys.log,
      ],
    )
    .inSingletonScope();
});
