import { Counter, Histogram, type Registry } from 'prom-client';
import { ofAppends } from './buckets.js';
import { here } from './help.js';

/** What this process appends to the store. */
export class StoreMetrics {
  readonly #took: Histogram;
  readonly #errors: Counter<'code'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#took = new Histogram({
      name: 'threadless_store_append_seconds',
      help: here('How long an append took until it was on disk.'),
      buckets: ofAppends,
      registers,
    });
    this.#errors = new Counter({
      name: 'threadless_store_append_errors_total',
      help: here('Appends that failed, by the code. A conflict is taken up again at once and harms nobody.'),
      labelNames: ['code'],
      registers,
    });
    for (const code of ['conflict', 'unavailable', 'refused', 'restored']) this.#errors.inc({ code }, 0);
  }

  /** @param code - of what it failed with */
  appended(tookMs: number, code: string | undefined): void {
    if (code === undefined) this.#took.observe(tookMs / 1_000);
    else this.#errors.inc({ code });
  }
}
