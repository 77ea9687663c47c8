import { ContainerModule } from 'inversify';
import { conversationStream } from '../../domain/connection.js';
import { conversationPages } from '../../web/pages/conversation/conversation.js';
import { playedIn } from '../config/config.js';
import { keys } from '../keys.js';

export const conversations = new ContainerModule(({ bind }) => {
  bind(keys.conversationPages)
    .toResolvedValue(
      ({ backends }, routing, explainer, paths, recordOf) => ({
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
        api: [],
      }),
      [keys.config, keys.routing, keys.explainer, keys.conversationPaths, keys.recordOf],
    )
    .inSingletonScope();
});
