import { isDeepStrictEqual } from 'node:util';
import { Assignment, type AssignmentNeeds } from './assignment.js';
import { GroupClosed } from './closing.js';
import { emptyGroup, lowWaterMarksOf } from './group.js';
import { HeartbeatMonitor } from './heartbeatMonitor.js';
import type { Check } from './joining.js';
import { LeaseRenewal } from './leaseRenewal.js';
import { Membership, type MembershipNeeds } from './membership.js';
import { NodeName } from './nodeName.js';
import { Outage } from './outage.js';
import { PollLoop, type PollLoopNeeds } from './pollLoop.js';
import { afterExpiry, afterLeaving, rebalanced } from './rebalance.js';
import { pollMsOf } from './settings.js';
import type { MemberStatus } from './status.js';
import { readGroup, replaceGroup } from './storedGroup.js';

export interface MemberNeeds extends MembershipNeeds, AssignmentNeeds, PollLoopNeeds {
  /** Something else sees to it that no other process has this node's name. */
  readonly soleOfItsName: boolean;
}

/** How often leaving is tried anew, because another process was quicker. */
const tries = 20;

/**
 * One process of those that share the work on a store: from `join` to `leave` it tells that it lives, and works on what is assigned
 * to it.
 */
export class Member {
  readonly #assignment: Assignment;
  readonly #monitor: HeartbeatMonitor;
  readonly #renewal: LeaseRenewal;
  readonly #membership: Membership;
  /** Absent: a lock keeps it. */
  readonly #name: NodeName | undefined;
  readonly #stop = new AbortController();
  readonly #polling: PollLoop;
  #running: Promise<unknown> | undefined;

  constructor(private readonly needs: MemberNeeds) {
    const { node } = needs.me;
    this.#polling = new PollLoop(needs, pollMsOf(needs.settings));
    if (!needs.soleOfItsName) this.#name = new NodeName({ ...needs, node });
    const assignment = new Assignment(needs, node, () => this.#polling.wake());
    this.#assignment = assignment;
    this.#monitor = new HeartbeatMonitor(needs.heartbeats, () => needs.lease.steadyMs());
    const marks = () => lowWaterMarksOf(assignment.held);
    this.#renewal = new LeaseRenewal(needs, marks, () => assignment.release('not heard of for too long'));
    this.#membership = new Membership(needs, assignment, this.#renewal, () => this.#stop.abort());
  }

  /**
   * Before it joins: makes sure that it may, and that no other process of its name is alive, which takes a part of the
   * takeover time when there was one.
   *
   * @throws {NodeInUse} @throws {GroupClosed}
   */
  async claimName(): Promise<void> {
    const { closed } = (await readGroup(this.needs.agreements))?.group ?? emptyGroup;
    if (closed !== undefined) throw new GroupClosed(closed.why);
    await this.#name?.claim();
  }

  /** @throws {NodeInUse} @throws {GroupClosed} @throws {StoreError} */
  async join(): Promise<void> {
    const membership = this.#membership;
    // One that was not begun after all is its own.
    const check: Check = (session, signOfLife) => {
      if (session !== membership.me.session) this.#name?.check(signOfLife);
    };
    await this.#polling.untilDone(() => membership.begin(check));
    const stop = this.#stop.signal;
    const outage = new Outage(this.needs.log, 'how the others are cannot be seen');
    const poll = async () => (await outage.through(() => this.#poll())) ?? true;
    this.#running = Promise.all([this.#renewal.run(stop), this.#polling.run(stop, poll)]);
  }

  /**
   * Releases everything and tells the others, who may acquire it at once.
   *
   * @returns true when nothing was cut short
   */
  async leave(withinMs: number): Promise<boolean> {
    this.#membership.leave();
    // Its heartbeats go on: what is in flight may take its time.
    await this.#assignment.leave(withinMs);
    this.#stop.abort();
    await this.#running;
    const { held } = this.#assignment;
    const { node, session } = this.#membership.me;
    for (let n = 0; n < tries; n += 1) {
      const agreed = await readGroup(this.needs.agreements);
      if (agreed?.group.members[node]?.session !== session || !this.#membership.goesOn(session)) break;
      if (await replaceGroup(this.needs.agreements, afterLeaving(agreed.group, node, held), agreed)) break;
    }
    return [...held.values()].every(({ clean, idle }) => clean && idle);
  }

  get status(): MemberStatus {
    return this.#assignment.status;
  }

  /** Milliseconds since the store last took a heartbeat of this process. */
  get silentMs(): number {
    return this.needs.lease.silentMs;
  }

  /** @returns false when another process was quicker */
  async #poll(): Promise<boolean> {
    const { agreements, log } = this.needs;
    const membership = this.#membership;
    const { node, session } = membership.me;
    if (!membership.goesOn(session)) return membership.beginAnew();
    const agreed = await readGroup(agreements);
    if (agreed?.group.members[node]?.session !== session) return membership.missing();
    membership.found();
    const expired = await this.#monitor.expired(agreed.group.members, node);
    // Meanwhile its own session may have expired.
    if (!membership.goesOn(session)) return true;
    const step = { me: membership.me, held: this.#assignment.held };
    const planned = rebalanced(afterExpiry(agreed.group, expired), step);
    const isSame = isDeepStrictEqual(planned.group, agreed.group);
    if (!isSame && !(await replaceGroup(agreements, planned.group, agreed))) return false;
    if (!membership.goesOn(session)) return true;
    if (expired.size > 0)
      log.warn({ nodes: [...expired.keys()] }, 'no sign of life: their partitions are free');
    this.#assignment.adopt(planned);
    return true;
  }
}
