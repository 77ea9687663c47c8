import { isoTime } from '../domain/clock.js';
import type { RecordedEvent } from '../domain/event.js';
import { isNewer } from '../domain/understood.js';
import { delayOf, isOver } from './backOff.js';
import { type Call, callOf } from './calls.js';
import type { Told } from './checkpoint.js';
import { isOurs } from './events.js';
import type { Line } from './line.js';
import type { Lines } from './lines.js';
import type { Answer, Refusal } from './post.js';
import { type Giving, putAside } from './putAside.js';
import { Slots } from './slots.js';
import type { WebhookTools } from './tools.js';

/** Without the lease nothing begins: either it comes back, or the webhook is released. */
const leaseMs = 200;

/** Makes the calls of lines, each until it is accepted or put aside. */
export class Caller {
  readonly #untried: Slots;
  /** A call that is repeated takes no slot from those that are new: its receiver may let it wait for its whole time. */
  readonly #repeats: Slots;
  #acceptedCount = 0;
  /** The same when the first call of a line was refused last. */
  readonly #acceptedBefore = new WeakMap<Line, number>();
  /** Nothing answered when it was tried last. */
  #isAway = false;
  #acceptedAt: string | undefined;
  #failure: Told['failure'];

  /**
   * @param stopping - no call begins any more
   * @param cut - those on their way end at once
   * @param told - of the life before
   */
  constructor(
    private readonly tools: WebhookTools,
    private readonly lines: Lines,
    private readonly stopping: AbortSignal,
    private readonly cut: AbortSignal,
    told: Told | undefined,
  ) {
    const { concurrency } = tools.settings;
    this.#untried = new Slots(concurrency);
    this.#repeats = new Slots(concurrency);
    this.#acceptedAt = told?.acceptedAt;
    this.#failure = told?.failure;
  }

  get told(): Pick<Told, 'acceptedAt' | 'failure'> {
    return {
      ...(this.#acceptedAt === undefined ? {} : { acceptedAt: this.#acceptedAt }),
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
    };
  }

  /** Until nothing of it waits, or it is stopped: then it stays open. @throws {StoreError} */
  async work(line: Line): Promise<void> {
    while (!line.isEmpty) {
      const { head } = line;
      if (this.stopping.aborted) return;
      if (head === undefined) {
        await line.fetch();
        continue;
      }
      if (!(await this.#settle(line, head))) return;
      line.settled();
      this.lines.settled(line);
    }
    this.lines.end(line);
  }

  /** @returns false when it was stopped before */
  async #settle(line: Line, asks: RecordedEvent): Promise<boolean> {
    const event = await this.#eventOf(asks);
    const call = event && callOf(event);
    // It is in the store no more.
    if (event === undefined || call === undefined) return true;
    if (isNewer(event)) return this.#putAsideNewer(line, event);
    for (;;) {
      const answer = await this.#attempt(line, call);
      if (answer === undefined || (!answer.isAccepted && this.cut.aborted)) return false;
      if (answer.isAccepted) {
        this.#accepted();
        return true;
      }
      this.#refused(line, answer);
      if (await this.#isGivenUp(line, event, answer)) return true;
      if (this.stopping.aborted) return false;
      await line.pause((awake) => this.#sleep(line, answer, awake));
      if (this.stopping.aborted) return false;
      if (line.isCrowdedOut && (await putAside(this.tools, line, event, { ...answer, code: 'crowded' })))
        return true;
    }
  }

  /** Of a call that is to be sent again: the event itself. */
  async #eventOf(asks: RecordedEvent): Promise<RecordedEvent | undefined> {
    if (!isOurs(asks, 'WebhookCallRequeued')) return asks;
    const { stream, revision, eventId } = asks.data;
    const { store } = this.tools;
    for await (const event of store.readStream(stream, { from: BigInt(revision), maxCount: 1 }))
      return event.id === eventId ? event : undefined;
    return undefined;
  }

  /** @returns undefined when it was stopped before */
  #attempt(line: Line, call: Call): Promise<Answer | undefined> {
    const { clock, receiver, hasLease } = this.tools;
    const slots = line.failure === undefined ? this.#untried : this.#repeats;
    return slots.in(async () => {
      while (!this.stopping.aborted && !hasLease()) await clock.sleep(leaseMs, this.stopping);
      return this.stopping.aborted ? undefined : receiver.post(call, this.cut);
    });
  }

  #sleep(line: Line, refusal: Refusal, awake: AbortSignal): Promise<void> {
    const { clock, settings } = this.tools;
    return clock.sleep(delayOf(line, refusal, settings, this.tools), awake);
  }

  #accepted(): void {
    this.#acceptedCount += 1;
    this.#acceptedAt = isoTime(this.tools.clock.now());
    if (!this.#isAway) return;
    this.#isAway = false;
    this.tools.log.info({}, 'the receiver of a webhook answers again');
    // What met nobody need not wait any longer.
    this.lines.wakeAll(({ failure }) => failure?.code === 'unreachable');
  }

  #refused(line: Line, refusal: Refusal): void {
    const { code, detail } = refusal;
    const nowMs = this.tools.clock.now();
    this.#tell(line, refusal);
    this.#countBesideOthers(line, refusal);
    this.#isAway = code === 'unreachable';
    this.#failure = { at: isoTime(nowMs), code, detail };
    line.failed(refusal, nowMs);
    this.lines.failed(line);
  }

  /** Once, and not of each call of a receiver that takes none. */
  #tell({ name, failure }: Line, { code, detail }: Refusal): void {
    const { log } = this.tools;
    const fields = { stream: name.conversation, why: detail };
    if (code === 'unreachable') {
      if (!this.#isAway) log.warn(fields, 'nothing answers at a webhook: tried until something does');
      return;
    }
    const level = failure === undefined && this.lines.failing.size === 0 ? 'warn' : 'debug';
    log[level](fields, 'a webhook refuses a call: tried again');
  }

  #countBesideOthers(line: Line, { code }: Refusal): void {
    const before = this.#acceptedBefore.get(line);
    this.#acceptedBefore.set(line, this.#acceptedCount);
    if (code === 'unreachable') line.refusedBesideOthers = 0;
    else if (line.attempts > 0 && before !== undefined && before < this.#acceptedCount)
      line.refusedBesideOthers += 1;
  }

  async #isGivenUp(line: Line, event: RecordedEvent, { code, detail }: Refusal): Promise<boolean> {
    const { settings, clock } = this.tools;
    if (code === 'unreachable' || !isOver(line, settings, clock.now())) return false;
    return putAside(this.tools, line, event, { code, detail });
  }

  /** @returns false when it was stopped before */
  async #putAsideNewer(line: Line, event: RecordedEvent): Promise<boolean> {
    const { clock, settings } = this.tools;
    const why: Giving = { code: 'newer', detail: 'a newer version of the router has written the event' };
    while (!(await putAside(this.tools, line, event, why))) {
      await clock.sleep(settings.retry.maxDelayMs, this.stopping);
      if (this.stopping.aborted) return false;
    }
    return true;
  }
}
