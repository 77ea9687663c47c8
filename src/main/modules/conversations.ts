import { ContainerModule } from 'inversify';
import { conversationStream } from '../../domain/connection.js';
import { conversationRoutes } from '../../web/api/conversations.js';
import { conversationPages } from '../../web/pages/conversation/conversation.js';
import { playedIn, zoneIn } from '../config/config.js';
import { keys } from '../keys.js';

export const conversations = new ContainerModule(({ bind }) => {
  bind(keys.conversationPages)
    .toResolvedValue(
      ({ backends, pages }, routing, explainer, paths, recordOf, clock) => ({
        pages: conversationPages({
          explainer,
          paths,
          backends: backends.map(({ name }) => name),
          testers: playedIn(backends),
          send: async (connection, text, by) => {
            const [result] = await routing.send({ text, connections: [connection], askedBy: by });
            return result ?? { sent: false };
          },
          recordNumber: async (connection, by) => {
            const record = recordOf(by);
            const id = await record.asked('number', { conversation: [conversationStream(connection)] });
            await record.answered(id, 1, true);
          },
        }),
        api: conversationRoutes({
          explainer,
          backends: backends.map(({ name }) => name),
          send: ({ job, ...order }) => routing.send({ ...order, ...(job === undefined ? {} : { job }) }),
          zone: zoneIn(pages.zone),
          now: () => clock.now(),
        }),
      }),
      [keys.config, keys.routing, keys.explainer, keys.conversationPaths, keys.recordOf, keys.clock],
    )
    .inSingletonScope();
});
