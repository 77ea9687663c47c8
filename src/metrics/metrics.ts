import { collectDefaultMetrics, Registry } from 'prom-client';
import { Gauges } from './gauges.js';
import { MessageMetrics, type Names } from './messages.js';
import type { Moment } from './moment.js';
import { StoreMetrics } from './store.js';
import { TextMetrics } from './texts.js';
import { WebhookGauges } from './webhooks.js';

export interface MetricsNeeds extends Names {
  readonly laneStates: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What this process counts of its work, and how all of it is, in Prometheus' format. */
export class Metrics {
  readonly messages: MessageMetrics;
  readonly texts: TextMetrics;
  readonly store: StoreMetrics;
  readonly #registry = new Registry();
  readonly #gauges: Gauges;
  readonly #webhooks: WebhookGauges;
  #watchesNode = false;

  constructor(needs: MetricsNeeds) {
    this.messages = new MessageMetrics(this.#registry, needs, needs.now);
    this.texts = new TextMetrics(this.#registry, needs);
    this.store = new StoreMetrics(this.#registry);
    this.#gauges = new Gauges(this.#registry, needs.laneStates);
    this.#webhooks = new WebhookGauges(this.#registry);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(moment: Moment): Promise<string> {
    // From the first time on that someone asks: whoever scrapes nothing need not measure the event loop.
    if (!this.#watchesNode) collectDefaultMetrics({ register: this.#registry });
    this.#watchesNode = true;
    this.#gauges.set(moment);
    this.#webhooks.set(moment.webhooks);
    return this.#registry.metrics();
  }
}
