import { Gauge, type Registry } from 'prom-client';
import { hereNow } from './help.js';
import type { WebhookMoment } from './moment.js';

/** How the webhooks are that this process tells. */
export class WebhookGauges {
  readonly #waiting: Gauge<'webhook'>;
  readonly #failing: Gauge<'webhook'>;
  readonly #late: Gauge<'webhook'>;

  constructor(registry: Registry) {
    const gauge = (name: string, help: string) =>
      new Gauge({
        name: `threadless_webhook_${name}`,
        help: hereNow(help),
        labelNames: ['webhook'] as const,
        registers: [registry],
      });
    this.#waiting = gauge('waiting', 'Calls that a webhook has taken up and its receiver has not accepted.');
    this.#failing = gauge('failing', 'Conversations of which a call was refused and is made again.');
    this.#late = gauge('late_seconds', 'Since the event of the oldest call that waits was stored.');
  }

  /** A webhook that another process has taken over is told by that one. */
  set(webhooks: readonly WebhookMoment[]): void {
    for (const gauge of [this.#waiting, this.#failing, this.#late]) gauge.reset();
    for (const { name: webhook, waiting, failing, lateMs } of webhooks) {
      this.#waiting.set({ webhook }, waiting);
      this.#failing.set({ webhook }, failing);
      this.#late.set({ webhook }, lateMs / 1_000);
    }
  }
}
