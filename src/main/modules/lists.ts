import { ContainerModule } from 'inversify';
import { actsRoute, connectionsRoute } from '../../web/api/lists.js';
import { auditPages } from '../../web/pages/audit/audit.js';
import { connectionPages } from '../../web/pages/connections/connections.js';
import { keys } from '../keys.js';

/** Who there is, and who did what. */
export const lists = new ContainerModule(({ bind }) => {
  bind(keys.connectionPages)
    .toResolvedValue(
      (source, seals, clock) => ({
        pages: connectionPages({ source, seals }),
        api: [connectionsRoute({ source, now: () => clock.now() })],
      }),
      [keys.listSource, keys.conversationPaths, keys.clock],
    )
    .inSingletonScope();
  bind(keys.auditPages)
    .toResolvedValue(
      (source, { audit: { record } }, clock) => ({
        pages: auditPages({ source, records: record }),
        api: [actsRoute({ source, now: () => clock.now() })],
      }),
      [keys.listSource, keys.config, keys.clock],
    )
    .inSingletonScope();
});
