import { Counter, Histogram, type Registry } from 'prom-client';
import { ofAttempts, ofDeliveries, ofHandovers } from './buckets.js';
import { here } from './help.js';
import type { Names } from './messages.js';
import { namesIn } from './names.js';

/** An attempt to hand a text over, as a lane tells of it. */
export interface Attempt {
  readonly messageId: string;
  readonly result: string;
  readonly tookMs: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly decidedAt?: string;
  readonly deadLetter?: string;
}

/** Texts that were handed over and of which no final report came yet, at most: some megabytes. */
const remembered = 50_000;

const finalStatuses: readonly string[] = ['delivered', 'failed', 'rejected'];

/** What this process hands over, and hears of it. */
export class TextMetrics {
  readonly #attempts: Counter<'backend' | 'result'>;
  readonly #attemptTook: Histogram<'backend'>;
  readonly #handedOver: Histogram<'backend'>;
  readonly #delivered: Histogram<'backend'>;
  readonly #reports: Counter<'backend' | 'status'>;
  readonly #deadLetters: Counter<'backend' | 'kind'>;
  readonly #played: ReadonlySet<string>;
  readonly #backend: (name: string | undefined) => string;
  /** By the text: when it was handed over, milliseconds since 1970. */
  readonly #underWay = new Map<string, number>();

  constructor(registry: Registry, { backends, played }: Names) {
    const registers = [registry];
    const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
      new Counter({ name: `threadless_${name}`, help: here(help), labelNames, registers });
    const histogram = (name: string, help: string, buckets: number[]) =>
      new Histogram({
        name: `threadless_${name}`,
        help: here(help),
        labelNames: ['backend'] as const,
        buckets,
        registers,
      });
    this.#attempts = counter(
      'attempts_total',
      'Attempts to hand a text over to its gateway: accepted, or the code of what came of it.',
      ['backend', 'result'],
    );
    this.#attemptTook = histogram('attempt_seconds', 'How long a gateway took for its answer.', ofAttempts);
    this.#handedOver = histogram(
      'handover_seconds',
      'From when a text was decided until its gateway took it.',
      ofHandovers,
    );
    this.#delivered = histogram(
      'delivery_seconds',
      'From when a gateway took a text until the report came that the phone has it. Only of texts that the same process handed over.',
      ofDeliveries,
    );
    this.#reports = counter('delivery_reports_total', 'Delivery reports that were stored.', [
      'backend',
      'status',
    ]);
    this.#deadLetters = counter(
      'dead_letters_total',
      'Texts that wait for a person: abandoned, or unclear. Of messages see threadless_app_failures_total.',
      ['backend', 'kind'],
    );
    this.#played = new Set(played);
    this.#backend = namesIn(backends);
    for (const backend of backends.filter((name) => !this.#played.has(name))) {
      this.#attempts.inc({ backend, result: 'accepted' }, 0);
      this.#reports.inc({ backend, status: 'delivered' }, 0);
      for (const kind of ['abandoned', 'unclear']) this.#deadLetters.inc({ backend, kind }, 0);
      for (const took of [this.#attemptTook, this.#handedOver, this.#delivered]) took.zero({ backend });
    }
  }

  attempted(to: string, { messageId, result, tookMs, atMs, decidedAt, deadLetter }: Attempt): void {
    if (this.#played.has(to)) return;
    const backend = this.#backend(to);
    this.#attempts.inc({ backend, result });
    this.#attemptTook.observe({ backend }, tookMs / 1_000);
    if (deadLetter !== undefined) this.#deadLetters.inc({ backend, kind: deadLetter });
    if (result !== 'accepted') return;
    this.#remember(messageId, atMs);
    if (decidedAt !== undefined)
      this.#handedOver.observe({ backend }, Math.max(0, atMs - Date.parse(decidedAt)) / 1_000);
  }

  /** @param atMs - milliseconds since 1970 */
  reported(by: string, messageId: string, status: string, atMs: number): void {
    if (this.#played.has(by)) return;
    const backend = this.#backend(by);
    this.#reports.inc({ backend, status });
    const handedOverAt = this.#underWay.get(messageId);
    if (handedOverAt === undefined || !finalStatuses.includes(status)) return;
    this.#underWay.delete(messageId);
    if (status === 'delivered')
      this.#delivered.observe({ backend }, Math.max(0, atMs - handedOverAt) / 1_000);
  }

  #remember(messageId: string, atMs: number): void {
    this.#underWay.set(messageId, atMs);
    if (this.#underWay.size <= remembered) return;
    const [oldest = ''] = this.#underWay.keys();
    this.#underWay.delete(oldest);
  }
}
