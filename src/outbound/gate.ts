import type { Clock } from '../domain/clock.js';
import { isoTime } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import type { Random } from './policy.js';
import { probeDelay } from './policy.js';
import type { LaneSettings } from './settings.js';

/** Leave for one attempt: in the flow, or as the one probe of a gate that is shut. */
export type Permit = 'flow' | 'probe';

export interface GateStatus {
  readonly state: 'running' | 'paused' | 'held';
  readonly sinceMs: number;
  readonly reason?: string;
}

/** What an attempt told about the gateway: it is there, it is not, it refuses us, or none of these for sure. */
export type Sign = 'answered' | 'unreachable' | 'misconfigured' | 'unknown';

const stateBySign = { unreachable: 'paused', misconfigured: 'held' } as const;

/**
 * What every attempt of a lane passes. Open, it lets all through. Shut, because the gateway is away or refuses us, it lets
 * one try it from time to time, and opens when that one got an answer.
 */
export class Gate {
  #status: GateStatus;
  readonly #waiting: ((permit: Permit | undefined) => void)[] = [];
  /** Probes since it was shut. */
  #probes = 0;
  #probeDue = false;
  /** Appends that wait for the store. While there are any, nobody passes. */
  #unstored = 0;
  #closed = false;
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

  get status(): GateStatus {
    return this.#unstored > 0
      ? { ...this.#status, state: 'paused', reason: 'store unavailable' }
      : this.#status;
  }

  /** An outcome waits to be stored, or was given up. */
  get waitsForStore(): boolean {
    return this.#unstored > 0;
  }

  get isOpen(): boolean {
    return this.#status.state === 'running' && this.#unstored === 0 && !this.#closed;
  }

  /** Undefined: closed, there will be no attempt. */
  pass(): Permit | undefined | Promise<Permit | undefined> {
    if (this.isOpen) return 'flow';
    if (this.#closed) return undefined;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#letThrough();
    });
  }

  /** The attempt made with this permit is over. */
  settle(permit: Permit, sign: Sign, detail: string): void {
    const probing = permit === 'probe' && this.#status.state !== 'running';
    switch (sign) {
      case 'answered':
        if (probing) this.#open();
        return;
      case 'unknown':
        // The gateway took the connection and said nothing: one text at a time until it speaks.
        if (probing) this.#scheduleProbe();
        return;
      case 'unreachable':
      case 'misconfigured':
        this.#shut(permit, stateBySign[sign], detail);
        return;
    }
  }

  /** The permit was not used: another may have it. */
  giveBack(permit: Permit): void {
    if (permit === 'flow' || this.#status.state === 'running') return;
    this.#probeDue = true;
    this.#letThrough();
  }

  /** An outcome cannot be stored: no more attempts, their outcomes would pile up in memory only. */
  storeFailed(): void {
    this.#unstored += 1;
  }

  storeWorks(): void {
    this.#unstored -= 1;
    this.#letThrough();
  }

  close(): void {
    this.#closed = true;
    this.#timer.abort();
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }

  #open(): void {
    const { state, sinceMs } = this.#status;
    this.log.info({ state, forMs: this.clock.now() - sinceMs }, 'gateway answers again: lane resumed');
    this.#status = { state: 'running', sinceMs: this.clock.now() };
    this.#probes = 0;
    this.#probeDue = false;
    this.#timer.abort();
    this.#letThrough();
  }

  #shut(permit: Permit, state: 'paused' | 'held', reason: string): void {
    const was = this.#status.state;
    // Attempts that were in flight when it shut tell nothing new, but that a person is needed.
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
    void this.clock.sleep(delay, timer.signal).then(() => {
      if (timer.signal.aborted || this.#closed) return;
      this.#probeDue = true;
      this.#letThrough();
    });
  }

  #letThrough(): void {
    if (this.isOpen) {
      for (const resolve of this.#waiting.splice(0)) resolve('flow');
    } else if (this.#probeDue && this.#unstored === 0 && !this.#closed) {
      const probe = this.#waiting.shift();
      if (probe === undefined) return;
      this.#probeDue = false;
      probe('probe');
    }
  }
}
