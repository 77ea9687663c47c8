// The phones of the tester: every text is taken, and what becomes of it is played.
import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { type Accepted, type Gateway, type OutgoingText, SendError } from '../../outbound/gateway.js';
import type { BackendContext, InboundReport } from '../backend.js';
import type { HttptesterConfig } from './config.js';
import { type Play, playOf } from './play.js';

type Told = Pick<InboundReport, 'status' | 'code' | 'text'>;

/** After the record that it was handed over, mostly, as with a real gateway. */
const soonMs = 20;

/** What is reported of a text, and how long after the report before. */
const reportsOn = (play: Play, { delayMs }: HttptesterConfig): readonly (Told & { afterMs: number })[] => {
  switch (play) {
    case 'failed':
      return [{ status: 'failed', code: '2', text: 'absent subscriber, as played', afterMs: soonMs }];
    case 'delayed':
      return [
        { status: 'buffered', code: '4', text: 'delayed, as played', afterMs: soonMs },
        { status: 'delivered', code: '1', afterMs: delayMs },
      ];
    case 'none':
      return [];
    default:
      return [{ status: 'delivered', code: '1', afterMs: soonMs }];
  }
};

/** Texts whose first attempt is remembered; the least recent are forgotten. */
const remembered = 10_000;

export class TesterGateway implements Gateway {
  readonly #closed = new AbortController();
  /** By message: when its first attempt met a gateway that was away. */
  readonly #away = new Map<string, number>();

  constructor(
    private readonly config: HttptesterConfig,
    private readonly tell: BackendContext['tell'],
  ) {
    // Each report that is still to come waits for it.
    setMaxListeners(0, this.#closed.signal);
  }

  async send(text: OutgoingText): Promise<Accepted> {
    const play = playOf(text.inResponseToGatewayId) ?? this.config.play;
    if (play === 'away' && this.#isAway(text.messageId))
      throw new SendError('unreachable', 'the gateway is away, as played');
    void this.#report(text, play);
    return { answer: 'taken by the tester' };
  }

  close(): void {
    this.#closed.abort();
  }

  #isAway(messageId: string): boolean {
    const now = performance.now();
    const since = this.#away.get(messageId) ?? now;
    this.#away.set(messageId, since);
    if (this.#away.size > remembered) this.#away.delete(this.#away.keys().next().value ?? '');
    return now - since < this.config.awayMs;
  }

  /** What was still to be reported when the router stops is never reported: as a network may forget it. */
  async #report({ messageId, correlationId, identity }: OutgoingText, play: Play): Promise<void> {
    const { signal } = this.#closed;
    for (const { afterMs, ...told } of reportsOn(play, this.config)) {
      await setTimeout(afterMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await this.tell({ kind: 'report', identity, messageId, correlationId, ...told });
    }
  }
}
