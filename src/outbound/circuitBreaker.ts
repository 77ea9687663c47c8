import type { Pause } from '../domain/backendPause.js';
import type { Clock } from '../domain/clock.js';
import { isoTime } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import type { Random } from './policy.js';
import { probeDelay } from './policy.js';
import { storeAway } from './reasons.js';
import type { LaneSettings } from './settings.js';

/** Leave for one attempt: in the flow, or as the one probe of a lane that is paused or held. */
export type Permit = 'flow' | 'probe';

export interface BreakerStatus {
  readonly state: 'running' | 'paused' | 'held';
  readonly sinceMs: number;
  readonly reason?: string;
  /** The person who has paused it; absent where it did so by itself. */
  readonly by?: string;
  /** When the gateway is tried next. */
  readonly retryAtMs?: number;
}

/** What an attempt told about the gateway: it is there, it is not, it refuses us, or none of these for sure. */
export type GatewaySign = 'answered' | 'unreachable' | 'misconfigured' | 'unknown';

const stateBySign = { unreachable: 'paused', misconfigured: 'held' } as const;

/**
 * The circuit breaker of a lane: each attempt needs a permit of it. While the gateway answers everyone gets one. When it is away
 * or refuses us the breaker trips, and attempts wait: one of them tries the gateway from time to time, and when that one got
 * an answer all go on.
 */
export class CircuitBreaker {
  #status: BreakerStatus;
  readonly #waiting: ((permit: Permit | undefined) => void)[] = [];
  /** Probes since it tripped. */
  #probes = 0;
  #probeDue = false;
  /** Appends that wait for the store. While there are any, nobody gets a permit. */
  #unstored = 0;
  /** A person's. While there is one, nobody gets a permit. */
  #pause: Pause | undefined;
  #stopped = false;
  /** Ends the probe timer that an other one has replaced. */
  #timer = new AbortController();

  constructor(
    private readonly settings: Pick<LaneSettings, 'probe' | 'holdProbeMs'>,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly log: Log,
  ) {
    this.#status = { state: 'running', sinceMs: clock.now() };
  }

  get status(): BreakerStatus {
    if (this.#pause !== undefined) {
      const { by, why, since } = this.#pause;
      return { state: 'paused', sinceMs: Date.parse(since), reason: why, by };
    }
    if (this.#unstored === 0) return this.#status;
    const { state: _, retryAtMs: __, ...others } = this.#status;
    return { ...others, state: 'paused', reason: storeAway };
  }

  /** A person has paused the lane: attempts wait, whatever the gateway does. Undefined: it may go on. */
  set pause(pause: Pause | undefined) {
    this.#pause = pause;
    this.#grant();
  }

  get isPausedByPerson(): boolean {
    return this.#pause !== undefined;
  }

  /** An outcome waits to be stored, or was given up. */
  get waitsForStore(): boolean {
    return this.#unstored > 0;
  }

  get isRunning(): boolean {
    return this.#status.state === 'running' && this.#mayGrant;
  }

  get #mayGrant(): boolean {
    return this.#unstored === 0 && this.#pause === undefined && !this.#stopped;
  }

  /** Undefined: it was stopped, there will be no attempt. */
  acquire(): Permit | undefined | Promise<Permit | undefined> {
    if (this.isRunning) return 'flow';
    if (this.#stopped) return undefined;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#grant();
    });
  }

  /** The attempt made with this permit is over. */
  settle(permit: Permit, sign: GatewaySign, detail: string): void {
    const probing = permit === 'probe' && this.#status.state !== 'running';
    switch (sign) {
      case 'answered':
        if (probing) this.#resume();
        return;
      case 'unknown':
        // The gateway took the connection and said nothing: one text at a time until it speaks.
        if (probing) this.#scheduleProbe();
        return;
      case 'unreachable':
      case 'misconfigured':
        this.#trip(permit, stateBySign[sign], detail);
        return;
    }
  }

  /** The permit was not used: another may have it. */
  release(permit: Permit): void {
    if (permit === 'flow' || this.#status.state === 'running') return;
    this.#probeDue = true;
    this.#grant();
  }

  /** An outcome cannot be stored: no more attempts, their outcomes would pile up in memory only. */
  storeFailed(): void {
    this.#unstored += 1;
  }

  storeWorks(): void {
    this.#unstored -= 1;
    this.#grant();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer.abort();
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }

  #resume(): void {
    const { state, sinceMs } = this.#status;
    this.log.info({ state, forMs: this.clock.now() - sinceMs }, 'gateway answers again: lane resumed');
    this.#status = { state: 'running', sinceMs: this.clock.now() };
    this.#probes = 0;
    this.#probeDue = false;
    this.#timer.abort();
    this.#grant();
  }

  #trip(permit: Permit, state: 'paused' | 'held', reason: string): void {
    const was = this.#status.state;
    // Attempts that were in flight when it tripped tell nothing new, but that a person is needed.
    if (permit === 'flow' && was !== 'running' && !(was === 'paused' && state === 'held')) return;
    if (was === state) {
      this.#status = { ...this.#status, reason };
    } else {
      this.#status = { state, sinceMs: this.clock.now(), reason };
      this.#probes = 0;
      const fields = { state, reason, since: isoTime(this.clock.now()) };
      if (state === 'held')
        this.log.error(fields, 'gateway refuses us: lane held, a person must mend the settings');
      else this.log.warn(fields, 'gateway cannot be reached: lane paused');
    }
    this.#scheduleProbe();
  }

  #scheduleProbe(): void {
    this.#probes += 1;
    this.#timer.abort();
    const timer = new AbortController();
    this.#timer = timer;
    const { probe, holdProbeMs } = this.settings;
    const delay = this.#status.state === 'held' ? holdProbeMs : probeDelay(this.#probes, probe, this.random);
    this.#status = { ...this.#status, retryAtMs: this.clock.now() + delay };
    void this.clock.sleep(delay, timer.signal).then(() => {
      if (timer.signal.aborted || this.#stopped) return;
      this.#probeDue = true;
      this.#grant();
    });
  }

  #grant(): void {
    if (this.isRunning) {
      for (const resolve of this.#waiting.splice(0)) resolve('flow');
    } else if (this.#probeDue && this.#mayGrant) {
      const probe = this.#waiting.shift();
      if (probe === undefined) return;
      this.#probeDue = false;
      probe('probe');
    }
  }
}
