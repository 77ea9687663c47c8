import type { Checkpoints } from '../store/port.js';
import {
  type Chosen,
  countFailed,
  type FailedOptions,
  type FailedPage,
  failedCalls,
  type Resending,
  type SentAgain,
  type Signature,
  sendAgain,
} from './failed.js';
import type { WebhookSettings } from './settings.js';
import { statusOf, type WebhookReport, type WebhookStatus } from './status.js';
import { toldLast } from './webhook.js';

export interface SupervisionNeeds extends Resending {
  readonly checkpoints: Checkpoints;
  readonly webhooks: readonly WebhookSettings[];
  /** Of those that are worked on in this process. */
  readonly here: () => readonly WebhookStatus[];
  /** Which process works on each, by its name. */
  readonly nodes: () => Promise<ReadonlyMap<string, string>>;
}

/** No webhook of that name is configured. */
export class UnknownWebhook extends Error {
  override readonly name = 'UnknownWebhook';
  readonly code = 'unknown-webhook';

  constructor(webhook: string, known: readonly string[]) {
    super(
      known.length === 0
        ? `There is no webhook ${webhook}: none is configured.`
        : `There is no webhook ${webhook}. There is: ${known.join(', ')}.`,
    );
  }
}

/** What a person asks about webhooks, and does with them, whichever process works on them. */
export interface WebhookSupervision {
  list(): Promise<readonly WebhookReport[]>;
  /** @throws {UnknownWebhook} */
  failed(webhook: string, options?: FailedOptions): Promise<FailedPage>;
  /** @throws {UnknownWebhook} */
  sendAgain(webhook: string, chosen: Chosen, signature: Signature): Promise<readonly SentAgain[]>;
}

export const superviseWebhooks = (needs: SupervisionNeeds): WebhookSupervision => {
  const { webhooks, store } = needs;
  const known = (webhook: string) => {
    const names = webhooks.map(({ name }) => name);
    if (!names.includes(webhook)) throw new UnknownWebhook(webhook, names);
  };
  return {
    list: async () => {
      const nodes = await needs.nodes();
      return Promise.all(webhooks.map((settings) => reportOf(needs, settings, nodes.get(settings.name))));
    },
    failed: async (webhook, options) => {
      known(webhook);
      return failedCalls(store, webhook, options);
    },
    sendAgain: async (webhook, chosen, signature) => {
      known(webhook);
      return sendAgain(needs, webhook, chosen, signature);
    },
  };
};

const reportOf = async (
  { store, checkpoints, here }: SupervisionNeeds,
  settings: WebhookSettings,
  node: string | undefined,
): Promise<WebhookReport> => {
  const { name, shownUrl, events, backends } = settings;
  const status =
    here().find((one) => one.name === name) ??
    statusOf(
      settings,
      await toldLast({ checkpoints }, name),
      node === undefined ? 'no process works on it' : undefined,
    );
  return {
    ...status,
    url: shownUrl,
    events,
    ...(backends === undefined ? {} : { backends }),
    ...(node === undefined ? {} : { node }),
    ...(await countFailed(store, name)),
  };
};
