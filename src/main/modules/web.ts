import { ContainerModule } from 'inversify';
import { Auditing } from '../../audit/auditing.js';
import { engines } from '../../backends/engines.js';
import type { EventStore } from '../../store/port.js';
import { Web } from '../../web/server.js';
import type { AuditIndex } from '../adapters/auditIndex.js';
import { healthOf } from '../adapters/health.js';
import { keys } from '../keys.js';

/** Without a zone that is asked for, days are those of UTC: a server's own zone is nobody's. */
const auditOf = (store: EventStore, index: AuditIndex): Auditing =>
  new Auditing({
    store,
    get index() {
      return index.current;
    },
    now: () => Date.now(),
    zone: 'UTC',
    called: (part) => part,
  });

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
        auditIndex,
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
          ...(roles.listen ? { audit: auditOf(store, auditIndex) } : {}),
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
        keys.auditIndex,
      ],
    )
    .inSingletonScope();
});
