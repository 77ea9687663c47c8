import type { Log } from '../domain/log.js';
import type { Receiver } from './post.js';
import type { WebhookSettings } from './settings.js';
import { statusOf, type WebhookStatus } from './status.js';
import type { WebhookTools } from './tools.js';
import { Webhook } from './webhook.js';

export interface WebhooksParts extends Omit<WebhookTools, 'settings' | 'receiver'> {
  readonly webhooks: readonly WebhookSettings[];
  readonly receiverOf: (settings: WebhookSettings) => Receiver;
}

export interface Webhooks {
  /**
   * Tells these and no others what waits in the store and what happens from now on. May be called again before it has resolved.
   *
   * @param timeoutMs - how long those that are released may wait for their calls on their way. Default: as long as one may take
   * @returns the names of those that were released
   */
  work(on: ReadonlySet<string>, timeoutMs?: number): Promise<readonly string[]>;
  /** Of those that are worked on here. */
  status(): readonly WebhookStatus[];
}

/** For the record of a call, beyond the call itself, in milliseconds. */
const recordMs = 5_000;

interface Running {
  readonly settings: WebhookSettings;
  readonly webhook: Webhook;
}

/** Tells each webhook what happens. One process at a time may do so for a webhook. */
export const createWebhooks = ({ webhooks, receiverOf, log, ...shared }: WebhooksParts): Webhooks => {
  const running = new Map<string, Running>();
  /** Of each: resolves when no call of an earlier life is on its way. */
  const ended = new Map<string, Promise<unknown>>();
  const begin = (name: string) => {
    const settings = webhooks.find((one) => one.name === name);
    if (settings === undefined || running.has(name)) return;
    const receiver = receiverOf(settings);
    const tools = { ...shared, settings, receiver, log: named(log, name) };
    const webhook = new Webhook(tools, ended.get(name) ?? Promise.resolve());
    running.set(name, { settings, webhook });
    ended.set(
      name,
      webhook.run().finally(() => receiver.close()),
    );
  };
  const end = async (name: string, { settings, webhook }: Running, timeoutMs: number | undefined) => {
    running.delete(name);
    await webhook.stop(timeoutMs ?? settings.timeoutMs + recordMs);
    return name;
  };
  return {
    work: async (on, timeoutMs) => {
      const ends = [...running].filter(([name]) => !on.has(name));
      for (const name of on) begin(name);
      return Promise.all(ends.map(([name, one]) => end(name, one, timeoutMs)));
    },
    status: () =>
      [...running.values()].map(({ settings, webhook: { told, why } }) =>
        statusOf(settings, told, told === undefined ? why : undefined),
      ),
  };
};

/** Each line of a webhook tells its name. */
const named = (log: Log, webhook: string): Log => ({
  debug: (fields, message) => log.debug({ webhook, ...fields }, message),
  info: (fields, message) => log.info({ webhook, ...fields }, message),
  warn: (fields, message) => log.warn({ webhook, ...fields }, message),
  error: (fields, message) => log.error({ webhook, ...fields }, message),
});
