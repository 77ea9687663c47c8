import type { Clock } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import type { Agreements } from '../store/port.js';
import { readGroup, replaceGroup } from './agreed.js';
import { GroupClosed } from './closing.js';
import type { Duty } from './duty.js';
import {
  type Group,
  groupWithout,
  heldBy,
  keptOf,
  type Me,
  newGroup,
  nextGroup,
  nobody,
  plan,
  respread,
  roomOf,
  type Standing,
} from './group.js';
import { Holdings } from './holdings.js';
import type { Lease } from './lease.js';
import { Name } from './name.js';
import { restAfter, type WorkerSettings } from './settings.js';
import { Silence } from './silence.js';
import { type MemberStatus, statusIn } from './status.js';

export interface MemberNeeds {
  readonly agreements: Agreements;
  readonly me: Omit<Me, 'takeoverMs'>;
  readonly settings: WorkerSettings;
  /** Into how many shares the conversations are to be spread; what is agreed already counts more. */
  readonly shares: number;
  /** Something else sees to it that no other process has this node's name. */
  readonly soleOfItsName: boolean;
  /** By room. */
  readonly duties: ReadonlyMap<string, Duty>;
  /** How things stand in a store that was written before there were shares. */
  readonly found: () => Promise<Standing>;
  readonly clock: Clock;
  /** Of what this process holds; renewed with each beat. */
  readonly lease: Lease;
  readonly log: Log;
}

/** How often a step is taken anew at once, because another process took one meanwhile. */
const tries = 20;

/** One process of those that share the work on a store: from `join` to `leave` it tells that it lives and works on its part. */
export class Member {
  readonly #holdings: Holdings;
  readonly #silence = new Silence();
  /** Absent: a lock keeps it. */
  readonly #name: Name | undefined;
  readonly #stop = new AbortController();
  #me: Me;
  #group = nobody;
  #running: Promise<unknown> | undefined;
  #nap = new AbortController();
  #apart = false;
  #leaving = false;
  #told = '';

  constructor(private readonly needs: MemberNeeds) {
    this.#me = { ...needs.me, takeoverMs: needs.settings.takeoverMs };
    const { agreements, settings, clock } = needs;
    const { node } = needs.me;
    if (!needs.soleOfItsName) this.#name = new Name({ agreements, node, beatMs: settings.beatMs, clock });
    this.#holdings = new Holdings(needs.duties, () => this.#nap.abort());
    this.#stop.signal.addEventListener('abort', () => this.#nap.abort(), { once: true });
  }

  /**
   * Before it joins: makes sure that it may, and that no other process of its name is alive, which takes some beats when
   * there was one.
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
    while (!(await this.#step(true)));
    this.#running = Promise.all([this.#keepBeating(), this.#watch()]);
  }

  /**
   * Puts everything down and tells the others, who may take it at once.
   *
   * @returns true when nothing was cut short
   */
  async leave(withinMs: number): Promise<boolean> {
    this.#leaving = true;
    this.#me = { ...this.#me, takes: [] };
    // It goes on beating: what is under way may take its time.
    this.#holdings.work(new Set(), this.#group.shares, withinMs);
    const late = new AbortController();
    await Promise.race([this.#holdings.rest(), this.needs.clock.sleep(withinMs, late.signal)]);
    late.abort();
    this.#stop.abort();
    await this.#running;
    const own = this.#holdings.own;
    for (let n = 0; n < tries; n += 1) {
      const agreed = await readGroup(this.needs.agreements);
      if (agreed?.group.members[this.#me.node]?.session !== this.#me.session) break;
      const group = groupWithout(agreed.group, this.#me.node, own);
      if (await replaceGroup(this.needs.agreements, group, agreed)) break;
    }
    return [...own.values()].every(({ clean, resting }) => clean && resting);
  }

  get status(): MemberStatus {
    return statusIn(this.#group, this.#me.node, this.#apart ? 'apart' : 'member');
  }

  /** Milliseconds since the store last took a sign of life of this process. */
  get silentMs(): number {
    return this.needs.lease.silentMs;
  }

  async #keepBeating(): Promise<void> {
    const { clock, settings, log } = this.needs;
    for (;;) {
      await clock.sleep(settings.beatMs, this.#nap.signal);
      if (this.#stop.signal.aborted) return;
      this.#nap = new AbortController();
      try {
        for (let n = 0; n < tries && !(await this.#step(false)); n += 1);
      } catch (error) {
        log.warn({ err: error }, 'the others cannot be told that this process lives');
      }
    }
  }

  /** Others take the shares of who is not heard of: by then nothing of them must be under way here. */
  async #watch(): Promise<void> {
    const { clock, settings, lease, log } = this.needs;
    while (!this.#stop.signal.aborted) {
      await clock.sleep(settings.beatMs / 2, this.#stop.signal);
      if (this.#apart || this.#stop.signal.aborted || lease.holds) continue;
      log.warn({ forMs: Math.round(lease.silentMs) }, 'not heard of for too long: puts its shares down');
      this.#putDown();
    }
  }

  #putDown(): void {
    this.#apart = true;
    this.#told = '';
    this.#holdings.work(new Set(), this.#group.shares, this.needs.settings.takeoverMs * (1 - restAfter));
  }

  /** @returns false when another process took a step meanwhile */
  async #step(joining: boolean): Promise<boolean> {
    const { agreements, lease } = this.needs;
    const begunMs = lease.steadyMs();
    const agreed = await readGroup(agreements);
    if (agreed?.group.closed !== undefined) return this.#standBack(agreed.group.closed.why, joining);
    if (joining) this.#name?.check(agreed);
    const silent =
      agreed === undefined
        ? new Set<string>()
        : this.#silence.of(agreed.group, this.#me.node, lease.steadyMs());
    const isNew = agreed === undefined || agreed.group.shares === 0;
    const before = isNew ? await this.#found() : this.#prepared(agreed.group, silent, joining);
    if (!joining && !this.#mayGoOn(before)) return true;
    const group = nextGroup(before, { me: this.#me, silent, own: this.#holdings.own });
    if (!(await replaceGroup(agreements, group, agreed))) return false;
    lease.renew(begunMs);
    this.#apart = false;
    this.#group = group;
    this.#holdings.hold(heldBy(group, this.#me.node), before);
    this.#holdings.work(keptOf(group, this.#me.node), group.shares);
    this.#tell(silent);
    return true;
  }

  /** Only who was taken for dead meets a closed group: it joins again when that is open. */
  #standBack(closed: string, joining: boolean): true {
    if (joining) throw new GroupClosed(closed);
    if (!this.#apart) {
      this.needs.log.error({ why: closed }, 'the store is closed to routers: this one puts its shares down');
      this.#putDown();
    }
    return true;
  }

  async #found(): Promise<Group> {
    return newGroup(this.needs.shares, this.#me, await this.needs.found());
  }

  /** Alone, a process may spread the conversations anew. */
  #prepared(group: Group, silent: ReadonlySet<string>, joining: boolean): Group {
    const { shares, log } = this.needs;
    if (!joining || group.shares === shares) return group;
    const others = Object.keys(group.members).filter((node) => node !== this.#me.node && !silent.has(node));
    if (others.length === 0) return respread(group, shares);
    log.warn({ shares: group.shares, configured: shares }, 'routing.shares differs from what the others use');
    return group;
  }

  /** Taken for dead, it begins as a new member, with nothing in its hands. */
  #mayGoOn({ members }: Group): boolean {
    const member = members[this.#me.node];
    if (member?.session === this.#me.session) return true;
    if (member !== undefined) {
      this.needs.log.error(
        { node: this.#me.node },
        'another process has taken this name: this one works no more',
      );
      this.#stop.abort();
    }
    if (!this.#apart) this.#putDown();
    if (member !== undefined || !this.#holdings.atRest) return false;
    this.#holdings.hold([], nobody);
    return true;
  }

  #tell(silent: ReadonlySet<string>): void {
    const { log } = this.needs;
    if (silent.size > 0) log.warn({ nodes: [...silent] }, 'no sign of life: their shares are free');
    const { held, own } = this.status;
    const targets = plan(this.#group);
    const forNobody = Object.keys(this.#group.work).filter((share) => !targets.has(share));
    // A process that leaves puts its work down for whoever comes: nobody needs to be told.
    const waiting = this.#leaving ? [] : [...new Set(forNobody.map(roomOf))];
    const told = JSON.stringify({ held, waiting });
    if (told === this.#told) return;
    this.#told = told;
    log.info({ held, own }, 'shares of the work');
    if (waiting.length > 0) log.warn({ waiting }, 'no process does this work: messages wait until one does');
  }
}
