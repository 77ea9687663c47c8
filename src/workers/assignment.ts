import type { Clock } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import { AssignmentLog } from './assignmentLog.js';
import { emptyGroup, type HeldPartition, heldBy } from './group.js';
import { HeldPartitions } from './heldPartitions.js';
import type { Lease } from './lease.js';
import type { PartitionName } from './partitions.js';
import type { Processor } from './processor.js';
import { keptBy, type Planned } from './rebalance.js';
import { releaseAfter, type WorkerSettings } from './settings.js';
import { type MemberStatus, statusIn } from './status.js';

export interface AssignmentNeeds {
  readonly settings: WorkerSettings;
  /** By room. */
  readonly processors: ReadonlyMap<string, Processor>;
  readonly clock: Clock;
  readonly lease: Lease;
  readonly log: Log;
}

/** What is assigned to this process, as the group says, and worked on, as far as the lease allows. */
export class Assignment {
  readonly #held: HeldPartitions;
  readonly #told: AssignmentLog;
  #group = emptyGroup;
  /** It works on nothing: the lease has expired, or its session is over. */
  #isExpired = false;
  #leaving = false;

  /** @param released - called when something has been released */
  constructor(
    private readonly needs: AssignmentNeeds,
    private readonly node: string,
    released: () => void,
  ) {
    this.#held = new HeldPartitions(needs.processors, released);
    this.#told = new AssignmentLog(needs.log);
  }

  get status(): MemberStatus {
    return statusIn(this.#group, this.node, this.#isExpired ? 'apart' : 'member');
  }

  get held(): ReadonlyMap<PartitionName, HeldPartition> {
    return this.#held.all;
  }

  /** Nothing of it is in flight. */
  get isIdle(): boolean {
    return this.#held.areIdle;
  }

  /** As this group says. What was released is worked on again only under a lease. */
  adopt(planned: Planned): void {
    const { group } = planned;
    this.#group = group;
    this.#held.hold(heldBy(group, this.node), group);
    if (!this.needs.lease.holds) return;
    this.#isExpired = false;
    this.#held.work(this.#leaving ? new Set() : keptBy(planned, this.node), group.partitionCount);
    this.#told.tell(planned, this.status, this.#leaving);
  }

  /** All of it, until it adopts a group under a lease. */
  release(why: string): void {
    if (this.#isExpired) return;
    const { lease, log, settings } = this.needs;
    log.warn({ why, forMs: Math.round(lease.silentMs) }, 'releases its partitions');
    this.#isExpired = true;
    this.#told.forget();
    this.#held.work(new Set(), this.#group.partitionCount, settings.takeoverMs * (1 - releaseAfter));
  }

  /** With nothing in its hands: what it has released counts no more. */
  forget(): void {
    this.#held.hold([], emptyGroup);
  }

  /** Releases everything for good. Resolves when nothing is in flight, or the time is over. */
  async leave(withinMs: number): Promise<void> {
    this.#leaving = true;
    this.#held.work(new Set(), this.#group.partitionCount, withinMs);
    const late = new AbortController();
    await Promise.race([this.#held.settle(), this.needs.clock.sleep(withinMs, late.signal)]);
    late.abort();
  }
}
