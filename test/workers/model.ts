import {
  type Group,
  groupWithout,
  heldBy,
  keptOf,
  type Me,
  newGroup,
  nextGroup,
  type Own,
  type ShareName,
} from '../../src/workers/group.js';
import { restAfter } from '../../src/workers/settings.js';
import { Silence } from '../../src/workers/silence.js';

export const takeoverMs = 10_000;
export const beatMs = 1_000;

/** The group of a world of processes, and the time that passes for all of them. */
export class World {
  nowMs = 0;
  group: Group;
  readonly nodes: Process[] = [];

  constructor(shares: number, backends: readonly string[]) {
    const takes = backends.map((backend) => `outbound/${backend}`);
    this.group = newGroup(shares, { node: '', session: '', takeoverMs, takes }, { clean: true });
  }

  started(node: string, takes: readonly string[], skewMs = 0): Process {
    const process = new Process(this, node, takes, skewMs);
    this.nodes.push(process);
    return process;
  }

  get alive(): readonly Process[] {
    return this.nodes.filter(({ alive }) => alive);
  }

  /** Time passes; who has not beaten for long puts down what it has. */
  pass(ms: number): void {
    this.nowMs += ms;
    for (const process of this.alive) process.watch();
  }

  /** So many beats of all that live, and everything that is put down comes to rest. */
  settle(beats: number): void {
    for (let beat = 0; beat < beats; beat += 1) {
      this.pass(beatMs);
      for (const process of this.alive) {
        process.rest();
        process.beat();
      }
    }
  }
}

/** A process as a member runs it, without waiting for anything. */
export class Process {
  alive = true;
  readonly own = new Map<ShareName, { resting: boolean; stopping: boolean }>();
  readonly #silence = new Silence();
  readonly #me: Me;
  #beatenMs: number;

  constructor(
    private readonly world: World,
    readonly node: string,
    takes: readonly string[],
    /** How far its clock is from the others'. */
    private readonly skewMs: number,
  ) {
    this.#me = { node, session: `${node} ${Math.random()}`, takeoverMs, takes };
    this.#beatenMs = world.nowMs;
  }

  get working(): readonly ShareName[] {
    return [...this.own].flatMap(([share, { resting }]) => (resting ? [] : [share]));
  }

  beat(joining = false): void {
    const { world } = this;
    const silent = this.#silence.of(world.group, this.node, world.nowMs + this.skewMs);
    if (!joining && world.group.members[this.node]?.session !== this.#me.session) {
      this.#putDown();
      this.rest();
      this.own.clear();
    }
    world.group = nextGroup(world.group, { me: this.#me, silent, own: this.#standing });
    this.#beatenMs = world.nowMs;
    const held = heldBy(world.group, this.node);
    for (const share of this.own.keys()) if (!held.includes(share)) this.own.delete(share);
    for (const share of held)
      if (!this.own.has(share)) this.own.set(share, { resting: true, stopping: false });
    const kept = keptOf(world.group, this.node);
    for (const [share, state] of this.own) {
      if (kept.has(share) && !state.stopping) state.resting = false;
      else if (!state.resting) state.stopping = true;
    }
  }

  /** What was put down has ended. */
  rest(): void {
    for (const state of this.own.values()) {
      if (!state.stopping) continue;
      state.resting = true;
      state.stopping = false;
    }
  }

  watch(): void {
    if (this.world.nowMs - this.#beatenMs > takeoverMs * restAfter) {
      this.#putDown();
      this.rest();
    }
  }

  kill(): void {
    this.alive = false;
    this.own.clear();
  }

  leave(): void {
    this.#putDown();
    this.rest();
    this.world.group = groupWithout(this.world.group, this.node, this.#standing);
    this.kill();
  }

  #putDown(): void {
    for (const state of this.own.values()) if (!state.resting) state.stopping = true;
  }

  get #standing(): ReadonlyMap<ShareName, Own> {
    return new Map([...this.own].map(([share, { resting }]) => [share, { clean: true, resting }]));
  }
}
