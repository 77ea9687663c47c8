import type { Agreements } from '../store/port.js';
import type { Group } from './group.js';
import { endHeartbeat, type Heard, hear, heartbeatOf, lifeIn, type Marks } from './heartbeat.js';
import { Silence } from './silence.js';

/** How the other members are, by their heartbeats. */
export class Listener {
  readonly #silence = new Silence();
  /** What each said last. */
  readonly #heard = new Map<string, Heard>();

  constructor(
    private readonly heartbeats: Agreements,
    private readonly steadyMs: () => number,
  ) {}

  /**
   * Listens to whose heartbeat is due. One that has been silent for its takeover time is ended: a heartbeat that comes in
   * between wins.
   *
   * @returns the members that work no more, with how far they were
   */
  async gone(members: Group['members'], self: string): Promise<ReadonlyMap<string, Marks>> {
    const others = Object.entries(members).filter(([node]) => node !== self);
    for (const node of this.#heard.keys()) if (members[node] === undefined) this.#heard.delete(node);
    const due = others.filter(
      ([node, { takeoverMs }]) =>
        !this.#heard.has(node) || this.#silence.isDue(node, takeoverMs, this.steadyMs()),
    );
    await Promise.all(
      due.map(async ([node]) => this.#heard.set(node, await hear(this.heartbeats, heartbeatOf(node)))),
    );
    const lives = new Map<string, string>();
    const gone = new Map<string, Marks>();
    for (const [node, member] of others) {
      const heard = this.#heard.get(node);
      const life = heard && lifeIn(member, heard);
      if (life === undefined) gone.set(node, heard?.beat?.marks ?? {});
      else lives.set(node, life);
    }
    for (const node of this.#silence.of(members, lives, this.steadyMs())) {
      const marks = await this.#end(node, members[node]?.session ?? '');
      if (marks !== undefined) gone.set(node, marks);
    }
    return gone;
  }

  /** @returns undefined when it has beaten meanwhile */
  async #end(node: string, session: string): Promise<Marks | undefined> {
    const heard = this.#heard.get(node) ?? { version: 'none' };
    const ended = await endHeartbeat(this.heartbeats, heartbeatOf(node), session, heard);
    if (ended === undefined) this.#heard.delete(node);
    else this.#heard.set(node, ended);
    return ended?.beat?.marks;
  }
}
