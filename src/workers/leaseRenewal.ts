import type { Clock } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import type { Heartbeat } from './heartbeat.js';
import type { Lease } from './lease.js';
import { Outage } from './outage.js';
import type { LowWaterMarks } from './partitions.js';
import { heartbeatAfter, pollMsOf, type WorkerSettings } from './settings.js';

export interface LeaseRenewalNeeds {
  readonly settings: WorkerSettings;
  /** Of the store: when it grows, nothing that was known of the store before means anything any more. */
  readonly timeline: () => number;
  readonly clock: Clock;
  /** Of what this process holds; renewed with each heartbeat. */
  readonly lease: Lease;
  readonly log: Log;
  /** What each heartbeat tells of this process beside, for `told.ts`: small. */
  readonly tells?: () => object;
}

/** Renews the lease of this process by heartbeats, one session after the other, and tells when it has expired. */
export class LeaseRenewal {
  readonly #pollMs: number;
  #heartbeat: Heartbeat | undefined;
  /** On which the session began. */
  #timeline = 0;
  #dueMs = 0;
  #beating = false;

  /**
   * @param marks - how far it is with what it holds
   * @param expired - called when the lease has expired: often, as long as it has
   */
  constructor(
    private readonly needs: LeaseRenewalNeeds,
    private readonly marks: () => LowWaterMarks,
    private readonly expired: () => void,
  ) {
    this.#pollMs = pollMsOf(needs.settings);
  }

  /**
   * @param timeline - on which it has become a member
   * @throws {StoreError} when the store does not take the first one now: it is tried again
   */
  async begin(heartbeat: Heartbeat, timeline: number): Promise<void> {
    this.#heartbeat = heartbeat;
    this.#timeline = timeline;
    await this.#beat(heartbeat);
  }

  /** A heartbeat, out of turn too: whether it may go on only the store's answer to one tells for sure. */
  async ask(): Promise<void> {
    if (this.#heartbeat) await this.#beat(this.#heartbeat);
  }

  /** Whether this session goes on: nobody has ended it, and the store is the one that it began on. */
  goesOn(session: string): boolean {
    return this.#heartbeat?.session === session && this.#timeline === this.needs.timeline();
  }

  end(): void {
    this.#heartbeat = undefined;
  }

  async run(stop: AbortSignal): Promise<void> {
    await Promise.all([this.#keepBeating(stop), this.#watch(stop)]);
  }

  async #keepBeating(stop: AbortSignal): Promise<void> {
    const { clock, lease, log } = this.needs;
    const outage = new Outage(log, 'the others cannot be told that this process lives');
    for (;;) {
      await clock.sleep(Math.max(this.#dueMs - lease.steadyMs(), 0), stop);
      if (stop.aborted) return;
      // One that fails is tried again soon.
      this.#dueMs = lease.steadyMs() + this.#pollMs / 2;
      await outage.through(() => this.ask());
    }
  }

  /** One at a time: the next replaces what this one wrote. */
  async #beat(heartbeat: Heartbeat): Promise<void> {
    if (this.#beating || !this.goesOn(heartbeat.session)) return;
    const { lease, settings } = this.needs;
    const begunMs = lease.steadyMs();
    this.#beating = true;
    try {
      const taken = await heartbeat.beat(this.marks(), this.needs.tells?.());
      if (!this.goesOn(heartbeat.session)) return;
      if (!taken) return this.end();
      lease.renew(begunMs);
      this.#dueMs = begunMs + settings.takeoverMs * heartbeatAfter;
    } finally {
      this.#beating = false;
    }
  }

  async #watch(stop: AbortSignal): Promise<void> {
    const { clock, lease } = this.needs;
    while (!stop.aborted) {
      await clock.sleep(this.#pollMs / 2, stop);
      if (!stop.aborted && !lease.holds) this.expired();
    }
  }
}
