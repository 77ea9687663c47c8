import { isDeepStrictEqual } from 'node:util';
import type { NewId } from '../domain/clock.js';
import { readGroup, replaceGroup } from './agreed.js';
import { GroupClosed } from './closing.js';
import { type Check, type EntryNeeds, enter } from './entry.js';
import { groupWithout, type Me, nextGroup, nobody, released } from './group.js';
import { marksOf } from './heartbeat.js';
import { Listener } from './listener.js';
import { Name, NodeInUse, nameInUse } from './name.js';
import { Outage } from './outage.js';
import { Part, type PartNeeds } from './part.js';
import { Pulse, type PulseNeeds } from './pulse.js';
import { Rounds, type RoundsNeeds } from './rounds.js';
import { lookMsOf } from './settings.js';
import type { MemberStatus } from './status.js';

export interface MemberNeeds extends EntryNeeds, PartNeeds, PulseNeeds, RoundsNeeds {
  readonly me: Omit<Me, 'takeoverMs' | 'session'>;
  /** Something else sees to it that no other process has this node's name. */
  readonly soleOfItsName: boolean;
  readonly newId: NewId;
  /** Called when it works in a store that was restored: what was known there of this process may be lost. */
  readonly announce?: () => Promise<void>;
}

/** How often leaving is tried anew, because another process was quicker. */
const tries = 20;
/** So many looks in a row that do not show it among the members, and the group has been taken away altogether. */
const missedAtMost = 10;

/**
 * One process of those that share the work on a store: from `join` to `leave` it tells that it lives and works on its part.
 * In between it may be taken for dead, and begin another life with nothing in its hands.
 */
export class Member {
  readonly #part: Part;
  readonly #listener: Listener;
  readonly #pulse: Pulse;
  /** Absent: a lock keeps it. */
  readonly #name: Name | undefined;
  readonly #stop = new AbortController();
  readonly #rounds: Rounds;
  #me: Me;
  #timeline = 0;
  #running: Promise<unknown> | undefined;
  #leaving = false;
  #shutOut = false;
  #missed = 0;

  constructor(private readonly needs: MemberNeeds) {
    this.#me = { ...needs.me, session: '', takeoverMs: needs.settings.takeoverMs };
    this.#rounds = new Rounds(needs, lookMsOf(needs.settings));
    if (!needs.soleOfItsName) this.#name = new Name({ ...needs, node: needs.me.node });
    this.#part = new Part(needs, needs.me.node, () => this.#rounds.wake());
    this.#listener = new Listener(needs.heartbeats, () => needs.lease.steadyMs());
    const marks = () => marksOf(this.#part.own);
    this.#pulse = new Pulse(needs, marks, () => this.#part.putDown('not heard of for too long'));
  }

  /**
   * Before it joins: makes sure that it may, and that no other process of its name is alive, which takes a part of the
   * takeover time when there was one.
   *
   * @throws {NodeInUse} @throws {GroupClosed}
   */
  async claimName(): Promise<void> {
    const { closed } = (await readGroup(this.needs.agreements))?.group ?? nobody;
    if (closed !== undefined) throw new GroupClosed(closed.why);
    await this.#name?.claim();
  }

  /** @throws {NodeInUse} @throws {GroupClosed} @throws {StoreError} */
  async join(): Promise<void> {
    // One that was not begun after all is its own.
    const check: Check = (session, life) => {
      if (session !== this.#me.session) this.#name?.check(life);
    };
    await this.#rounds.untilDone(() => this.#begin(check));
    const stop = this.#stop.signal;
    const outage = new Outage(this.needs.log, 'how the others are cannot be seen');
    const look = async () => (await outage.through(() => this.#round())) ?? true;
    this.#running = Promise.all([this.#pulse.run(stop), this.#rounds.run(stop, look)]);
  }

  /**
   * Puts everything down and tells the others, who may take it at once.
   *
   * @returns true when nothing was cut short
   */
  async leave(withinMs: number): Promise<boolean> {
    this.#leaving = true;
    this.#me = { ...this.#me, takes: [] };
    // It goes on telling that it lives: what is under way may take its time.
    await this.#part.leave(withinMs);
    this.#stop.abort();
    await this.#running;
    const { own } = this.#part;
    const { node, session } = this.#me;
    for (let n = 0; n < tries; n += 1) {
      const agreed = await readGroup(this.needs.agreements);
      if (agreed?.group.members[node]?.session !== session || !this.#pulse.goesOn(session)) break;
      if (await replaceGroup(this.needs.agreements, groupWithout(agreed.group, node, own), agreed)) break;
    }
    return [...own.values()].every(({ clean, resting }) => clean && resting);
  }

  get status(): MemberStatus {
    return this.#part.status;
  }

  /** Milliseconds since the store last took a heartbeat of this process. */
  get silentMs(): number {
    return this.needs.lease.silentMs;
  }

  /** @returns false when another process was quicker */
  async #round(): Promise<boolean> {
    const { agreements } = this.needs;
    const { node, session } = this.#me;
    if (!this.#pulse.goesOn(session)) return this.#beginAnew();
    const agreed = await readGroup(agreements);
    if (agreed?.group.members[node]?.session !== session) return this.#missing();
    this.#missed = 0;
    const gone = await this.#listener.gone(agreed.group.members, node);
    // Meanwhile it may have been taken for dead.
    if (!this.#pulse.goesOn(session)) return true;
    const group = nextGroup(released(agreed.group, gone), { me: this.#me, own: this.#part.own });
    const isSame = isDeepStrictEqual(group, agreed.group);
    if (!isSame && !(await replaceGroup(agreements, group, agreed))) return false;
    if (!this.#pulse.goesOn(session)) return true;
    if (gone.size > 0)
      this.needs.log.warn({ nodes: [...gone.keys()] }, 'no sign of life: their shares are free');
    this.#part.adopt(group);
    return true;
  }

  /** Who is taken out of the group has lost its heartbeat before. Else what was read may be older, as a follower's is. */
  async #missing(): Promise<boolean> {
    this.#missed += 1;
    if (this.#missed > missedAtMost) this.#pulse.end();
    await this.#pulse.ask();
    return this.#pulse.goesOn(this.#me.session) || this.#beginAnew();
  }

  /** @returns false when another process was quicker */
  async #begin(check: Check): Promise<boolean> {
    const { needs } = this;
    const timeline = needs.timeline();
    const me = { ...this.#me, session: needs.newId() };
    const entered = await enter(needs, me, check);
    if (entered === undefined) return false;
    this.#me = { ...this.#me, session: me.session };
    this.#timeline = timeline;
    this.#shutOut = false;
    this.#part.forget();
    await this.#pulse.begin(entered.heartbeat, timeline);
    if (!this.#pulse.goesOn(me.session)) return false;
    this.#part.adopt(entered.group);
    return true;
  }

  /** Once nothing of its last life is under way any more, and if its name is still its own. */
  async #beginAnew(): Promise<boolean> {
    this.#part.putDown('its heartbeats were ended, or the store is another one');
    if (!this.#part.atRest || this.#leaving) return true;
    const { log, timeline } = this.needs;
    const { node, session } = this.#me;
    // In a store that was restored whoever has the name there is an earlier life of this one.
    const isRestored = timeline() !== this.#timeline;
    try {
      const begun = await this.#begin((found) => {
        if (found !== undefined && found !== session && !isRestored) throw nameInUse(node);
      });
      if (begun && isRestored) await this.needs.announce?.();
      return begun;
    } catch (error) {
      if (error instanceof NodeInUse) {
        log.error({ node }, 'another process has taken this name: this one works no more');
        this.#stop.abort();
        return true;
      }
      if (!(error instanceof GroupClosed)) throw error;
      // It joins again when the store is open.
      if (!this.#shutOut) log.error({ why: error.message }, 'the store is closed to routers');
      this.#shutOut = true;
      return true;
    }
  }
}
