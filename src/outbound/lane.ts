import { isoTime } from '../domain/clock.js';
import { StoreError } from '../store/port.js';
import { checkpointName, type Doubt, LaneRun, type LaneTools } from './laneRun.js';
import { probeDelay } from './policy.js';

/** How a lane is, for those who watch the router. */
export interface LaneStatus {
  readonly backend: string;
  /** `paused`: the gateway or the store is away. `held`: a person must mend the settings. `stopped`: not started, stopped or crashed. */
  readonly state: 'running' | 'paused' | 'held' | 'stopped';
  /** ISO, UTC. */
  readonly since: string;
  readonly reason?: string;
  /** Taken up, not final, and not with the gateway. At most the window: more may wait in the store. */
  readonly waiting: number;
  readonly inFlight: number;
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
  readonly #stopping = new AbortController();

  constructor(
    private readonly tools: LaneTools,
    private readonly cleanStart: boolean,
  ) {
    this.#stopped = { sinceMs: tools.clock.now(), reason: 'not started' };
  }

  start(): void {
    this.#done ??= this.#keepRunning();
  }

  /**
   * Takes no new message and waits for the attempts under way.
   *
   * @returns true when nothing was cut short: the next start may be called clean
   */
  async stop(timeoutMs: number): Promise<boolean> {
    this.#stopping.abort();
    const run = this.#run;
    run?.stop();
    const early = new AbortController();
    const late = this.tools.clock.sleep(timeoutMs, early.signal).then(() => run?.cut());
    const done = (this.#done ?? Promise.resolve()).then(() => true);
    const inTime = await Promise.race([done, late.then(() => false)]);
    early.abort();
    if (!inTime) {
      await run?.save();
      this.tools.log.warn({ inFlight: run?.inFlight }, 'outbound lane stopped before its attempts ended');
    }
    // A run that is no more has crashed, or never began: then what the start was told still holds.
    if (!inTime || run === undefined) return inTime && this.cleanStart && !this.#crashed;
    return this.#leave(run.doubt);
  }

  /** @returns true when the next run need not doubt but what it finds named here */
  async #leave(doubt: Doubt): Promise<boolean> {
    if (doubt === 'all') return false;
    const { checkpoints, backend } = this.tools;
    try {
      if (doubt.size === 0 && (await checkpoints.load(doubtName(backend))) === undefined) return true;
      await checkpoints.save(doubtName(backend), JSON.stringify([...doubt]));
      return true;
    } catch (error) {
      this.tools.log.warn({ error }, 'texts that may have been sent before cannot be noted');
      return false;
    }
  }

  async #doubt(): Promise<Doubt> {
    // After a crash of the lane itself nobody knows what it lost.
    if (this.#crashed || !this.cleanStart) return 'all';
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
    return { backend, ...gate, since: isoTime(sinceMs), waiting: run.waiting, inFlight: run.inFlight };
  }

  async #keepRunning(): Promise<void> {
    const { clock, log, random } = this.tools;
    let crashes = 0;
    while (!this.#stopping.signal.aborted) {
      const startedMs = clock.now();
      const error = await this.#runOnce();
      if (this.#stopping.signal.aborted && error === undefined) return this.#rest('stopped');
      if (isClosed(error)) {
        log.error({ error }, 'outbound lane stopped: the store is closed');
        return this.#rest('the store is closed');
      }
      this.#crashed = true;
      crashes = clock.now() - startedMs > soundMs ? 1 : crashes + 1;
      log.error({ error, crashes }, 'outbound lane crashed, starting again from its checkpoint');
      this.#rest(`crashed: ${String(error)}`);
      await clock.sleep(probeDelay(crashes, restart, random), this.#stopping.signal);
    }
  }

  /** @returns what stopped it, undefined when it was asked to */
  async #runOnce(): Promise<unknown> {
    try {
      const from = await this.tools.checkpoints.load(checkpointName(this.tools.backend));
      if (this.#stopping.signal.aborted) return undefined;
      this.#run = new LaneRun(this.tools, from, await this.#doubt());
      await this.#run.run();
      return undefined;
    } catch (error) {
      return error ?? new Error('unknown');
    }
  }

  #rest(reason: string): void {
    this.#run = undefined;
    this.#stopped = { sinceMs: this.tools.clock.now(), reason };
  }
}

/** Kept as a checkpoint is: the ids of texts that were left open and may have been sent before. */
const doubtName = (backend: string): string => `${checkpointName(backend)}-doubt`;

const isClosed = (error: unknown): boolean => error instanceof StoreError && error.code === 'closed';
