import { defer, lastValueFrom, merge, mergeMap, Subject } from 'rxjs';
import type { Clock, NewId } from '../domain/clock.js';
import { connectionOf, conversationStream } from '../domain/connection.js';
import type { Log } from '../domain/log.js';
import { LowWater } from '../store/lowWater.js';
import { MarkKeeper } from '../store/markKeeper.js';
import { type Checkpoints, type EventStore, isRestored } from '../store/port.js';
import { recordAnew, recordAnewIfRestored } from '../store/recordAnew.js';
import { Gate } from './gate.js';
import type { Gateway } from './gateway.js';
import { freshHandover, type Handover, leftOver, type Request } from './handover.js';
import { createJournal } from './journal.js';
import type { Random } from './policy.js';
import { Progress } from './progress.js';
import { type Queue, Queues } from './queues.js';
import { createRate } from './rate.js';
import { Requests, type RequestsNeeds } from './requests.js';
import type { LaneSettings } from './settings.js';
import { isA } from './story.js';
import { createTurn } from './turn.js';
import type { Unrecorded } from './unrecorded.js';

/** What a lane works with. */
export interface LaneTools {
  readonly backend: string;
  readonly gateway: Gateway;
  readonly settings: LaneSettings;
  readonly store: EventStore;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: NewId;
  readonly log: Log;
  /** False: no attempt may begin, since another process may be working on the lane by now. */
  readonly isHeld: () => boolean;
  /** Outcomes of the backend's earlier runs in this process. */
  readonly unrecorded: Unrecorded;
}

/** Of which open texts an attempt may have lost its outcome in an earlier run: of all, after a run that was cut short. */
export type Doubt = 'all' | ReadonlySet<string>;

/** One life of a lane, from its checkpoint to a stop or a bug. */
export class LaneRun {
  readonly gate: Gate;
  readonly #queues = new Queues();
  readonly #ready = new Subject<Queue>();
  readonly #lowWater: LowWater<Request>;
  /** What is taken up and not final. */
  readonly #handovers = new Set<Handover>();
  readonly #turn: ReturnType<typeof createTurn>;
  readonly #stopping = new AbortController();
  readonly #cut = new AbortController();
  readonly #requests: Requests;
  readonly #progress: Progress;
  readonly #keeper: MarkKeeper;
  /** Of the store, when it began to be read. */
  readonly #timeline: number;
  #inFlight = 0;
  /** Until the subscription has caught up, what it hands over may have an outcome already. */
  #live = false;
  #wake: (() => void) | undefined;
  #bug: { readonly error: unknown } | undefined;

  constructor(
    private readonly tools: LaneTools,
    from: string | undefined,
    private readonly begunIn: Doubt,
  ) {
    const { backend, store, settings, clock, random, log } = tools;
    const cut = this.#cut.signal;
    this.#lowWater = new LowWater(from);
    this.#timeline = store.timeline;
    this.#keeper = new MarkKeeper(tools, checkpointName(backend), this.#lowWater, from, store.timeline);
    this.#progress = new Progress(store, ({ stream, data: { messageId } }) => {
      log.warn({ stream, messageId }, 'not handed over: its conversation was deleted or cut meanwhile');
    });
    this.gate = new Gate(settings, clock, random, log);
    this.#turn = createTurn({
      ...tools,
      gate: this.gate,
      rate: createRate(settings.ratePerSecond, clock),
      timeline: store.timeline,
      journal: createJournal({ ...tools, gate: this.gate, cut }),
      stopping: this.#stopping.signal,
      inFlight: (change) => {
        this.#inFlight += change;
      },
    });
    const needs: RequestsNeeds = {
      store,
      prefix: conversationStream({ backend, identity: '' }),
      lowWater: this.#lowWater,
      stopping: this.#stopping.signal,
      takeUp: (request) => this.#takeUp(request),
      withdrawn: ({ stream, data }) => this.#queues.drop(stream, data.messageId),
      caughtUp: () => {
        this.#live = true;
        this.#progress.forget();
      },
    };
    this.#requests = new Requests(needs, from);
  }

  get isCatchingUp(): boolean {
    return !this.#live;
  }

  /** The last that was heard of the store is that it takes no outcomes. */
  get storeIsAway(): boolean {
    return this.gate.waitsForStore;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Taken up, not final and not with the gateway. */
  get waiting(): number {
    return this.#lowWater.size - this.#inFlight;
  }

  /** The texts that it leaves open and that an earlier attempt may have got to the gateway. */
  get doubt(): Doubt {
    if (this.#bug !== undefined || (this.begunIn === 'all' && !this.#live)) return 'all';
    const doubtful = [...this.#handovers].filter(({ resumed, unsettled }) => resumed || unsettled);
    const open = doubtful.map(({ text }) => text.messageId);
    // What was not read again yet is as it was.
    return new Set(this.begunIn === 'all' || this.#live ? open : [...this.begunIn, ...open]);
  }

  /** Resolves when it has stopped and nothing is under way any more. Rejects with the bug that stopped it. */
  async run(): Promise<void> {
    const turns = this.#ready.pipe(mergeMap((queue) => this.#take(queue), this.tools.settings.concurrency));
    const work = merge(
      turns,
      defer(() => this.#guarded(() => this.#pull())),
      defer(() => this.#guarded(() => this.#keeper.run(this.#stopping.signal))),
    );
    await lastValueFrom(work, { defaultValue: undefined });
    if (this.#bug !== undefined && isRestored(this.#bug.error)) {
      await recordAnew(this.tools, this.#lowWater.all, this.#cut.signal);
    } else {
      await this.save();
      void recordAnewIfRestored(this.tools, this.#lowWater.all, this.#timeline);
    }
    if (this.#bug !== undefined) throw this.#bug.error;
  }

  /** No attempt begins any more; those under way end. */
  stop(): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    this.#requests.close();
    this.gate.close();
    this.#wake?.();
  }

  /** Stops waiting for a store that does not take outcomes. */
  cut(): void {
    this.#cut.abort();
  }

  async #pull(): Promise<void> {
    await this.#requests.read();
    this.#ready.complete();
  }

  /** Waits while the window is full: then nothing more is read, and it holds back nobody but itself. */
  async #takeUp(request: Request): Promise<void> {
    const handover = await this.#handoverOf(request);
    if (handover === undefined) {
      this.#lowWater.done(request);
      return;
    }
    this.#handovers.add(handover);
    this.#enqueue(handover);
    while (this.#handovers.size >= this.tools.settings.window && !this.#stopping.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async #handoverOf(request: Request): Promise<Handover | undefined> {
    const identity = connectionOf(request.stream)?.identity;
    if (identity === undefined) return undefined;
    if (this.#live && isA(request, 'MessageSent')) return freshHandover(request, identity);
    const unclean = !this.#live && isIn(this.begunIn, request.data.messageId);
    const told = { nowMs: this.tools.clock.now(), unclean };
    // A live request was put back this moment: what was read ahead may be older.
    if (this.#live) this.#progress.forget();
    return leftOver(this.tools.store, this.#progress, request, identity, told);
  }

  #enqueue(handover: Handover): void {
    const queue = this.#queues.add(handover);
    if (queue !== undefined) this.#readyWhenDue(queue);
  }

  #readyWhenDue(queue: Queue): void {
    const due = (queue.handovers[0]?.dueAt ?? 0) - this.tools.clock.now();
    // The date may have been set back since: no wait is longer than the longest that there is.
    const wait = Math.min(due, this.tools.settings.retry.maxDelayMs);
    if (!(wait > 0)) this.#ready.next(queue);
    // Not in a slot of the lane: the back-off of one conversation holds no other.
    else void this.tools.clock.sleep(wait, this.#stopping.signal).then(() => this.#ready.next(queue));
  }

  #take(queue: Queue): Promise<void> {
    return this.#guarded(async () => {
      const head = queue.handovers[0];
      if (head === undefined || this.#stopping.signal.aborted) return;
      let left = false;
      const leave = () => {
        if (!left && this.#queues.shift(queue)) this.#readyWhenDue(queue);
        left = true;
      };
      // Once the gateway has taken it the next one may follow: the record of it keeps this slot, not the conversation.
      const end = await this.#turn(head, leave);
      if (end === 'later') return this.#readyWhenDue(queue);
      if (end !== 'ended') return;
      leave();
      this.#lowWater.done(head.request);
      this.#handovers.delete(head);
      this.#wake?.();
      this.#wake = undefined;
    });
  }

  save(): Promise<void> {
    return this.#keeper.save();
  }

  /** A bug stops this run in order: what is under way still gets its outcome recorded. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#bug ??= { error };
      this.stop();
      this.#ready.complete();
    }
  }
}

const isIn = (doubt: Doubt, messageId: string): boolean => doubt === 'all' || doubt.has(messageId);

export const checkpointName = (backend: string): string => `outbound-${backend}`;
