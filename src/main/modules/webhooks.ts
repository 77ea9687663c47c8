import { ContainerModule } from 'inversify';
import { webhookRoutes } from '../../web/api/webhooks.js';
import { webhooksPages } from '../../web/pages/webhooks/webhooks.js';
import { createReceiver } from '../../webhooks/post.js';
import { superviseWebhooks } from '../../webhooks/supervision.js';
import { createWebhooks } from '../../webhooks/webhooks.js';
import { webhookNodes } from '../adapters/webhookNodes.js';
import { keys } from '../keys.js';
import { blankedBy, webhookSettingsOf } from '../webhookSettings.js';

export const webhooks = new ContainerModule(({ bind }) => {
  bind(keys.webhooks)
    .toResolvedValue(
      (store, config, clock, newId, log, lease) => {
        const blank = blankedBy(config);
        return createWebhooks({
          webhooks: webhookSettingsOf(config),
          receiverOf: (settings) => createReceiver(settings, () => clock.now(), blank),
          store,
          checkpoints: store.checkpoints,
          clock,
          random: Math.random,
          newId,
          log,
          hasLease: () => lease.holds,
        });
      },
      [keys.store, keys.config, keys.clock, keys.newId, keys.log, keys.lease],
    )
    .inSingletonScope();
  bind(keys.webhookSupervision)
    .toResolvedValue(
      (store, config, webhooks, clock, newId) =>
        superviseWebhooks({
          store,
          checkpoints: store.checkpoints,
          webhooks: webhookSettingsOf(config),
          here: () => webhooks.status(),
          nodes: () => webhookNodes(store),
          clock,
          newId,
        }),
      [keys.store, keys.config, keys.webhooks, keys.clock, keys.newId],
    )
    .inSingletonScope();
  bind(keys.webhookPages)
    .toResolvedValue(
      (supervision) => ({ pages: webhooksPages(supervision), api: webhookRoutes(supervision) }),
      [keys.webhookSupervision],
    )
    .inSingletonScope();
});
