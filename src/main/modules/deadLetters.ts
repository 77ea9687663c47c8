import { ContainerModule } from 'inversify';
import { BulkJobs } from '../../deadletters/bulk.js';
import { DeadLetterDesk } from '../../deadletters/desk.js';
import { isoTime } from '../../domain/clock.js';
import { createDeadLetters } from '../../outbound/deadLetters.js';
import { RefusedRequests } from '../../routing/refusedRequests.js';
import { deadLetterRoutes } from '../../web/api/deadLetters.js';
import { deadLetterPages } from '../../web/pages/deadletters/deadLetters.js';
import { rereader } from '../adapters/reread.js';
import { keys } from '../keys.js';

export const deadLetters = new ContainerModule(({ bind }) => {
  bind(keys.deadLetterDesk)
    .toResolvedValue(
      (source, store, intake, backends, clock, newId) =>
        new DeadLetterDesk({
          source,
          letters: createDeadLetters(store, clock, newId),
          refused: new RefusedRequests({ store, intake, reread: rereader(backends), clock }),
          jobs: new BulkJobs(newId, () => isoTime(clock.now())),
        }),
      [keys.listSource, keys.store, keys.intake, keys.backends, keys.clock, keys.newId],
    )
    .inSingletonScope();
  bind(keys.deadLetterPages)
    .toResolvedValue(
      (desk, seals) => ({
        pages: deadLetterPages({ desk, seals }),
        api: deadLetterRoutes({ desk }),
      }),
      [keys.deadLetterDesk, keys.conversationPaths],
    )
    .inSingletonScope();
});
