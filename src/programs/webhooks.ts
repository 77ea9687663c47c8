import { v7 } from 'uuid';
import { webhookNodes } from '../main/adapters/webhookNodes.js';
import { systemClock } from '../main/clock.js';
import type { ConfigSources } from '../main/config/load.js';
import { openStore } from '../main/dataFolder.js';
import { webhookSettingsOf } from '../main/webhookSettings.js';
import { superviseWebhooks, type WebhookSupervision } from '../webhooks/supervision.js';
import { existingStore } from './lastingStore.js';
import { commandLog } from './log.js';

/**
 * The webhooks of the configured store, beside a router that may be running.
 *
 * @throws {ConfigError}
 */
export const openWebhooks = async (
  sources: ConfigSources = {},
): Promise<{ readonly webhooks: WebhookSupervision; close(): Promise<void> }> => {
  const config = existingStore(sources);
  const store = await openStore(config, commandLog);
  const webhooks = superviseWebhooks({
    store,
    checkpoints: store.checkpoints,
    webhooks: webhookSettingsOf(config),
    here: () => [],
    nodes: () => webhookNodes(store),
    clock: systemClock,
    newId: () => v7(),
  });
  return { webhooks, close: () => store.close() };
};
