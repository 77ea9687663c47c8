import type { NewId } from '../domain/clock.js';
import type { Assignment } from './assignment.js';
import { GroupClosed } from './closing.js';
import type { Me } from './group.js';
import { type Check, type JoinNeeds, joinGroup } from './joining.js';
import type { LeaseRenewal, LeaseRenewalNeeds } from './leaseRenewal.js';
import { NodeInUse, nameInUse } from './nodeName.js';

export interface MembershipNeeds extends JoinNeeds, LeaseRenewalNeeds {
  readonly me: Omit<Me, 'takeoverMs' | 'session'>;
  readonly newId: NewId;
  /** Called when it works in a store that was restored: what was known there of this process may be lost. */
  readonly announce?: () => Promise<void>;
}

/** So many polls in a row that do not show it among the members, and the group has been taken away altogether. */
const missedAtMost = 10;

/**
 * The sessions of one process in the group, one after the other. One that has expired is followed by another, which begins with
 * nothing in its hands.
 */
export class Membership {
  #me: Me;
  /** On which the session began. */
  #timeline = 0;
  #leaving = false;
  #shutOut = false;
  #missed = 0;

  /** @param nameTaken - called when another process has its name: there is no further session */
  constructor(
    private readonly needs: MembershipNeeds,
    private readonly assignment: Assignment,
    private readonly renewal: LeaseRenewal,
    private readonly nameTaken: () => void,
  ) {
    this.#me = { ...needs.me, session: '', takeoverMs: needs.settings.takeoverMs };
  }

  get me(): Me {
    return this.#me;
  }

  /** Whether this session goes on. */
  goesOn(session: string): boolean {
    return this.renewal.goesOn(session);
  }

  /** @returns false when another process was quicker */
  async begin(check: Check): Promise<boolean> {
    const { needs } = this;
    const timeline = needs.timeline();
    const me = { ...this.#me, session: needs.newId() };
    const joined = await joinGroup(needs, me, check);
    if (joined === undefined) return false;
    this.#me = { ...this.#me, session: me.session };
    this.#timeline = timeline;
    this.#shutOut = false;
    this.assignment.forget();
    await this.renewal.begin(joined.heartbeat, timeline);
    if (!this.goesOn(me.session)) return false;
    this.assignment.adopt(joined.planned);
    return true;
  }

  /**
   * Once nothing of its last session is in flight any more, and if its name is still its own.
   *
   * @returns false when another process was quicker
   */
  async beginAnew(): Promise<boolean> {
    this.assignment.release('its heartbeats were ended, or the store is another one');
    if (!this.assignment.isIdle || this.#leaving) return true;
    const { session, node } = this.#me;
    // In a store that was restored whoever has the name there is an earlier session of this process.
    const isRestored = this.needs.timeline() !== this.#timeline;
    try {
      const begun = await this.begin((found) => {
        if (found !== undefined && found !== session && !isRestored) throw nameInUse(node);
      });
      if (begun && isRestored) await this.needs.announce?.();
      return begun;
    } catch (error) {
      this.#refused(error);
      return true;
    }
  }

  found(): void {
    this.#missed = 0;
  }

  /**
   * The group does not show it. Who is taken out of the group has lost its heartbeat before; else what was read may be older, as a
   * follower's is.
   *
   * @returns false when another process was quicker
   */
  async missing(): Promise<boolean> {
    this.#missed += 1;
    if (this.#missed > missedAtMost) this.renewal.end();
    await this.renewal.ask();
    return this.goesOn(this.#me.session) || this.beginAnew();
  }

  /** It takes nothing any more, and begins no further session. */
  leave(): void {
    this.#leaving = true;
    this.#me = { ...this.#me, takes: [] };
  }

  #refused(error: unknown): void {
    const { log } = this.needs;
    if (error instanceof NodeInUse) {
      const fields = { node: this.#me.node };
      log.error(fields, 'another process has taken this name: this one works no more');
      this.nameTaken();
      return;
    }
    if (!(error instanceof GroupClosed)) throw error;
    // It joins again when the store is open.
    if (!this.#shutOut) log.error({ why: error.message }, 'the store is closed to routers');
    this.#shutOut = true;
  }
}
