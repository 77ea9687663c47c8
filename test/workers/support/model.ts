import { isDeepStrictEqual } from 'node:util';
import { FailureDetector } from '../../../src/workers/failureDetector.js';
import {
  type Group,
  type HeldPartition,
  heldBy,
  lowWaterMarksOf,
  type Me,
} from '../../../src/workers/group.js';
import { type Beat, type StoredHeartbeat, signOfLifeIn } from '../../../src/workers/heartbeat.js';
import type { LowWaterMarks, PartitionName } from '../../../src/workers/partitions.js';
import {
  afterExpiry,
  afterLeaving,
  keptBy,
  newGroup,
  type Planned,
  rebalanced,
} from '../../../src/workers/rebalance.js';
import { heartbeatAfter, releaseAfter } from '../../../src/workers/settings.js';

export const takeoverMs = 10_000;
export const pollMs = 1_000;

/** The group and the heartbeats of a world of processes, and the time that passes for all of them. */
export class World {
  nowMs = 0;
  group: Group;
  /** Grows with each replacement of the group. */
  version = 0;
  /** By node, each with its version. */
  readonly heartbeats = new Map<string, StoredHeartbeat>();
  /** Up to which number each partition was ever done. */
  readonly done = new Map<PartitionName, number>();
  readonly nodes: Process[] = [];

  constructor(partitionCount: number, backends: readonly string[]) {
    const takes = backends.map((backend) => `outbound/${backend}`);
    this.group = newGroup(partitionCount, { node: '', session: '', takeoverMs, takes }, { clean: true });
  }

  started(node: string, takes: readonly string[], skewMs = 0): Process {
    const process = new Process(this, node, takes, skewMs);
    process.join();
    this.nodes.push(process);
    return process;
  }

  get alive(): readonly Process[] {
    return this.nodes.filter(({ state }) => state !== 'dead');
  }

  /** Time passes; whose lease has expired releases what it has. */
  pass(ms: number): void {
    this.nowMs += ms;
    for (const process of this.alive) process.watch();
  }

  /** So many rounds of all that live, and everything that is released ends. */
  settle(rounds: number): void {
    for (let round = 0; round < rounds; round += 1) {
      this.pass(pollMs);
      for (const process of this.alive) {
        process.settle();
        process.beatWhenDue();
        process.poll();
        process.act();
      }
    }
  }

  replace(group: Group, version: number): boolean {
    if (version !== this.version) return false;
    if (isDeepStrictEqual(group, this.group)) return true;
    this.group = group;
    this.version += 1;
    return true;
  }

  hear(node: string): StoredHeartbeat {
    return this.heartbeats.get(node) ?? { version: '0' };
  }

  /** @returns the new version */
  say(node: string, beat: Beat, version: string): string | undefined {
    if (this.hear(node).version !== version) return undefined;
    const next = String(Number(version) + 1);
    this.heartbeats.set(node, { beat, version: next });
    return next;
  }
}

/** What a process has seen and not yet acted upon. */
interface Seen {
  readonly group: Group;
  readonly version: number;
  readonly expired: Map<string, LowWaterMarks>;
  /** To be ended, as they were heard. */
  readonly silent: ReadonlyMap<string, StoredHeartbeat>;
}

/** A process as a member runs it, in the single steps between which others take theirs. */
export class Process {
  state: 'alive' | 'frozen' | 'dead' = 'alive';
  readonly held = new Map<PartitionName, { idle: boolean; releasing: boolean; mark: number }>();
  readonly #detector = new FailureDetector();
  #me: Me;
  #version = '0';
  #count = 0;
  #lost = false;
  #beatenMs = Number.NEGATIVE_INFINITY;
  #seen: Seen | undefined;
  /** Sent, and not at the store yet. */
  #sent: { readonly beat: Beat; readonly version: string; readonly begunMs: number } | undefined;
  /** Taken by the store as this version, or not, and the process does not know it yet. */
  #answer:
    | { readonly beat: Beat; readonly version: string | undefined; readonly begunMs: number }
    | undefined;

  constructor(
    private readonly world: World,
    readonly node: string,
    takes: readonly string[],
    /** How far its clock is from the others'. */
    private readonly skewMs: number,
  ) {
    this.#me = { node, session: '', takeoverMs, takes };
  }

  /** On what it acts: what it works on, while its heartbeats were heard. */
  get acting(): readonly PartitionName[] {
    return this.#leaseHolds ? this.working : [];
  }

  get working(): readonly PartitionName[] {
    return [...this.held].flatMap(([partition, { idle }]) => (idle ? [] : [partition]));
  }

  join(): void {
    const { world, node } = this;
    this.#me = { ...this.#me, session: `${node} ${Math.random()}` };
    this.#lost = false;
    this.#count = 0;
    this.#sent = undefined;
    this.#answer = undefined;
    this.#seen = undefined;
    this.held.clear();
    const heard = world.hear(node);
    const member = world.group.members[node];
    this.#version = heard.version;
    if (member !== undefined && signOfLifeIn(member, heard) !== undefined) {
      const version = world.say(node, endOf(member.session, heard), heard.version);
      this.#version = version ?? heard.version;
    }
    const marks = new Map(member === undefined ? [] : [[node, marksIn(member, world.hear(node))]]);
    const joined = rebalanced(afterExpiry(world.group, marks), { me: this.#me, held: new Map() });
    world.replace(joined.group, world.version);
    this.beat();
    if (!this.#lost) this.#adopt(joined);
  }

  beatWhenDue(): void {
    if (this.world.nowMs - this.#beatenMs >= takeoverMs * heartbeatAfter) this.beat();
  }

  beat(): void {
    this.send();
    this.arrive();
    this.hear();
  }

  /** Its heartbeat is on its way. */
  send(): void {
    // One at a time.
    if (this.#sent !== undefined || this.#answer !== undefined) return;
    const { session } = this.#me;
    const beat = { session, count: this.#count + 1, marks: lowWaterMarksOf(this.#checkpoints) };
    this.#sent = { beat, version: this.#version, begunMs: this.world.nowMs };
  }

  /** It has reached the store. */
  arrive(): void {
    const sent = this.#sent;
    if (sent === undefined) return;
    this.#sent = undefined;
    this.#answer = { ...sent, version: this.world.say(this.node, sent.beat, sent.version) };
  }

  /** The answer has reached the process. */
  hear(): void {
    const answer = this.#answer;
    if (answer === undefined || this.#lost) return;
    this.#answer = undefined;
    if (answer.version === undefined) {
      this.#lost = true;
      return;
    }
    this.#version = answer.version;
    this.#count = answer.beat.count;
    this.#beatenMs = answer.begunMs;
  }

  poll(): void {
    const { world, node } = this;
    const { group, version } = world;
    const signs = new Map<string, string>();
    const expired = new Map<string, LowWaterMarks>();
    for (const [other, member] of Object.entries(group.members)) {
      if (other === node) continue;
      const signOfLife = signOfLifeIn(member, world.hear(other));
      if (signOfLife === undefined) expired.set(other, marksIn(member, world.hear(other)));
      else signs.set(other, signOfLife);
    }
    const silent = this.#detector.silent(group.members, signs, world.nowMs + this.skewMs);
    this.#seen = {
      group,
      version,
      expired,
      silent: new Map([...silent].map((one) => [one, world.hear(one)])),
    };
  }

  act(): void {
    const { world, node } = this;
    const seen = this.#seen;
    this.#seen = undefined;
    if (seen === undefined) return;
    if (this.#lost || seen.group.members[node]?.session !== this.#me.session) {
      this.#lost = true;
      this.#release();
      this.settle();
      this.join();
      return;
    }
    for (const [other, heard] of seen.silent) {
      const member = seen.group.members[other];
      const ended = member && world.say(other, endOf(member.session, heard), heard.version);
      if (ended !== undefined && member) seen.expired.set(other, marksIn(member, world.hear(other)));
    }
    const step = { me: this.#me, held: this.#checkpoints };
    const planned = rebalanced(afterExpiry(seen.group, seen.expired), step);
    if (world.replace(planned.group, seen.version)) this.#adopt(planned);
  }

  /** What was released has ended. */
  settle(): void {
    for (const state of this.held.values()) {
      if (!state.releasing) continue;
      state.idle = true;
      state.releasing = false;
    }
  }

  /** It gets on with what it acts upon. */
  work(): void {
    for (const partition of this.acting) {
      const state = this.held.get(partition);
      if (state === undefined) continue;
      state.mark += 1;
      this.world.done.set(partition, Math.max(this.world.done.get(partition) ?? 0, state.mark));
    }
  }

  watch(): void {
    if (this.state === 'frozen' || this.#leaseHolds) return;
    this.#release();
    this.settle();
  }

  kill(): void {
    this.state = 'dead';
    this.held.clear();
  }

  leave(): void {
    const { world, node } = this;
    this.#release();
    this.settle();
    if (!this.#lost && world.group.members[node]?.session === this.#me.session)
      world.replace(afterLeaving(world.group, node, this.#checkpoints), world.version);
    this.kill();
  }

  #adopt(planned: Planned): void {
    const { group } = planned;
    const held = heldBy(group, this.node);
    for (const partition of this.held.keys()) if (!held.includes(partition)) this.held.delete(partition);
    for (const partition of held) {
      const mark = Number(group.partitions[partition]?.mark ?? 0);
      if (!this.held.has(partition)) this.held.set(partition, { idle: true, releasing: false, mark });
    }
    if (!this.#leaseHolds) return;
    const kept = keptBy(planned, this.node);
    for (const [partition, state] of this.held) {
      if (kept.has(partition) && !state.releasing) state.idle = false;
      else if (!state.idle) state.releasing = true;
    }
  }

  get #leaseHolds(): boolean {
    return this.world.nowMs - this.#beatenMs <= takeoverMs * releaseAfter;
  }

  #release(): void {
    for (const state of this.held.values()) if (!state.idle) state.releasing = true;
  }

  get #checkpoints(): ReadonlyMap<PartitionName, HeldPartition> {
    return new Map(
      [...this.held].map(([partition, { idle, mark }]) => [
        partition,
        { clean: true, idle, mark: `${mark}` },
      ]),
    );
  }
}

const endOf = (session: string, { beat }: StoredHeartbeat): Beat => ({
  ...(beat?.session === session ? beat : { session, count: 0, marks: {} }),
  ended: true,
});

const marksIn = ({ session }: { readonly session: string }, { beat }: StoredHeartbeat): LowWaterMarks =>
  beat?.session === session ? beat.marks : {};
