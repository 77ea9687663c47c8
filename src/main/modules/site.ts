import { ContainerModule } from 'inversify';
import { ConversationPaths } from '../../web/api/paths.js';
import type { SitePart } from '../../web/pages/sitePart.js';
import { keys } from '../keys.js';
import { secretOf } from '../signingSecret.js';

/** Each part has a module of its own, and stands here. */
export const site = new ContainerModule(({ bind }) => {
  bind(keys.conversationPaths)
    .toResolvedValue((config) => new ConversationPaths(secretOf(config)), [keys.config])
    .inSingletonScope();
  bind(keys.site)
    .toResolvedValue(
      (...parts: SitePart[]) => togetherOf(parts),
      [
        keys.overviewPages,
        keys.conversationPages,
        keys.testerPages,
        keys.backendPages,
        keys.replayPages,
        keys.appPages,
        keys.accessPages,
        keys.messagesPages,
        keys.deadLetterPages,
        keys.connectionPages,
        keys.auditPages,
        keys.webhookPages,
      ],
    )
    .inSingletonScope();
});

const togetherOf = (parts: readonly SitePart[]): SitePart => ({
  pages: parts.flatMap(({ pages }) => pages),
  api: parts.flatMap(({ api }) => api),
  tabs: parts.flatMap(({ tabs = [] }) => tabs),
});
