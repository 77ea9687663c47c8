import type { Clock } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import type { Duty } from './duty.js';
import { type Group, heldBy, keptOf, nobody, type Own } from './group.js';
import { Holdings } from './holdings.js';
import type { Lease } from './lease.js';
import { restAfter, type WorkerSettings } from './settings.js';
import { ShareLog } from './shareLog.js';
import type { ShareName } from './shares.js';
import { type MemberStatus, statusIn } from './status.js';

export interface PartNeeds {
  readonly settings: WorkerSettings;
  /** By room. */
  readonly duties: ReadonlyMap<string, Duty>;
  readonly clock: Clock;
  readonly lease: Lease;
  readonly log: Log;
}

/** The part of the work that this process has, as the group says, and does, as far as it may. */
export class Part {
  readonly #holdings: Holdings;
  readonly #shareLog: ShareLog;
  #group = nobody;
  /** It works on nothing: it was not heard of for too long, or its life is over. */
  #apart = false;
  #leaving = false;

  /** @param rested - called when something has come to rest */
  constructor(
    private readonly needs: PartNeeds,
    private readonly node: string,
    rested: () => void,
  ) {
    this.#holdings = new Holdings(needs.duties, rested);
    this.#shareLog = new ShareLog(needs.log);
  }

  get status(): MemberStatus {
    return statusIn(this.#group, this.node, this.#apart ? 'apart' : 'member');
  }

  get own(): ReadonlyMap<ShareName, Own> {
    return this.#holdings.own;
  }

  get atRest(): boolean {
    return this.#holdings.atRest;
  }

  /** As this group says. What was put down is taken up again only while this process is heard of. */
  adopt(group: Group): void {
    this.#group = group;
    this.#holdings.hold(heldBy(group, this.node), group);
    if (!this.needs.lease.holds) return;
    this.#apart = false;
    this.#holdings.work(this.#leaving ? new Set() : keptOf(group, this.node), group.shares);
    this.#shareLog.tell(group, this.status, this.#leaving);
  }

  putDown(why: string): void {
    if (this.#apart) return;
    const { lease, log, settings } = this.needs;
    log.warn({ why, forMs: Math.round(lease.silentMs) }, 'puts its shares down');
    this.#apart = true;
    this.#shareLog.forget();
    this.#holdings.work(new Set(), this.#group.shares, settings.takeoverMs * (1 - restAfter));
  }

  /** With nothing in its hands: what it had put down counts no more. */
  forget(): void {
    this.#holdings.hold([], nobody);
  }

  /** Puts everything down for good. Resolves when it is at rest, or the time is over. */
  async leave(withinMs: number): Promise<void> {
    this.#leaving = true;
    this.#holdings.work(new Set(), this.#group.shares, withinMs);
    const late = new AbortController();
    await Promise.race([this.#holdings.rest(), this.needs.clock.sleep(withinMs, late.signal)]);
    late.abort();
  }
}
