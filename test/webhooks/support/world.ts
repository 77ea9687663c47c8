import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../src/domain/clock.js';
import { conversationStream } from '../../../src/domain/connection.js';
import type { NewEvent } from '../../../src/domain/event.js';
import type { Log } from '../../../src/domain/log.js';
import { systemClock } from '../../../src/main/clock.js';
import { createMemoryStore } from '../../../src/store/memory/open.js';
import type { OpenStore } from '../../../src/store/port.js';
import { type FailedCall, failedCalls } from '../../../src/webhooks/failed.js';
import { createReceiver, type Receiver } from '../../../src/webhooks/post.js';
import { type WebhookSettings, webhookDefaults } from '../../../src/webhooks/settings.js';
import type { WebhookStatus } from '../../../src/webhooks/status.js';
import { createWebhooks, type Webhooks } from '../../../src/webhooks/webhooks.js';
import { secret } from './receiver.js';

/** Of a webhook that tries again soon. */
export const settingsOf = (given: Partial<WebhookSettings> = {}): WebhookSettings => ({
  ...webhookDefaults,
  name: 'clinic',
  url: 'http://127.0.0.1:9/',
  shownUrl: 'http://127.0.0.1:9/',
  secrets: [secret],
  leftOut: [],
  retry: { firstDelayMs: 10, maxDelayMs: 40 },
  timeoutMs: 2_000,
  ...given,
});

interface Parts {
  readonly store?: OpenStore;
  readonly clock?: Clock;
  readonly receiverOf?: (settings: WebhookSettings) => Receiver;
}

/** A webhook on a store, as one process has it. */
export class World {
  readonly store: OpenStore;
  readonly clock: Clock;
  readonly logged: string[] = [];
  hasLease = true;
  readonly #receiverOf: (settings: WebhookSettings) => Receiver;

  constructor({ store = createMemoryStore(), clock = systemClock, receiverOf }: Parts = {}) {
    this.store = store;
    this.clock = clock;
    this.#receiverOf =
      receiverOf ??
      ((settings) =>
        createReceiver(
          settings,
          () => clock.now(),
          (text) => text,
        ));
  }

  /** Begins to work on it. */
  started(settings: WebhookSettings): Running {
    const webhooks = createWebhooks({
      webhooks: [settings],
      receiverOf: this.#receiverOf,
      store: this.store,
      checkpoints: this.store.checkpoints,
      clock: this.clock,
      random: () => 0.5,
      newId: randomUUID,
      log: this.#log,
      hasLease: () => this.hasLease,
    });
    void webhooks.work(new Set([settings.name]));
    return new Running(webhooks);
  }

  /** Appends messages that were received in one conversation. */
  async received(identity: string, ...texts: string[]): Promise<void> {
    const events = texts.map((text): NewEvent => {
      const id = randomUUID();
      const data = { messageId: id, text, receivedAt: '2026-03-06T08:15:30.000Z' };
      return { type: 'MessageReceived', data, id, metadata: { $correlationId: id, schema: 1 } };
    });
    await this.store.append(conversationStream({ backend: 'kannel', identity }), events);
  }

  async failed(webhook = 'clinic'): Promise<readonly FailedCall[]> {
    return (await failedCalls(this.store, webhook)).calls;
  }

  get #log(): Log {
    const keep = (level: string) => (fields: object, message: string) => {
      this.logged.push(`${level}: ${message} ${JSON.stringify(fields)}`);
    };
    return { debug: () => undefined, info: keep('info'), warn: keep('warn'), error: keep('error') };
  }
}

export class Running {
  constructor(private readonly webhooks: Webhooks) {}

  get status(): WebhookStatus | undefined {
    return this.webhooks.status()[0];
  }

  /** @param timeoutMs - for the calls on their way */
  async stop(timeoutMs?: number): Promise<void> {
    await this.webhooks.work(new Set(), timeoutMs);
  }
}
