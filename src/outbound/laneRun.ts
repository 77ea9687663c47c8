import { defer, lastValueFrom, merge, mergeMap } from 'rxjs';
import { conversationStream } from '../domain/connection.js';
import { LowWater } from '../store/lowWater.js';
import { MarkKeeper } from '../store/markKeeper.js';
import { isRestored } from '../store/port.js';
import { recordAnew, recordAnewIfRestored } from '../store/recordAnew.js';
import { createAttempt } from './attempt.js';
import { CircuitBreaker } from './circuitBreaker.js';
import type { Request } from './conversationEvents.js';
import { Handovers } from './handovers.js';
import { checkpointName, type UnknownOutcomes } from './laneCheckpoints.js';
import type { LaneTools } from './laneTools.js';
import type { Queue } from './queues.js';
import { createRateLimiter } from './rateLimiter.js';
import { Requests, type RequestsNeeds } from './requests.js';
import { Schedule } from './schedule.js';
import { untilRecorded } from './untilRecorded.js';
import { Window } from './window.js';

/** One life of a lane, from its checkpoint to a stop or a bug. */
export class LaneRun {
  readonly breaker: CircuitBreaker;
  readonly #stopping = new AbortController();
  readonly #hardStop = new AbortController();
  readonly #lowWater: LowWater<Request>;
  readonly #window: Window;
  readonly #schedule: Schedule;
  readonly #attempt: ReturnType<typeof createAttempt>;
  readonly #requests: Requests;
  readonly #handovers: Handovers;
  readonly #keeper: MarkKeeper;
  /** Of the store, when it began to be read. */
  readonly #timeline: number;
  #inFlight = 0;
  #bug: { readonly error: unknown } | undefined;

  /** @param begunWith - unknown outcomes of earlier runs */
  constructor(
    private readonly tools: LaneTools,
    from: string | undefined,
    private readonly begunWith: UnknownOutcomes,
  ) {
    const { backend, store, settings, clock, random, log } = tools;
    const [stopping, hardStop] = [this.#stopping.signal, this.#hardStop.signal];
    this.#lowWater = new LowWater(from);
    this.#window = new Window(settings.window, stopping);
    this.#schedule = new Schedule(clock, settings.retry.maxDelayMs, stopping);
    this.#timeline = store.timeline;
    this.#keeper = new MarkKeeper(tools, checkpointName(backend), this.#lowWater, from, store.timeline);
    this.#handovers = new Handovers(tools, begunWith);
    this.breaker = new CircuitBreaker(settings, clock, random, log);
    this.#attempt = createAttempt({
      ...tools,
      breaker: this.breaker,
      rateLimiter: createRateLimiter(settings.ratePerSecond, clock),
      timeline: store.timeline,
      untilRecorded: (outcome) => untilRecorded({ ...tools, breaker: this.breaker, hardStop }, outcome),
      stopping,
      inFlight: (change) => {
        this.#inFlight += change;
      },
    });
    const needs: RequestsNeeds = {
      store,
      prefix: conversationStream({ backend, identity: '' }),
      lowWater: this.#lowWater,
      stopping,
      takeUp: (request) => this.#takeUp(request),
      withdrawn: ({ stream, data }) => this.#schedule.withdraw(stream, data.messageId),
      caughtUp: () => this.#handovers.caughtUp(),
    };
    this.#requests = new Requests(needs, from);
  }

  get isCatchingUp(): boolean {
    return !this.#handovers.isLive;
  }

  /** The last that was heard of the store is that it takes no outcomes. */
  get storeIsAway(): boolean {
    return this.breaker.waitsForStore;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Taken up, not final and not with the gateway. */
  get waiting(): number {
    return this.#lowWater.size - this.#inFlight;
  }

  /** Since when the oldest of them waits. */
  get oldest(): string | undefined {
    return this.#lowWater.first?.recordedAt;
  }

  /** When it ends. */
  get unknownOutcomes(): UnknownOutcomes {
    if (this.#bug !== undefined || (this.begunWith === 'all' && this.isCatchingUp)) return 'all';
    const left = this.#window.all.filter(({ resumed, state }) => resumed || state === 'inFlight');
    const open = left.map(({ text }) => text.messageId);
    // What was not read again yet is as it was.
    return new Set(this.begunWith === 'all' || !this.isCatchingUp ? open : [...this.begunWith, ...open]);
  }

  /** Resolves when it has stopped and nothing is in flight any more. Rejects with the bug that stopped it. */
  async run(): Promise<void> {
    const attempts = this.#schedule.due.pipe(
      mergeMap((queue) => this.#take(queue), this.tools.settings.concurrency),
    );
    const work = merge(
      attempts,
      defer(() => this.#guarded(() => this.#pull())),
      defer(() => this.#guarded(() => this.#keeper.run(this.#stopping.signal))),
    );
    await lastValueFrom(work, { defaultValue: undefined });
    if (this.#bug !== undefined && isRestored(this.#bug.error)) {
      await recordAnew(this.tools, this.#lowWater.all, this.#hardStop.signal);
    } else {
      await this.save();
      void recordAnewIfRestored(this.tools, this.#lowWater.all, this.#timeline);
    }
    if (this.#bug !== undefined) throw this.#bug.error;
  }

  /** No attempt begins any more; those in flight end. */
  stop(): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    this.#requests.close();
    this.breaker.stop();
  }

  /** Stops waiting for a store that does not take outcomes. */
  hardStop(): void {
    this.#hardStop.abort();
  }

  save(): Promise<void> {
    return this.#keeper.save();
  }

  async #pull(): Promise<void> {
    await this.#requests.read();
    this.#schedule.close();
  }

  async #takeUp(request: Request): Promise<void> {
    const handover = await this.#handovers.of(request);
    if (handover === undefined) {
      this.#lowWater.done(request);
      return;
    }
    this.#window.add(handover);
    this.#schedule.add(handover);
    await this.#window.room();
  }

  #take(queue: Queue): Promise<void> {
    return this.#guarded(async () => {
      const head = queue.handovers[0];
      if (head === undefined || this.#stopping.signal.aborted) return;
      let left = false;
      const leave = () => {
        if (!left) this.#schedule.shift(queue);
        left = true;
      };
      // Once the gateway has taken it the next one may follow: the record of it keeps this slot, not the conversation.
      await this.#attempt(head, leave);
      if (head.state === 'waiting' || head.state === 'outcomeUnknown') this.#schedule.wait(queue);
      if (head.state !== 'ended') return;
      leave();
      this.#lowWater.done(head.request);
      this.#window.delete(head);
    });
  }

  /** A bug stops this run in order: what is in flight still gets its outcome recorded. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#bug ??= { error };
      this.stop();
      this.#schedule.close();
    }
  }
}
