import type { Pause } from '../domain/backendPause.js';
import { isNoPlace, isRestored, StoreError } from '../store/port.js';
import { tellFailure } from '../store/tell.js';
import { checkpointName, loadUnknown, saveUnknown, type UnknownOutcomes } from './laneCheckpoints.js';
import { LaneRun } from './laneRun.js';
import { type LaneStatus, statusOfRun, stoppedStatus } from './laneStatus.js';
import type { LaneTools } from './laneTools.js';
import { probeDelay } from './policy.js';

/** How a lane was released, and so is acquired again. */
export interface LaneRelease {
  /** Nothing was cut short, and texts whose outcome is unknown are noted in the store. */
  readonly clean: boolean;
  /** What this process knows beyond the store: good for as long as no other has worked on the lane. */
  readonly unknownOutcomes?: UnknownOutcomes;
}

/** After a bug: the delay before the lane starts again. */
const restart = { firstMs: 1_000, maxMs: 60_000 };

/** A run that lasted this long has made up for the crashes before it. */
const soundMs = 300_000;

/** One backend's lane: keeps a {@link LaneRun} going until it is stopped. */
export class Lane {
  #run: LaneRun | undefined;
  #done: Promise<void> | undefined;
  #stopped: { readonly sinceMs: number; readonly reason: string };
  #crashed = false;
  /** A person's. */
  #pause: Pause | undefined;
  /** A checkpoint that the store does not take. */
  #refused: string | undefined;
  readonly #stopping = new AbortController();

  /** @param after - until the runs before it in this process have ended, it waits */
  constructor(
    private readonly tools: LaneTools,
    private readonly acquired: LaneRelease,
    private readonly after: Promise<unknown>,
  ) {
    this.#stopped = { sinceMs: tools.clock.now(), reason: 'not started' };
  }

  /** Resolves when it was stopped and nothing of it is in flight any more. */
  run(): Promise<void> {
    this.#done ??= this.#keepRunning();
    return this.#done;
  }

  /**
   * Takes no new message and waits for the attempts in flight.
   *
   * @returns clean when nothing was cut short
   */
  async stop(timeoutMs: number): Promise<LaneRelease> {
    this.#stopping.abort();
    const run = this.#run;
    run?.stop();
    const early = new AbortController();
    const late = this.tools.clock.sleep(timeoutMs, early.signal).then(() => run?.hardStop());
    const done = (this.#done ?? Promise.resolve()).then(() => true);
    const inTime = await Promise.race([done, late.then(() => false)]);
    early.abort();
    if (!inTime) {
      const { inFlight = 0, storeIsAway = false } = run ?? {};
      this.tools.log.warn({ inFlight, storeIsAway }, 'outbound lane stopped before its attempts ended');
    }
    // A run that is no more has crashed, or never began: then what the start was told still holds.
    if (run === undefined && this.#crashed) return { clean: false };
    if (run === undefined) return { ...this.acquired, clean: this.acquired.clean && inTime };
    return this.#leave(run, inTime);
  }

  async #leave(run: LaneRun, inTime: boolean): Promise<LaneRelease> {
    const { unknownOutcomes } = run;
    if (unknownOutcomes === 'all') return { clean: false };
    // A store that has just refused outcomes takes no checkpoint either.
    if (!inTime && !run.storeIsAway) await run.save();
    if (!inTime) return { clean: false, unknownOutcomes };
    const { checkpoints, backend } = this.tools;
    try {
      await saveUnknown(checkpoints, backend, unknownOutcomes);
      return { clean: true };
    } catch (error) {
      tellFailure(
        this.tools.log,
        'warn',
        { err: error },
        'texts that may have been sent before cannot be noted',
      );
      return { clean: false, unknownOutcomes };
    }
  }

  async #unknownOutcomes(): Promise<UnknownOutcomes> {
    // After a crash of the lane itself nobody knows what it lost.
    if (this.#crashed) return 'all';
    if (this.acquired.unknownOutcomes) return this.acquired.unknownOutcomes;
    if (!this.acquired.clean) return 'all';
    return loadUnknown(this.tools.checkpoints, this.tools.backend);
  }

  get status(): LaneStatus {
    const { backend } = this.tools;
    return this.#run === undefined ? stoppedStatus(backend, this.#stopped) : statusOfRun(backend, this.#run);
  }

  async #keepRunning(): Promise<void> {
    const { pauses, backend } = this.tools;
    await this.after;
    pauses.follow(backend, (pause) => this.#hearPause(pause));
    try {
      await this.#runUntilStopped();
    } finally {
      pauses.leave(backend);
    }
  }

  async #runUntilStopped(): Promise<void> {
    const { clock, log, random } = this.tools;
    let crashes = 0;
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
    if (isRestored(error)) log.warn({ why: reason }, 'outbound lane begins again from its checkpoint');
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
      await this.tools.unrecorded.recordAll(this.tools, this.#stopping.signal);
      from = await this.#from();
      await this.tools.pauses.look(this.tools.backend);
      const unknownOutcomes = await this.#unknownOutcomes();
      // At once before it begins: nobody would stop it any more.
      if (this.#stopping.signal.aborted) return undefined;
      this.#run = new LaneRun(this.tools, from, unknownOutcomes);
      this.#run.breaker.pause = this.#pause;
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

  #hearPause(pause: Pause | undefined): void {
    const { log } = this.tools;
    if (pause !== undefined)
      log.warn({ by: pause.by, why: pause.why }, 'lane paused by a person: texts wait');
    else if (this.#pause !== undefined) log.info({}, 'lane resumed by a person');
    this.#pause = pause;
    if (this.#run !== undefined) this.#run.breaker.pause = pause;
  }

  #rest(reason: string): void {
    this.#run = undefined;
    this.#stopped = { sinceMs: this.tools.clock.now(), reason };
  }
}

const isClosed = (error: unknown): boolean => error instanceof StoreError && error.code === 'closed';
