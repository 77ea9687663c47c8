import { isDeepStrictEqual } from 'node:util';
import {
  type Group,
  groupWithout,
  heldBy,
  keptOf,
  type Me,
  newGroup,
  nextGroup,
  type Own,
  released,
} from '../../../src/workers/group.js';
import { type Beat, type Heard, lifeIn, type Marks, marksOf } from '../../../src/workers/heartbeat.js';
import { heartbeatAfter, restAfter } from '../../../src/workers/settings.js';
import type { ShareName } from '../../../src/workers/shares.js';
import { Silence } from '../../../src/workers/silence.js';

export const takeoverMs = 10_000;
export const lookMs = 1_000;

/** The group and the heartbeats of a world of processes, and the time that passes for all of them. */
export class World {
  nowMs = 0;
  group: Group;
  /** Grows with each replacement of the group. */
  version = 0;
  /** By node, each with its version. */
  readonly heartbeats = new Map<string, Heard>();
  /** Up to which number each share was ever done. */
  readonly done = new Map<ShareName, number>();
  readonly nodes: Process[] = [];

  constructor(shares: number, backends: readonly string[]) {
    const takes = backends.map((backend) => `outbound/${backend}`);
    this.group = newGroup(shares, { node: '', session: '', takeoverMs, takes }, { clean: true });
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

  /** Time passes; who has not beaten for long puts down what it has. */
  pass(ms: number): void {
    this.nowMs += ms;
    for (const process of this.alive) process.watch();
  }

  /** So many rounds of all that live, and everything that is put down comes to rest. */
  settle(rounds: number): void {
    for (let round = 0; round < rounds; round += 1) {
      this.pass(lookMs);
      for (const process of this.alive) {
        process.rest();
        process.beatWhenDue();
        process.look();
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

  hear(node: string): Heard {
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
  readonly gone: Map<string, Marks>;
  /** To be ended, as they were heard. */
  readonly silent: ReadonlyMap<string, Heard>;
}

/** A process as a member runs it, in the single steps between which others take theirs. */
export class Process {
  state: 'alive' | 'frozen' | 'dead' = 'alive';
  readonly own = new Map<ShareName, { resting: boolean; stopping: boolean; mark: number }>();
  readonly #silence = new Silence();
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
  get acting(): readonly ShareName[] {
    return this.#leaseHolds ? this.working : [];
  }

  get working(): readonly ShareName[] {
    return [...this.own].flatMap(([share, { resting }]) => (resting ? [] : [share]));
  }

  join(): void {
    const { world, node } = this;
    this.#me = { ...this.#me, session: `${node} ${Math.random()}` };
    this.#lost = false;
    this.#count = 0;
    this.#sent = undefined;
    this.#answer = undefined;
    this.#seen = undefined;
    this.own.clear();
    const heard = world.hear(node);
    const member = world.group.members[node];
    this.#version = heard.version;
    if (member !== undefined && lifeIn(member, heard) !== undefined) {
      const version = world.say(node, endOf(member.session, heard), heard.version);
      this.#version = version ?? heard.version;
    }
    const marks = new Map(member === undefined ? [] : [[node, marksIn(member, world.hear(node))]]);
    world.replace(nextGroup(released(world.group, marks), { me: this.#me, own: new Map() }), world.version);
    this.beat();
    if (!this.#lost) this.#adopt(world.group);
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
    const beat = { session, count: this.#count + 1, marks: marksOf(this.#standing) };
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

  look(): void {
    const { world, node } = this;
    const { group, version } = world;
    const lives = new Map<string, string>();
    const gone = new Map<string, Marks>();
    for (const [other, member] of Object.entries(group.members)) {
      if (other === node) continue;
      const life = lifeIn(member, world.hear(other));
      if (life === undefined) gone.set(other, marksIn(member, world.hear(other)));
      else lives.set(other, life);
    }
    const silent = this.#silence.of(group.members, lives, world.nowMs + this.skewMs);
    this.#seen = { group, version, gone, silent: new Map([...silent].map((one) => [one, world.hear(one)])) };
  }

  act(): void {
    const { world, node } = this;
    const seen = this.#seen;
    this.#seen = undefined;
    if (seen === undefined) return;
    if (this.#lost || seen.group.members[node]?.session !== this.#me.session) {
      this.#lost = true;
      this.#putDown();
      this.rest();
      this.join();
      return;
    }
    for (const [other, heard] of seen.silent) {
      const member = seen.group.members[other];
      const ended = member && world.say(other, endOf(member.session, heard), heard.version);
      if (ended !== undefined && member) seen.gone.set(other, marksIn(member, world.hear(other)));
    }
    const group = nextGroup(released(seen.group, seen.gone), { me: this.#me, own: this.#standing });
    if (world.replace(group, seen.version)) this.#adopt(group);
  }

  /** What was put down has ended. */
  rest(): void {
    for (const state of this.own.values()) {
      if (!state.stopping) continue;
      state.resting = true;
      state.stopping = false;
    }
  }

  /** It gets on with what it acts upon. */
  work(): void {
    for (const share of this.acting) {
      const state = this.own.get(share);
      if (state === undefined) continue;
      state.mark += 1;
      this.world.done.set(share, Math.max(this.world.done.get(share) ?? 0, state.mark));
    }
  }

  watch(): void {
    if (this.state === 'frozen' || this.#leaseHolds) return;
    this.#putDown();
    this.rest();
  }

  kill(): void {
    this.state = 'dead';
    this.own.clear();
  }

  leave(): void {
    const { world, node } = this;
    this.#putDown();
    this.rest();
    if (!this.#lost && world.group.members[node]?.session === this.#me.session)
      world.replace(groupWithout(world.group, node, this.#standing), world.version);
    this.kill();
  }

  #adopt(group: Group): void {
    const held = heldBy(group, this.node);
    for (const share of this.own.keys()) if (!held.includes(share)) this.own.delete(share);
    for (const share of held) {
      const mark = Number(group.work[share]?.mark ?? 0);
      if (!this.own.has(share)) this.own.set(share, { resting: true, stopping: false, mark });
    }
    if (!this.#leaseHolds) return;
    const kept = keptOf(group, this.node);
    for (const [share, state] of this.own) {
      if (kept.has(share) && !state.stopping) state.resting = false;
      else if (!state.resting) state.stopping = true;
    }
  }

  get #leaseHolds(): boolean {
    return this.world.nowMs - this.#beatenMs <= takeoverMs * restAfter;
  }

  #putDown(): void {
    for (const state of this.own.values()) if (!state.resting) state.stopping = true;
  }

  get #standing(): ReadonlyMap<ShareName, Own> {
    return new Map(
      [...this.own].map(([share, { resting, mark }]) => [share, { clean: true, resting, mark: `${mark}` }]),
    );
  }
}

const endOf = (session: string, { beat }: Heard): Beat => ({
  ...(beat?.session === session ? beat : { session, count: 0, marks: {} }),
  ended: true,
});

const marksIn = ({ session }: { readonly session: string }, { beat }: Heard): Marks =>
  beat?.session === session ? beat.marks : {};
