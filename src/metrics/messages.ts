import { Counter, Histogram, type Registry } from 'prom-client';
import type { Pending } from '../domain/conversation.js';
import type { RoutingDecision } from '../domain/decide.js';
import { ofAnswers } from './buckets.js';
import { here } from './help.js';
import { namesIn } from './names.js';

export interface Names {
  /** As configured. */
  readonly backends: readonly string[];
  /** Those of them whose phones are played: nothing of them is counted. */
  readonly played: readonly string[];
  readonly apps: readonly string[];
}

/** What this process receives and decides. */
export class MessageMetrics {
  readonly #received: Counter<'backend'>;
  readonly #rejected: Counter<'backend'>;
  readonly #routed: Counter<'backend' | 'app' | 'outcome'>;
  readonly #failed: Counter<'app' | 'phase'>;
  readonly #texts: Counter<'backend' | 'app' | 'result'>;
  readonly #answered: Histogram<'backend'>;
  readonly #played: ReadonlySet<string>;
  readonly #backend: (name: string | undefined) => string;
  readonly #app: (name: string | undefined) => string;

  constructor(
    registry: Registry,
    { backends, played, apps }: Names,
    private readonly now: () => number,
  ) {
    const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
      new Counter({ name: `threadless_${name}`, help: here(help), labelNames, registers: [registry] });
    this.#received = counter('messages_received_total', 'Messages that were stored.', ['backend']);
    this.#rejected = counter('requests_rejected_total', 'Requests that could not be understood.', [
      'backend',
    ]);
    this.#routed = counter(
      'messages_routed_total',
      'Messages that were decided on: outcome as in MessageRouted, or failed; app: who decided it.',
      ['backend', 'app', 'outcome'],
    );
    this.#failed = counter(
      'app_failures_total',
      'Calls in which an app threw or took too long. In handle and default the message goes to the dead letters.',
      ['app', 'phase'],
    );
    this.#texts = counter(
      'texts_total',
      'Texts that were decided: sent, or cancelled before they went out. app is empty for one that nobody asked for.',
      ['backend', 'app', 'result'],
    );
    this.#answered = new Histogram({
      name: 'threadless_answer_seconds',
      help: here('From when a message was received until what became of it was stored.'),
      labelNames: ['backend'],
      buckets: ofAnswers,
      registers: [registry],
    });
    this.#played = new Set(played);
    this.#backend = namesIn(backends);
    this.#app = namesIn([...apps, 'router']);
    for (const backend of backends.filter((name) => !this.#played.has(name))) {
      this.#received.inc({ backend }, 0);
      this.#rejected.inc({ backend }, 0);
      this.#answered.zero({ backend });
    }
  }

  received(backend: string): void {
    if (!this.#played.has(backend)) this.#received.inc({ backend: this.#backend(backend) });
  }

  rejected(backend: string): void {
    if (!this.#played.has(backend)) this.#rejected.inc({ backend: this.#backend(backend) });
  }

  decided(from: string, { message, causeId }: Pending, decision: RoutingDecision): void {
    if (this.#played.has(from)) return;
    const [backend, app] = [this.#backend(from), this.#app(decision.app)];
    this.#failures(decision);
    if (decision.kind === 'failed') {
      this.#routed.inc({ backend, app, outcome: 'failed' });
      return;
    }
    this.#routed.inc({ backend, app, outcome: decision.outcome });
    for (const { to, app, cancelledBy } of decision.texts)
      this.#text(to.backend, this.#app(app), cancelledBy !== undefined);
    // One that a person put back has waited for that person.
    if (decision.outcome === 'duplicate' || causeId !== message.messageId) return;
    const tookMs = this.now() - Date.parse(message.receivedAt);
    this.#answered.observe({ backend }, Math.max(0, tookMs) / 1_000);
  }

  /** The router's own failures have no call. */
  #failures(decision: RoutingDecision): void {
    const failed = decision.trace.filter(({ result }) => result === 'threw' || result === 'timeout');
    const calls = failed.length === 0 && decision.kind === 'failed' ? [decision] : failed;
    for (const { app, phase } of calls) this.#failed.inc({ app: this.#app(app), phase });
  }

  sent(backend: string, isCancelled: boolean): void {
    this.#text(backend, '', isCancelled);
  }

  #text(to: string, app: string, isCancelled: boolean): void {
    if (this.#played.has(to)) return;
    this.#texts.inc({ backend: this.#backend(to), app, result: isCancelled ? 'cancelled' : 'sent' });
  }
}
