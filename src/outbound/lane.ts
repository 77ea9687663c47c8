import { isoTime } from '../domain/clock.js';
import { isNoPlace, isRestored, StoreError } from '../store/port.js';
import { tellFailure } from '../store/tell.js';
import { checkpointName, type Doubt, LaneRun, type LaneTools } from './laneRun.js';
import { probeDelay } from './policy.js';

/** How a lane is, for those who watch the router. */
export interface LaneStatus {
  readonly backend: string;
  /** `catching-up`: it reads what was stored before. `paused`: the gateway or the store is away. `held`: a person must mend the settings. `stopped`: not started, stopped or crashed. */
  readonly state: 'catching-up' | 'running' | 'paused' | 'held' | 'stopped';
  /** ISO, UTC. */
  readonly since: string;
  readonly reason?: string;
  /** Taken up, not final, and not with the gateway. At most the window: more may wait in the store. */
  readonly waiting: number;
  readonly inFlight: number;
}

/** How a lane was put down, and so begins again. */
export interface Condition {
  /** Nothing was cut short, and texts that may have been sent before are noted in the store. */
  readonly clean: boolean;
  /** What this process knows beyond the store: good for as long as no other has worked on the lane. */
  readonly doubt?: Doubt;
}

/** After a bug: the delay before the lane starts again. */
const restart = { firstMs: 1_000, maxMs: 60_000 };

/** A run that lasted this long has made up for the crashes before it. */
const soundMs = 300_000;

/** One backend's lane: keeps a {@link LaneRun} going until it is stopped. */
export class Lane {
  #run: LaneRun | undefined;
  #done: Promise<void> | undefined;
  #stopped: { readonly sinceMs: number; readonly reason?: string };
  #crashed = false;
  /** A checkpoint that the store does not take. */
  #refused: string | undefined;
  readonly #stopping = new AbortController();

  /** @param after - until the runs before it in this process have ended, it waits */
  constructor(
    private readonly tools: LaneTools,
    private readonly begun: Condition,
    private readonly after: Promise<unknown>,
  ) {
    this.#stopped = { sinceMs: tools.clock.now(), reason: 'not started' };
  }

  /** Resolves when it was stopped and nothing of it is under way any more. */
  run(): Promise<void> {
    this.#done ??= this.#keepRunning();
    return this.#done;
  }

  /**
   * Takes no new message and waits for the attempts under way.
   *
   * @returns clean when nothing was cut short
   */
  async stop(timeoutMs: number): Promise<Condition> {
    this.#stopping.abort();
    const run = this.#run;
    run?.stop();
    const early = new AbortController();
    const late = this.tools.clock.sleep(timeoutMs, early.signal).then(() => run?.cut());
    const done = (this.#done ?? Promise.resolve()).then(() => true);
    const inTime = await Promise.race([done, late.then(() => false)]);
    early.abort();
    if (!inTime) {
      const { inFlight = 0, storeIsAway = false } = run ?? {};
      this.tools.log.warn({ inFlight, storeIsAway }, 'outbound lane stopped before its attempts ended');
    }
    // A run that is no more has crashed, or never began: then what the start was told still holds.
    if (run === undefined && this.#crashed) return { clean: false };
    if (run === undefined) return { ...this.begun, clean: this.begun.clean && inTime };
    return this.#leave(run, inTime);
  }

  async #leave(run: LaneRun, inTime: boolean): Promise<Condition> {
    const { doubt } = run;
    if (doubt === 'all') return { clean: false };
    // A store that has just refused outcomes takes no checkpoint either.
    if (!inTime && !run.storeIsAway) await run.save();
    if (!inTime) return { clean: false, doubt };
    const { checkpoints, backend } = this.tools;
    try {
      if (doubt.size > 0 || (await checkpoints.load(doubtName(backend))) !== undefined)
        await checkpoints.save(doubtName(backend), JSON.stringify([...doubt]));
      return { clean: true };
    } catch (error) {
      tellFailure(
        this.tools.log,
        'warn',
        { err: error },
        'texts that may have been sent before cannot be noted',
      );
      return { clean: false, doubt };
    }
  }

  async #doubt(): Promise<Doubt> {
    // After a crash of the lane itself nobody knows what it lost.
    if (this.#crashed) return 'all';
    if (this.begun.doubt !== undefined) return this.begun.doubt;
    if (!this.begun.clean) return 'all';
    const named = await this.tools.checkpoints.load(doubtName(this.tools.backend));
    return new Set(named === undefined ? [] : (JSON.parse(named) as string[]));
  }

  get status(): LaneStatus {
    const { backend } = this.tools;
    const run = this.#run;
    if (run === undefined) {
      const { sinceMs, reason } = this.#stopped;
      const why = reason === undefined ? {} : { reason };
      return { backend, state: 'stopped', since: isoTime(sinceMs), ...why, waiting: 0, inFlight: 0 };
    }
    const { sinceMs, ...gate } = run.gate.status;
    const state = run.isCatchingUp && gate.state === 'running' ? 'catching-up' : gate.state;
    return { backend, ...gate, state, since: isoTime(sinceMs), waiting: run.waiting, inFlight: run.inFlight };
  }

  async #keepRunning(): Promise<void> {
    const { clock, log, random } = this.tools;
    let crashes = 0;
    await this.after;
    while (!this.#stopping.signal.aborted) {
      const startedMs = clock.steady();
      const error = await this.#runOnce();
      if (this.#stopping.signal.aborted && error === undefined) return this.#rest('stopped');
      if (isClosed(error)) {
        log.error({ err: error }, 'outbound lane stopped: the store is closed');
        return this.#rest('the store is closed');
      }
      this.#crashed = true;
      crashes = clock.steady() - startedMs > soundMs ? 1 : crashes + 1;
      this.#tell(error, crashes);
      await clock.sleep(probeDelay(crashes, restart, random), this.#stopping.signal);
    }
  }

  /** A store that is away says the same at each try: told once. */
  #tell(error: unknown, crashes: number): void {
    const { log } = this.tools;
    const reason = error instanceof StoreError ? error.message : `crashed: ${String(error)}`;
    if (isRestored(error)) log.warn({ err: error }, 'outbound lane begins again from its checkpoint');
    else if (!(error instanceof StoreError))
      log.error({ err: error, crashes }, 'outbound lane crashed, starting again from its checkpoint');
    else if (reason !== this.#stopped.reason)
      tellFailure(log, 'error', { err: error }, 'outbound lane cannot read the store, trying again');
    this.#rest(reason);
  }

  /** @returns what stopped it, undefined when it was asked to */
  async #runOnce(): Promise<unknown> {
    let from: string | undefined;
    try {
      await this.tools.unrecorded.record(this.tools, this.#stopping.signal);
      from = await this.#from();
      if (this.#stopping.signal.aborted) return undefined;
      this.#run = new LaneRun(this.tools, from, await this.#doubt());
      await this.#run.run();
      return undefined;
    } catch (error) {
      if (isNoPlace(error)) this.#refused = from;
      return error ?? new Error('unknown');
    }
  }

  /** What is no place in the store is nothing to go on from: then all of it is read, and what ended is recognised. */
  async #from(): Promise<string | undefined> {
    const { checkpoints, store, log, backend } = this.tools;
    const from = await checkpoints.load(checkpointName(backend));
    if (from === undefined || (store.isPosition(from) && from !== this.#refused)) return from;
    log.warn(
      { checkpoint: from },
      'the checkpoint of an outbound lane is no place in the store: read from the beginning',
    );
    return undefined;
  }

  #rest(reason: string): void {
    this.#run = undefined;
    this.#stopped = { sinceMs: this.tools.clock.now(), reason };
  }
}

/** Kept as a checkpoint is: the ids of texts that were left open and may have been sent before. */
const doubtName = (backend: string): string => `${checkpointName(backend)}-doubt`;

const isClosed = (error: unknown): boolean => error instanceof StoreError && error.code === 'closed';
