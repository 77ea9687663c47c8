import { ContainerModule } from 'inversify';
import { auditRoutes } from '../../web/api/audit.js';
import { messagesPages } from '../../web/pages/messages/messages.js';
import { playedIn } from '../config/config.js';
import { keys } from '../keys.js';

export const messages = new ContainerModule(({ bind }) => {
  bind(keys.messagesPages)
    .toResolvedValue(
      (questions, { backends }, apps, seals) => ({
        pages: messagesPages({
          questions,
          choices: { backends: backends.map(({ name }) => name), apps: apps.map(({ app }) => app.name) },
          hasTester: playedIn(backends).length > 0,
          seals,
        }),
        api: auditRoutes({ questions }),
      }),
      [keys.questions, keys.config, keys.apps, keys.conversationPaths],
    )
    .inSingletonScope();
});
